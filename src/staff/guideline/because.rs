//! Every reason that a row of the guideline can have.

use crate::model::words;

words! {
    /// Why a row is judged as it is. Where a text says "so many", the reason carries the count.
    pub enum Because {
        /// Nobody sees a page of the staff without signing in.
        SignInAlways = "sign_in_always",
        /// For some roles a password alone is enough. A second factor can be demanded.
        PasswordAlone = "password_alone",
        /// Staff is turned away unless it comes from a listed network.
        NetworksClosed = "networks_closed",
        /// Some pages or roles are held to listed networks.
        NetworksSome = "networks_some",
        /// Staff can sign in with domain accounts.
        Domain = "domain",
        /// Certificates of devices and cards are asked for.
        Devices = "devices",
        /// Unknown devices and networks are not turned away.
        NetworksOpen = "networks_open",
        /// Initial and reset passwords must be changed.
        InitialChanged = "initial_changed",
        /// Passwords have at least so many characters.
        Length = "length",
        /// Mixed classes of characters are not demanded.
        Classes = "classes",
        /// A change within 90 days is not demanded.
        Age = "age",
        /// Passwords of the directory or provider follow the rules there.
        PasswordsElsewhere = "passwords_elsewhere",
        /// Staff’s screens lock after so many minutes without activity.
        Idle = "idle",
        /// Every person has an account, with rights and the history of every change.
        Register = "register",
        /// No review was signed off yet.
        NeverReviewed = "never_reviewed",
        /// The last review is not older than so many months.
        Reviewed = "reviewed",
        /// The last review is older than so many months.
        ReviewDue = "review_due",
        /// A review is open beyond its deadline.
        ReviewOverdue = "review_overdue",
        /// so many accounts have long been unused.
        Dormant = "dormant",
        /// so many accounts are both auditor and administrator.
        Mixed = "mixed",
        /// Administration has a listener of its own, apart from the recipients’.
        Listeners = "listeners",
        /// Sources that fail too often are turned away.
        Bans = "bans",
        /// Firewall and record of traffic stand outside this gateway (an example is in deploy/nftables.conf).
        FilterOutside = "filter_outside",
        /// The administrators’ pages are reached from every network.
        AdminOpen = "admin_open",
        /// Files are sent unscanned, as configured.
        ScanOff = "scan_off",
        /// Every file is scanned before it can leave.
        Scanned = "scanned",
        /// The scanner does not answer: files wait.
        ScannerDown = "scanner_down",
        /// The scanner’s signatures are not older than so many hours.
        SignaturesFresh = "signatures_fresh",
        /// The scanner’s signatures are older than so many hours.
        SignaturesOld = "signatures_old",
        /// The scanner does not say of when its signatures are.
        SignaturesUndated = "signatures_undated",
        /// Files in which malware was found are not always refused.
        InfectedPass = "infected_pass",
        /// Files that cannot be scanned are not always refused.
        UnscannablePass = "unscannable_pass",
        /// Nothing is attached; the pick-up number travels another way.
        NoAttachment = "no_attachment",
        /// Recipients are checked once more before sending.
        Checked = "checked",
        /// The outcome of every e-mail is recorded.
        Outcomes = "outcomes",
        /// A second person approves what the policy names.
        Approval = "approval",
        /// No second person approves.
        NoApproval = "no_approval",
        /// E-mails leave at once (hold of 0 minutes).
        NoHold = "no_hold",
        /// For so many minutes after sending, a recall leaves no trace outside.
        Hold = "hold",
        /// The line to the mail server is not protected.
        MailInClear = "mail_in_clear",
        /// Keys and files are erased after retrieval or expiry, and the log says so.
        Shredded = "shredded",
        /// Lines are protected by TLS 1.3 and 1.2.
        Tls12 = "tls12",
        /// Lines are protected by TLS 1.3.
        Tls13 = "tls13",
        /// There is no deletion certificate yet that an outsider can verify.
        NoCertificate = "no_certificate",
        /// The fax register has what is asked of a fax; whether each is recorded is up to the office.
        FaxRegister = "fax_register",
    }
}
