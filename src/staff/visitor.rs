//! Who is at the other end of a connection, before anybody knows who that is.

use std::net::IpAddr;

use crate::model::Token;

/// What a request brings along besides its words.
#[derive(Clone, Default)]
pub struct Visitor {
    /// Network address; none at the console.
    pub source: Option<IpAddr>,
    /// The browser as it calls itself, in a few words for its owner's list.
    pub browser: String,
    /// The token that this browser got at an earlier sign-in.
    pub device: Option<Token>,
    /// The certificate that the connection presented and the listener verified.
    pub certificate: Option<Presented>,
}

/// A verified client certificate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Presented {
    /// Mail addresses that it names, lower case.
    pub emails: Vec<String>,
}

impl From<IpAddr> for Visitor {
    fn from(source: IpAddr) -> Self {
        Self { source: Some(source), ..Self::default() }
    }
}
