//! What the world is told of the office's mail.

use crate::port::{DkimRecord, DmarcPolicy, Published};

use super::facts::Facts;
use super::{Saw, Seen};

/// Whether the domain says who may send for it.
pub(super) fn spf(facts: &Facts<'_>) -> Saw {
    let Some(mail) = facts.mail() else { return Saw::new(Seen::MailLocal) };
    let flaws = Flaws { none: Seen::SpfNone, several: Seen::SpfSeveral, unreadable: Seen::SpfUnreadable };
    told(&mail.spf, &flaws, |spf| if spf.anybody { Seen::SpfAnybody } else { Seen::SpfThere })
}

/// Whether what is signed here verifies with the published key.
pub(super) fn dkim(facts: &Facts<'_>) -> Saw {
    let Some(mail) = facts.mail() else { return Saw::new(Seen::MailLocal) };
    let Some(dkim) = &mail.dkim else { return Saw::new(Seen::DkimElsewhere) };
    let flaws = Flaws { none: Seen::DkimNone, several: Seen::DkimSeveral, unreadable: Seen::DkimUnreadable };
    told(dkim, &flaws, |dkim| match dkim {
        DkimRecord::Fits => Seen::DkimFits,
        DkimRecord::Other => Seen::DkimOther,
        DkimRecord::Revoked => Seen::DkimRevoked,
    })
}

/// Whether receivers are to keep forged mails away.
pub(super) fn dmarc(facts: &Facts<'_>) -> Saw {
    let Some(mail) = facts.mail() else { return Saw::new(Seen::MailLocal) };
    let flaws = Flaws { none: Seen::DmarcNone, several: Seen::DmarcSeveral, unreadable: Seen::DmarcUnreadable };
    told(&mail.dmarc, &flaws, |dmarc| match dmarc.policy {
        DmarcPolicy::None => Seen::DmarcWatches,
        _ if dmarc.testing => Seen::DmarcTries,
        DmarcPolicy::Quarantine | DmarcPolicy::Reject => Seen::DmarcProtects,
    })
}

/// What is seen where no record can be judged.
struct Flaws {
    none: Seen,
    several: Seen,
    unreadable: Seen,
}

fn told<T>(published: &Published<T>, flaws: &Flaws, judge: impl Fn(&T) -> Seen) -> Saw {
    match published {
        Published::None { name } => Saw::new(flaws.none).with("name", name.as_str()),
        Published::Several { name } => Saw::new(flaws.several).with("name", name.as_str()),
        Published::Unreadable { name, text } => {
            Saw::new(flaws.unreadable).with("name", name.as_str()).with("record", text.as_str())
        }
        Published::One { name, text, found } => {
            Saw::new(judge(found)).with("name", name.as_str()).with("record", text.as_str())
        }
        Published::Silent { name, why } => {
            Saw::new(Seen::NamesSilent).with("name", name.as_str()).with("why", why.as_str())
        }
    }
}
