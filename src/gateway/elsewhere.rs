//! Where staff is known besides the account register, and who gets in from there.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::Role;
use crate::port::{Directory, IdentityProvider};

/// Who gets in that a provider or directory knows, and as what.
#[derive(Clone, Debug)]
pub struct Admission {
    /// Under which name its people are tied to accounts: what their ids are unique within.
    pub realm: String,
    /// Roles by what it says of a person; none: the register gives roles.
    pub roles: Option<BTreeMap<String, Role>>,
    /// Whether others than those in the register get an account, and their roles where nothing else gives some.
    pub just_in_time: Option<Vec<Role>>,
}

/// An OpenID provider.
pub struct Provider {
    /// Its word in addresses.
    pub id: String,
    /// What its button says.
    pub name: String,
    /// Who gets in.
    pub admission: Admission,
    /// Itself.
    pub edge: Arc<dyn IdentityProvider>,
}

/// The office's directory.
pub struct Staffed {
    /// Who gets in.
    pub admission: Admission,
    /// Itself.
    pub edge: Arc<dyn Directory>,
}

/// Everywhere that staff is known.
#[derive(Default)]
pub struct Elsewhere {
    /// OpenID providers, in the order of their buttons.
    pub providers: Vec<Provider>,
    /// The directory, if there is one.
    pub directory: Option<Staffed>,
}

impl Elsewhere {
    /// The provider of this word.
    pub fn provider(&self, id: &str) -> Option<&Provider> {
        self.providers.iter().find(|provider| provider.id == id)
    }
}
