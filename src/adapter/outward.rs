//! A line to somebody else's server, of whose answer no more is read than is asked for. Its address is looked up once for each
//! connection and judged before anything is sent there; no redirect is followed, no proxy asked.

use std::error::Error as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Certificate, Client, RequestBuilder, Response, redirect};

use crate::error::{Doing, Result};

/// How a line is set up.
pub struct OutwardSettings {
    /// The only authority that counts; none: those of the system.
    pub ca_pem: Option<Vec<u8>>,
    /// Whether private networks and this machine may be called.
    pub allow_private: bool,
    /// How long the whole may take.
    pub patience: Duration,
}

/// A line.
#[derive(Debug)]
pub(super) struct Outward {
    client: Client,
    allow_private: bool,
}

/// Why there is no answer. It carries nothing of what was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unsent {
    /// The address is one that may not be called.
    #[error("its address may not be called")]
    Forbidden,
    /// It took too long.
    #[error("it took too long")]
    TimedOut,
    /// No connection, or it broke.
    #[error("it cannot be reached")]
    Silent,
}

impl Outward {
    /// Prepares a line.
    ///
    /// # Errors
    /// The authority cannot be read.
    pub(super) fn new(settings: &OutwardSettings) -> Result<Self> {
        let allow_private = settings.allow_private;
        let mut builder = Client::builder()
            .https_only(true)
            .redirect(redirect::Policy::none())
            .no_proxy()
            .timeout(settings.patience)
            // A connection that is kept would outlive the look at its address.
            .pool_max_idle_per_host(0)
            .dns_resolver(Arc::new(Judging { allow_private }));
        if let Some(pem) = &settings.ca_pem {
            let own = Certificate::from_pem_bundle(pem).doing("reading the authority of a server that is called")?;
            builder = builder.tls_certs_only(own);
        }
        let client = builder.build().doing("preparing a line to another server")?;
        Ok(Self { client, allow_private })
    }

    /// To begin a request with.
    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    /// Sends it; the answer's status. What else is answered is not read.
    ///
    /// # Errors
    /// `Unsent`. It may have arrived all the same, unless it is `Forbidden`.
    pub(super) async fn send(&self, request: RequestBuilder) -> std::result::Result<u16, Unsent> {
        Ok(self.ask(request).await?.status().as_u16())
    }

    /// Sends it; the answer's status, and of its body at most so many bytes.
    ///
    /// # Errors
    /// `Unsent`, also for a body that is longer.
    pub(super) async fn fetch(
        &self,
        request: RequestBuilder,
        most: usize,
    ) -> std::result::Result<(u16, Vec<u8>), Unsent> {
        let answer = self.ask(request).await?;
        Ok((answer.status().as_u16(), Self::read(answer, most).await?))
    }

    /// The body of an answer, if it is not longer than this.
    ///
    /// # Errors
    /// `Unsent`.
    pub(super) async fn read(mut answer: Response, most: usize) -> std::result::Result<Vec<u8>, Unsent> {
        let mut body = Vec::new();
        while let Some(piece) = answer.chunk().await.map_err(|error| unsent(&error))? {
            if body.len() + piece.len() > most {
                return Err(Unsent::Silent);
            }
            body.extend_from_slice(&piece);
        }
        Ok(body)
    }

    /// Sends it; the answer, of which the body is still to come.
    ///
    /// # Errors
    /// `Unsent`. It may have arrived all the same, unless it is `Forbidden`.
    pub(super) async fn ask(&self, request: RequestBuilder) -> std::result::Result<Response, Unsent> {
        let request = request.build().map_err(|_| Unsent::Silent)?;
        // An address in the place of a name is never looked up.
        let literal = request.url().host_str().map(|host| host.trim_matches(['[', ']']));
        let literal = literal.and_then(|host| host.parse::<IpAddr>().ok());
        if literal.is_some_and(|address| !may_be_called(address, self.allow_private)) {
            return Err(Unsent::Forbidden);
        }
        self.client.execute(request).await.map_err(|error| unsent(&error))
    }
}

fn unsent(error: &reqwest::Error) -> Unsent {
    match error {
        error if is_forbidden(error) => Unsent::Forbidden,
        error if error.is_timeout() => Unsent::TimedOut,
        _ => Unsent::Silent,
    }
}

fn is_forbidden(error: &reqwest::Error) -> bool {
    let mut cause = error.source();
    while let Some(one) = cause {
        if one.is::<ForbiddenAddress>() {
            return true;
        }
        cause = one.source();
    }
    false
}

#[derive(Debug, thiserror::Error)]
#[error("the name leads to an address that may not be called")]
struct ForbiddenAddress;

/// Looks a name up, and gives nothing back if any of its addresses may not be called.
struct Judging {
    allow_private: bool,
}

impl Resolve for Judging {
    fn resolve(&self, name: Name) -> Resolving {
        let allow_private = self.allow_private;
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            judge(&found, allow_private)?;
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

fn judge(found: &[SocketAddr], allow_private: bool) -> std::result::Result<(), ForbiddenAddress> {
    match found.iter().all(|address| may_be_called(address.ip(), allow_private)) {
        true => Ok(()),
        false => Err(ForbiddenAddress),
    }
}

/// Where clouds tell a machine its own secrets, besides the link-local address.
const METADATA: [IpAddr; 4] = [
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)),
    IpAddr::V6(Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254)),
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)),
    IpAddr::V4(Ipv4Addr::new(168, 63, 129, 16)),
];

/// Whether an address is one of the internet, or `allow_private` and one of a private network or this machine. Link-local,
/// group and reserved addresses never are.
fn may_be_called(address: IpAddr, allow_private: bool) -> bool {
    let address = address.to_canonical();
    if METADATA.contains(&address) {
        return false;
    }
    match address {
        IpAddr::V4(v4) => is_public_v4(v4) || (allow_private && is_private_v4(v4)),
        IpAddr::V6(v6) => match embedded_v4(v6) {
            Some(v4) => may_be_called(IpAddr::V4(v4), allow_private),
            None => is_public_v6(v6) || (allow_private && (v6.is_loopback() || v6.is_unique_local())),
        },
    }
}

fn is_private_v4(address: Ipv4Addr) -> bool {
    address.is_private() || address.is_loopback() || is_shared(address)
}

/// RFC 6598.
fn is_shared(address: Ipv4Addr) -> bool {
    let [a, b, ..] = address.octets();
    a == 100 && (64..128).contains(&b)
}

/// What the registry of special addresses (RFC 6890 and its successors) does not keep for something else.
fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = a == 0
        || a >= 224
        || address.is_link_local()
        || address.is_documentation()
        || (a, b, c) == (192, 0, 0)
        || (a, b, c) == (192, 88, 99)
        || (a == 198 && (18..20).contains(&b));
    !special && !is_private_v4(address)
}

/// Global unicast is 2000::/3 (RFC 4291); documentation, Teredo, benchmarking and other special blocks of it are not.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    let special = (a == 0x2001 && (b == 0xdb8 || b < 0x200)) || (a == 0x3fff && b < 0x1000);
    a & 0xe000 == 0x2000 && !special
}

/// The IPv4 address that a translating network would call: NAT64 (RFC 6052) and 6to4 (RFC 3056).
fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [a, b, c, d, e, f, g, h] = address.segments();
    let joined = |high: u16, low: u16| Ipv4Addr::from_bits((u32::from(high) << 16) | u32::from(low));
    match (a, b, c, d, e, f) {
        (0x64, 0xff9b, 0, 0, 0, 0) => Some(joined(g, h)),
        (0x2002, ..) => Some(joined(b, c)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(text: &str, allow_private: bool) -> bool {
        may_be_called(text.parse().unwrap(), allow_private)
    }

    #[test]
    fn the_internet_may_be_called() {
        for text in ["1.1.1.1", "203.104.209.71", "2606:4700::1111", "2001:200::1", "64:ff9b::101:101"] {
            assert!(allowed(text, false) && allowed(text, true), "{text}");
        }
    }

    #[test]
    fn private_networks_and_this_machine_only_when_that_is_said() {
        for text in [
            "10.0.0.1",
            "172.16.3.4",
            "192.168.1.1",
            "127.0.0.1",
            "127.8.8.8",
            "100.64.0.1",
            "::1",
            "fd12::1",
            "::ffff:10.0.0.1",
            "::ffff:127.0.0.1",
            "64:ff9b::a00:1",
            "2002:7f00:1::",
        ] {
            assert!(!allowed(text, false), "{text}");
            assert!(allowed(text, true), "{text}");
        }
    }

    #[test]
    fn what_leads_to_a_machines_secrets_or_nowhere_never() {
        for text in [
            "169.254.169.254",
            "169.254.1.1",
            "0.0.0.0",
            "0.1.2.3",
            "255.255.255.255",
            "224.0.0.1",
            "240.0.0.1",
            "192.0.2.1",
            "192.0.0.8",
            "198.18.0.1",
            "::",
            "fe80::1",
            "ff02::1",
            "2001:db8::1",
            "2001::1",
            "fd00:ec2::254",
            "100.100.100.200",
            "::ffff:169.254.169.254",
            "64:ff9b::a9fe:a9fe",
            "2002:a9fe:a9fe::",
            "fec0::1",
            "4000::1",
        ] {
            assert!(!allowed(text, false) && !allowed(text, true), "{text}");
        }
    }

    #[test]
    fn one_forbidden_address_among_others_forbids_the_name() {
        let found = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect::<Vec<SocketAddr>>();
        assert!(judge(&found(&["1.1.1.1:0", "1.0.0.1:0"]), false).is_ok());
        assert!(judge(&found(&["1.1.1.1:0", "127.0.0.1:0"]), false).is_err());
        assert!(judge(&found(&["10.0.0.1:0", "169.254.169.254:0"]), true).is_err());
    }
}
