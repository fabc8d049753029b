//! Who may do what: the one table. Permits (`staff::permit`) and the doors (`http::routes`) read it, the manual prints it.

use super::Role;
use super::words::words;

words! {
    /// Something that not everybody may do.
    pub enum Right {
        /// Make a transfer and send it.
        Send = "send",
        /// See a transfer, recall it, extend it, issue a number again.
        ManageTransfer = "manage_transfer",
        /// Open the files of a transfer. Recipients do, with link and number; approvers before it is sent, with a slot of their
        /// own.
        OpenFiles = "open_files",
        /// Approve a transfer.
        Approve = "approve",
        /// Read the account register and its reviews.
        ReadRegister = "read_register",
        /// Add, change, stop and reset accounts; end their sessions and tokens.
        ChangeAccount = "change_account",
        /// Give an account roles, limits or validity.
        SetRights = "set_rights",
        /// Start a review, assign it, sign it off.
        RunReview = "run_review",
        /// Decide about an account in a review that was assigned.
        DecideReview = "decide_review",
        /// Set rules, policy, and how the office presents itself.
        SetPolicy = "set_policy",
        /// Read the fax register. Whoever sends keeps the own entries.
        ReadFaxes = "read_faxes",
        /// Read the log.
        ReadLog = "read_log",
        /// Have a person forgotten: what names somebody, beside the log and elsewhere.
        ErasePersonalData = "erase_personal_data",
        /// Change or remove an entry of the log.
        AlterLog = "alter_log",
    }
}

words! {
    /// Whose things a right is about.
    pub enum Reach {
        /// Nobody's: the right is not given.
        None = "none",
        /// The own ones.
        Own = "own",
        /// Those of others, never the own ones.
        Others = "others",
        /// Everybody's.
        All = "all",
    }
}

impl Reach {
    /// Whether something of one's own, or of somebody else, is within.
    pub const fn covers(self, own: bool) -> bool {
        match self {
            Self::None => false,
            Self::Own => own,
            Self::Others => !own,
            Self::All => true,
        }
    }
}

/// A row: the right, and how far it goes for sender, approver, auditor and administrator.
type Row = (Right, [Reach; 4]);

/// The table. Columns stand in the order of [`Role::ALL`].
pub const RIGHTS: [Row; 14] = {
    use Reach::{All, None, Others, Own};
    [
        (Right::Send, [Own, None, None, None]),
        (Right::ManageTransfer, [Own, None, None, None]),
        (Right::OpenFiles, [None, Others, None, None]),
        (Right::Approve, [None, Others, None, None]),
        (Right::ReadRegister, [None, None, All, All]),
        (Right::ChangeAccount, [None, None, None, Others]),
        (Right::SetRights, [None, None, None, Others]),
        (Right::RunReview, [None, None, None, All]),
        (Right::DecideReview, [Others, Others, Others, Others]),
        (Right::SetPolicy, [None, None, None, All]),
        (Right::ReadFaxes, [Own, None, All, All]),
        (Right::ReadLog, [None, None, All, None]),
        (Right::ErasePersonalData, [None, None, None, All]),
        (Right::AlterLog, [None, None, None, None]),
    ]
};

impl Right {
    /// How far it goes for a role.
    pub fn of(self, role: Role) -> Reach {
        let row = RIGHTS.iter().find(|(right, _)| *right == self);
        let column = Role::ALL.iter().position(|other| *other == role);
        row.zip(column).and_then(|((_, cells), column)| cells.get(column)).copied().unwrap_or(Reach::None)
    }

    /// Whether somebody with these roles has it about something of his own, or of somebody else.
    pub fn is_held_by(self, roles: &[Role], own: bool) -> bool {
        roles.iter().any(|role| self.of(*role).covers(own))
    }

    /// Whether somebody with these roles has it about anything at all.
    pub fn is_known_to(self, roles: &[Role]) -> bool {
        self.is_held_by(roles, true) || self.is_held_by(roles, false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_right_has_one_row() {
        for right in Right::ALL {
            assert_eq!(RIGHTS.iter().filter(|(other, _)| other == right).count(), 1, "{right}");
        }
        assert_eq!(Role::ALL, [Role::Sender, Role::Approver, Role::Auditor, Role::Administrator]);
    }

    #[test]
    fn what_no_role_may_ever_do() {
        for role in Role::ALL {
            assert_eq!(Right::AlterLog.of(*role), Reach::None, "{role} alters the log");
            let opens = if *role == Role::Approver { Reach::Others } else { Reach::None };
            assert_eq!(Right::OpenFiles.of(*role), opens, "{role} opens files");
            assert!(!Right::SetRights.of(*role).covers(true), "{role} sets the own rights");
            assert!(!Right::Approve.of(*role).covers(true), "{role} approves own transfers");
            assert!(!Right::DecideReview.of(*role).covers(true), "{role} reviews the own account");
        }
        let reading = [Right::ReadRegister, Right::ReadFaxes, Right::ReadLog, Right::DecideReview];
        for right in Right::ALL.iter().filter(|right| !reading.contains(right)) {
            assert_eq!(right.of(Role::Auditor), Reach::None, "auditors only read: {right}");
        }
    }
}
