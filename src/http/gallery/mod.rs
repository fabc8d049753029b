//! Every state of every page, filled with the cast of the design: for tests and for looking at. One file per screen.
//! Only with the feature `gallery`, which no release is built with.

mod approvals;
mod audit;
mod cast;
mod check;
mod compose;
mod contacts;
mod copies;
mod erase;
mod exports;
mod fax;
mod import;
mod join;
mod me;
mod passkeys;
mod password;
mod policy;
mod problems;
mod proofs;
mod recipient;
mod register;
mod review;
mod rules;
mod second_factor;
mod sent;
mod sign_in;
mod templates;
mod transfers;
mod webhooks;

#[cfg(feature = "gallery")]
mod route;
#[cfg(feature = "gallery")]
pub use route::start;

use askama::{DynTemplate, Template};

pub use cast::{Cast, OFFICE};

/// A page in one state.
pub struct State {
    /// Its screen.
    pub screen: &'static str,
    /// Its own name among all states.
    pub name: String,
    /// The page.
    pub page: Box<dyn DynTemplate>,
}

/// The states of one screen.
struct States {
    screen: &'static str,
    all: Vec<State>,
}

impl States {
    fn of(screen: &'static str) -> Self {
        Self { screen, all: Vec::new() }
    }

    fn add(&mut self, name: &str, page: impl Template + 'static) {
        self.all.push(State { screen: self.screen, name: name.to_owned(), page: Box::new(page) });
    }
}

/// Every state, screen by screen in the order in which a transfer lives.
pub fn states(cast: &Cast) -> Vec<State> {
    let screens = [
        sign_in::states,
        password::states,
        join::states,
        import::states,
        second_factor::states,
        me::states,
        passkeys::states,
        rules::states,
        erase::states,
        register::states,
        review::states,
        policy::states,
        proofs::states,
        contacts::states,
        webhooks::states,
        copies::states,
        templates::states,
        compose::states,
        check::states,
        sent::states,
        transfers::states,
        approvals::states,
        fax::states,
        audit::states,
        exports::states,
        recipient::states,
        problems::states,
    ];
    screens.iter().flat_map(|states| states(cast).all).collect()
}
