//! Which rows of the guideline (S1 to S10 of the product's source requirements) the present settings fulfil, and which not.
//! Pure: the facts are a parameter. What this gateway does not do is said, not hidden.

mod because;
mod facts;

use crate::config::{Policy, Ruling};
use crate::model::{Combination, Deviation, Factor, Role, words};

pub use because::Because;
pub use facts::{Facts, Register, Scanner, facts, stale_since};

words! {
    /// How far a row is fulfilled.
    pub enum Verdict {
        /// By everything that the row asks for.
        Fulfilled = "fulfilled",
        /// By a part of it.
        Partly = "partly",
        /// By nothing yet.
        Not = "not",
    }
}

/// Where what a reason tells of can be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Nowhere: it is so by design, or does not exist yet.
    Nowhere,
    /// On this page of the administrators' listener.
    Page(&'static str),
    /// On this page of the staff's surface.
    Staff(&'static str),
    /// With this key of the configuration.
    Key(&'static str),
}

/// Why a row is judged as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reason {
    /// What it is.
    pub because: Because,
    /// The number in that text, where there is one.
    pub count: u64,
    /// Where it is changed.
    pub place: Place,
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// `S1` to `S10`.
    pub name: &'static str,
    /// How far it is fulfilled.
    pub verdict: Verdict,
    /// Why: what is there first, then what is missing.
    pub reasons: Vec<Reason>,
}

const RULES: Place = Place::Page("/admin/sign-in");
const POLICY: Place = Place::Page("/admin/policy");

fn said(because: Because) -> Reason {
    Reason { because, count: 0, place: Place::Nowhere }
}

fn to_change(because: Because, place: Place) -> Reason {
    Reason { because, count: 0, place }
}

fn counted(because: Because, count: u64, place: Place) -> Reason {
    Reason { because, count, place }
}

/// What is read from the facts of one row.
type Judge = fn(&Facts) -> (Verdict, Vec<Reason>);

/// The whole table.
pub fn table(facts: &Facts) -> Vec<Row> {
    let rows: [(&'static str, Judge); 10] = [
        ("S1", authentication),
        ("S2", networks),
        ("S3", passwords),
        ("S4", idling),
        ("S5", register),
        ("S6", intruders),
        ("S7", malware),
        ("S8", mail),
        ("S9", services),
        ("S10", fax),
    ];
    rows.into_iter()
        .map(|(name, judge)| {
            let (verdict, reasons) = judge(facts);
            Row { name, verdict, reasons }
        })
        .collect()
}

/// What is missing decides; nothing missing is fulfilled.
fn judged(there: Vec<Reason>, missing: Vec<Reason>) -> (Verdict, Vec<Reason>) {
    let verdict = match (missing.is_empty(), there.is_empty()) {
        (true, _) => Verdict::Fulfilled,
        (false, false) => Verdict::Partly,
        (false, true) => Verdict::Not,
    };
    (verdict, there.into_iter().chain(missing).collect())
}

fn ways(facts: &Facts) -> impl Iterator<Item = Combination> {
    Role::ALL.iter().flat_map(|role| facts.rules.for_role(*role)).copied()
}

fn all_ways_have(facts: &Facts, factors: &[Factor]) -> bool {
    ways(facts).all(|way| way.factors().iter().any(|factor| factors.contains(factor)))
}

fn authentication(facts: &Facts) -> (Verdict, Vec<Reason>) {
    let mut reasons = vec![said(Because::SignInAlways)];
    if ways(facts).any(|way| way == Combination::Password) {
        reasons.push(to_change(Because::PasswordAlone, RULES));
    }
    (Verdict::Fulfilled, reasons)
}

fn networks(facts: &Facts) -> (Verdict, Vec<Reason>) {
    let networks = &facts.networks;
    let roles = [&networks.sender, &networks.approver, &networks.auditor, &networks.administrator];
    let closed = !networks.staff.0.is_empty() || roles.iter().all(|list| !list.0.is_empty());
    let some_closed = !networks.admin.0.is_empty() || roles.iter().any(|list| !list.0.is_empty());
    let by_domain = all_ways_have(facts, &[Factor::Directory, Factor::Oidc]);
    let by_device = facts.certificates && all_ways_have(facts, &[Factor::Certificate]);
    let there = [
        (closed, said(Because::NetworksClosed)),
        (some_closed && !closed, said(Because::NetworksSome)),
        (facts.known_elsewhere, said(Because::Domain)),
        (facts.certificates, said(Because::Devices)),
    ];
    let there = there.into_iter().filter(|(is_so, _)| *is_so).map(|(_, reason)| reason).collect();
    let missing = match closed || by_domain || by_device {
        true => Vec::new(),
        false => vec![to_change(Because::NetworksOpen, Place::Key("sign_in.networks"))],
    };
    judged(there, missing)
}

fn passwords(facts: &Facts) -> (Verdict, Vec<Reason>) {
    let mut there = vec![said(Because::InitialChanged)];
    let mut missing = Vec::new();
    if ways(facts).any(|way| way.factors().contains(&Factor::Password)) {
        there.push(counted(Because::Length, facts.rules.passwords.minimum_with_second.into(), RULES));
        let deviations = facts.rules.deviations();
        if deviations.contains(&Deviation::GuidelineClasses) {
            missing.push(to_change(Because::Classes, RULES));
        }
        if deviations.contains(&Deviation::GuidelineAge) {
            missing.push(to_change(Because::Age, RULES));
        }
    }
    let elsewhere = |way: Combination| way.factors().iter().any(|one| matches!(one, Factor::Directory | Factor::Oidc));
    if facts.known_elsewhere && ways(facts).any(elsewhere) {
        missing.push(to_change(Because::PasswordsElsewhere, RULES));
    }
    judged(there, missing)
}

fn idling(facts: &Facts) -> (Verdict, Vec<Reason>) {
    let minutes = u64::from(facts.policy.idle_lock_minutes);
    judged(vec![counted(Because::Idle, minutes, POLICY)], Vec::new())
}

fn register(facts: &Facts) -> (Verdict, Vec<Reason>) {
    let Register { reviewed, is_overdue, dormant, mixed } = facts.register;
    let months = u64::from(facts.policy.review_months);
    let mut there = vec![said(Because::Register)];
    let mut missing = Vec::new();
    match reviewed {
        None => missing.push(to_change(Because::NeverReviewed, Place::Staff("/register"))),
        Some(true) => there.push(counted(Because::Reviewed, months, POLICY)),
        Some(false) => missing.push(counted(Because::ReviewDue, months, Place::Staff("/register"))),
    }
    if is_overdue {
        missing.push(to_change(Because::ReviewOverdue, Place::Staff("/register")));
    }
    if dormant > 0 {
        missing.push(counted(Because::Dormant, dormant, Place::Staff("/register")));
    }
    if mixed > 0 {
        missing.push(counted(Because::Mixed, mixed, Place::Staff("/register")));
    }
    judged(there, missing)
}

fn intruders(facts: &Facts) -> (Verdict, Vec<Reason>) {
    let there = vec![said(Because::Listeners), said(Because::Bans)];
    // Packet filters and the record of traffic are outside of what a gateway can see.
    let mut missing = vec![said(Because::FilterOutside)];
    if !facts.admin_is_local && facts.networks.admin.0.is_empty() {
        missing.push(to_change(Because::AdminOpen, Place::Key("sign_in.networks.admin")));
    }
    judged(there, missing)
}

fn malware(facts: &Facts) -> (Verdict, Vec<Reason>) {
    let hours = u64::from(facts.policy.signature_hours);
    let mut there = vec![said(Because::Scanned)];
    let mut missing = Vec::new();
    match facts.scanner {
        Scanner::Off => return judged(Vec::new(), vec![to_change(Because::ScanOff, Place::Key("scan.off"))]),
        Scanner::Down => missing.push(to_change(Because::ScannerDown, Place::Key("scan.clamd"))),
        Scanner::Ready { fresh: Some(true) } => there.push(counted(Because::SignaturesFresh, hours, POLICY)),
        Scanner::Ready { fresh: Some(false) } => missing.push(counted(Because::SignaturesOld, hours, POLICY)),
        Scanner::Ready { fresh: None } => missing.push(said(Because::SignaturesUndated)),
    }
    let Policy { infected, unscannable, oversized, .. } = &facts.policy;
    if *infected != Ruling::Refuse {
        missing.push(to_change(Because::InfectedPass, POLICY));
    }
    if [*unscannable, *oversized] != [Ruling::Refuse; 2] {
        missing.push(to_change(Because::UnscannablePass, POLICY));
    }
    judged(there, missing)
}

fn mail(facts: &Facts) -> (Verdict, Vec<Reason>) {
    let mut there = vec![said(Because::NoAttachment), said(Because::Checked), said(Because::Outcomes)];
    let mut missing = Vec::new();
    let Policy { hold_minutes, approve_always, approve_new_domains, approve_recipients, approve_bytes, .. } =
        &facts.policy;
    let is_approved = *approve_always || *approve_new_domains || *approve_recipients > 0 || *approve_bytes > 0;
    // Either gives a slip a second chance. With neither, what is sent is gone.
    let list = if is_approved || *hold_minutes > 0 { &mut there } else { &mut missing };
    list.push(match is_approved {
        true => to_change(Because::Approval, POLICY),
        false => to_change(Because::NoApproval, POLICY),
    });
    list.push(match u64::from(*hold_minutes) {
        0 => to_change(Because::NoHold, POLICY),
        minutes => counted(Because::Hold, minutes, POLICY),
    });
    if facts.mail_in_clear {
        missing.push(to_change(Because::MailInClear, Place::Key("mail.smtp.security")));
    }
    judged(there, missing)
}

fn services(facts: &Facts) -> (Verdict, Vec<Reason>) {
    let mut there = vec![said(Because::Shredded)];
    there.push(match facts.tls12 {
        true => to_change(Because::Tls12, Place::Key("tls.tls12")),
        false => said(Because::Tls13),
    });
    // Erasure is logged; a certificate for it that an outsider can verify does not exist yet.
    judged(there, vec![said(Because::NoCertificate)])
}

fn fax(_: &Facts) -> (Verdict, Vec<Reason>) {
    // Whether every fax is recorded, no gateway sees.
    judged(vec![said(Because::FaxRegister)], Vec::new())
}

#[cfg(test)]
mod tests;
