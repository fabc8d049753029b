//! Where a role may be used: elsewhere it does not exist, whoever holds it.

use std::net::IpAddr;

use crate::config::{AllowList, Networks};
use crate::error::{Problem, Result};
use crate::gateway::Gateway;
use crate::model::{Account, Role};

use super::visitor::Visitor;

/// Leaves an account the roles that its holder may use from where he is. At the console he may use all.
///
/// # Errors
/// `NetworkRefused` when none is left.
pub(super) fn narrow(gateway: &Gateway, account: &mut Account, visitor: &Visitor) -> Result<()> {
    let Some(source) = visitor.source else { return Ok(()) };
    account.roles.retain(|role| is_usable(&gateway.sign_in.networks, *role, source));
    if account.roles.is_empty() { Err(Problem::NetworkRefused.into()) } else { Ok(()) }
}

/// Whether approvers, and so their deputies, may decide from where this visitor is.
pub(super) fn admits_approvers(gateway: &Gateway, visitor: &Visitor) -> bool {
    visitor.source.is_none_or(|source| is_usable(&gateway.sign_in.networks, Role::Approver, source))
}

fn is_usable(networks: &Networks, role: Role, source: IpAddr) -> bool {
    let allowed: &AllowList = match role {
        Role::Sender => &networks.sender,
        Role::Approver => &networks.approver,
        Role::Auditor => &networks.auditor,
        Role::Administrator => &networks.administrator,
    };
    allowed.admits(source)
}
