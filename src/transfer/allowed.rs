//! What a sender may send: the tightest of the policy, the department's limits and the account's own. It is read in the
//! transaction that decides, so that what was allowed when a draft was made counts for nothing when it is sent.

use std::ops::RangeInclusive;

use crate::config::Policy;
use crate::error::{FieldFlaw, Problem, Result};
use crate::gateway::{Gateway, over};
use crate::model::{AccountId, Limits, domain_of};
use crate::store::{Tx, accounts, departments, settings};

/// What an account may send now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// Bytes of a transfer at most.
    pub most_bytes: u64,
    /// Files of a transfer at most.
    pub most_files: u32,
    /// Recipients of a transfer at most.
    pub most_recipients: u32,
    /// Hours that files may be kept.
    pub keep_hours: RangeInclusive<u32>,
    /// Hours that they are kept if the sender says nothing.
    pub keep_default_hours: u32,
    /// Whether every transfer must be approved.
    pub needs_approval: bool,
    /// Lists of domains: an address must be in each.
    domains: Vec<Vec<String>>,
}

impl Allowed {
    /// What this account may send, as the store has it in this transaction. `usual` is the policy of the configuration.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn of(tx: &mut Tx, usual: &Policy, account: AccountId) -> Result<Self> {
        let policy = over(usual, &settings::policy(tx)?);
        let account = accounts::get(tx, account)?;
        let department = departments::limits(tx, &account.department)?.unwrap_or_default();
        Ok(Self::new(&policy, &[&department, &account.limits]))
    }

    /// The tightest of the policy and these limits.
    pub fn new(policy: &Policy, limits: &[&Limits]) -> Self {
        let tightest = |most: u64, of: fn(&Limits) -> Option<i64>| {
            let set = limits.iter().filter_map(|limits| of(limits)).filter_map(|limit| u64::try_from(limit).ok());
            set.fold(most, u64::min)
        };
        let count = |most: u32, of| u32::try_from(tightest(u64::from(most), of)).unwrap_or(most);
        let longest = count(policy.keep_most_hours, |limits| limits.most_keep_hours.map(i64::from));
        // Who is held below the shortest time of all may choose that one time.
        let keep_hours = policy.keep_least_hours.min(longest)..=longest;
        Self {
            most_bytes: tightest(policy.bytes_per_transfer, |limits| limits.most_bytes),
            most_files: policy.files_per_transfer,
            most_recipients: count(policy.recipients_per_transfer, |limits| limits.most_recipients.map(i64::from)),
            keep_default_hours: policy.keep_default_hours.clamp(*keep_hours.start(), *keep_hours.end()),
            keep_hours,
            needs_approval: limits.iter().any(|limits| limits.needs_approval),
            domains: limits.iter().map(|limits| limits.domains.clone()).filter(|list| !list.is_empty()).collect(),
        }
    }

    /// Whether files may be kept this long.
    ///
    /// # Errors
    /// `Field`.
    pub fn check_keep_hours(&self, hours: u32) -> Result<()> {
        if self.keep_hours.contains(&hours) {
            return Ok(());
        }
        let (least, most) = (i64::from(*self.keep_hours.start()), i64::from(*self.keep_hours.end()));
        Err(Problem::Field { field: "keep_hours", flaw: FieldFlaw::OutOfBounds { least, most } }.into())
    }

    /// Whether a mail address may be sent to.
    ///
    /// # Errors
    /// `DomainRefused`.
    pub fn check_address(&self, email: &str) -> Result<()> {
        let domain = domain_of(email);
        if self.domains.iter().all(|list| list.contains(&domain)) {
            return Ok(());
        }
        Err(Problem::DomainRefused { domain }.into())
    }

    /// Whether so many recipients are allowed.
    ///
    /// # Errors
    /// `TooManyRecipients`.
    pub fn check_recipients(&self, count: usize) -> Result<()> {
        let limit = self.most_recipients;
        if count > limit as usize { Err(Problem::TooManyRecipients { limit }.into()) } else { Ok(()) }
    }

    /// Whether so many files are allowed.
    ///
    /// # Errors
    /// `TooManyFiles`.
    pub(super) fn check_files(&self, count: usize) -> Result<()> {
        let limit = self.most_files;
        if count > limit as usize { Err(Problem::TooManyFiles { limit }.into()) } else { Ok(()) }
    }

    /// Whether so many bytes are allowed.
    ///
    /// # Errors
    /// `TooLarge`.
    fn check_bytes(&self, bytes: u64) -> Result<()> {
        let limit = self.most_bytes;
        if bytes > limit { Err(Problem::TooLarge { limit }.into()) } else { Ok(()) }
    }

    /// Why a transfer cannot leave as it is, everything at once; nothing: it can.
    pub fn refusals<'a>(
        &self,
        keep_seconds: i64,
        sizes: impl Iterator<Item = i64>,
        emails: impl Iterator<Item = &'a str>,
    ) -> Vec<Problem> {
        let (sizes, emails): (Vec<i64>, Vec<&str>) = (sizes.collect(), emails.collect());
        let bytes = sizes.iter().fold(0_i64, |sum, size| sum.saturating_add(*size));
        let checks = [
            self.check_keep_hours(u32::try_from(keep_seconds / 3600).unwrap_or(u32::MAX)),
            self.check_files(sizes.len()),
            self.check_bytes(u64::try_from(bytes).unwrap_or(u64::MAX)),
            self.check_recipients(emails.len()),
        ];
        let addresses = emails.iter().map(|email| self.check_address(email));
        let mut refusals: Vec<Problem> = Vec::new();
        for refusal in checks.into_iter().chain(addresses).filter_map(Result::err) {
            if let crate::error::Error::Problem(problem) = refusal
                && !refusals.contains(&problem)
            {
                refusals.push(problem);
            }
        }
        refusals
    }

    /// The domains that may be sent to: those in every list. None: every domain.
    pub fn domains(&self) -> Option<Vec<String>> {
        let (first, others) = self.domains.split_first()?;
        Some(first.iter().filter(|domain| others.iter().all(|list| list.contains(domain))).cloned().collect())
    }
}

/// What an account may send now, for pages and for what is examined before a transaction.
///
/// # Errors
/// The store cannot be read.
pub async fn allowed(gateway: &Gateway, account: AccountId) -> Result<Allowed> {
    let usual = gateway.policy.usual();
    gateway.store.read(move |tx| Allowed::of(tx, &usual, account)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(change: impl FnOnce(&mut Limits)) -> Limits {
        let mut limits = Limits::default();
        change(&mut limits);
        limits
    }

    fn domains(list: &[&str]) -> Limits {
        limits(|limits| limits.domains = list.iter().map(|domain| (*domain).to_owned()).collect())
    }

    #[test]
    fn the_tightest_counts_and_nothing_widens() {
        let policy = Policy::default();
        let plain = Allowed::new(&policy, &[]);
        assert_eq!((plain.most_bytes, plain.most_recipients, plain.keep_hours), (50_000_000_000, 100, 1..=720));
        let wide = limits(|l| (l.most_bytes, l.most_recipients, l.most_keep_hours) = (Some(1 << 50), Some(1000), None));
        let tight = limits(|l| (l.most_bytes, l.most_recipients, l.most_keep_hours) = (Some(9), Some(2), Some(24)));
        for both in [[&wide, &tight], [&tight, &wide]] {
            let allowed = Allowed::new(&policy, &both);
            assert_eq!((allowed.most_bytes, allowed.most_recipients), (9, 2));
            assert_eq!((allowed.keep_hours, allowed.keep_default_hours), (1..=24, 24));
        }
        assert_eq!(Allowed::new(&policy, &[&wide]).most_bytes, policy.bytes_per_transfer);
    }

    #[test]
    fn who_is_held_below_the_shortest_time_has_one_choice() {
        let policy = Policy { keep_least_hours: 48, ..Policy::default() };
        let allowed = Allowed::new(&policy, &[&limits(|limits| limits.most_keep_hours = Some(24))]);
        assert_eq!(allowed.keep_hours, 24..=24);
        assert!(allowed.check_keep_hours(24).is_ok() && allowed.check_keep_hours(25).is_err());
    }

    #[test]
    fn an_address_must_be_in_every_list_exactly() {
        let policy = Policy::default();
        let refused = |lists: &[&Limits], email| Allowed::new(&policy, lists).check_address(email).is_err();
        let (one, two) = (domains(&["a.example", "b.example"]), domains(&["b.example", "c.example"]));
        assert!(!refused(&[&domains(&[])], "x@anywhere.example"));
        assert!(!refused(&[&one], "X@A.Example") && refused(&[&one], "x@sub.a.example"));
        assert!(refused(&[&one], "x@a.example.evil.example") && refused(&[&one], "\"a@a.example\"@evil.example"));
        assert!(!refused(&[&one, &two], "x@b.example") && refused(&[&one, &two], "x@a.example"));
        assert_eq!(Allowed::new(&policy, &[&one, &two]).domains(), Some(vec!["b.example".to_owned()]));
        assert_eq!(Allowed::new(&policy, &[&one, &domains(&["d.example"])]).domains(), Some(vec![]), "none at all");
        assert_eq!(Allowed::new(&policy, &[]).domains(), None);
    }

    #[test]
    fn one_limit_that_asks_for_approval_is_enough() {
        let asks = limits(|limits| limits.needs_approval = true);
        assert!(Allowed::new(&Policy::default(), &[&Limits::default(), &asks]).needs_approval);
        assert!(!Allowed::new(&Policy::default(), &[&Limits::default()]).needs_approval);
    }

    #[test]
    fn everything_that_hinders_is_said_once() {
        let narrow = limits(|l| {
            (l.most_bytes, l.most_recipients, l.most_keep_hours) = (Some(9), Some(1), Some(24));
            l.domains = vec!["a.example".into()];
        });
        let emails = ["x@b.example", "y@a.example", "z@B.example"].into_iter();
        let found = Allowed::new(&Policy::default(), &[&narrow]).refusals(25 * 3600, [5, 5].into_iter(), emails);
        let flaw = FieldFlaw::OutOfBounds { least: 1, most: 24 };
        let expected = [
            Problem::Field { field: "keep_hours", flaw },
            Problem::TooLarge { limit: 9 },
            Problem::TooManyRecipients { limit: 1 },
            Problem::DomainRefused { domain: "b.example".into() },
        ];
        assert_eq!(found, expected);
    }
}
