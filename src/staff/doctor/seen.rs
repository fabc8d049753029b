//! What checks can see, and whether it is well.

use serde::Serialize;

use crate::model::{Time, words};

words! {
    /// How a check ended.
    pub enum Outcome {
        /// As it should be.
        Ok = "ok",
        /// It works, but not as well as it should, or not as safely.
        Warning = "warning",
        /// Something does not work, or is not safe.
        Failed = "failed",
        /// It could not be looked at.
        NotChecked = "not_checked",
    }
}

words! {
    /// What a check saw.
    pub enum Seen {
        /// Files leave unscanned, as the configuration says.
        ScannerOff = "scanner_off",
        /// There is no scanner, and nobody said that this is meant.
        ScannerMissing = "scanner_missing",
        /// The scanner answers.
        ScannerAnswers = "scanner_answers",
        /// It answers, and files go to it through the network unprotected.
        ScannerInClear = "scanner_in_clear",
        /// It does not answer.
        ScannerSilent = "scanner_silent",
        /// Not looked at: there is no scanner.
        NoScanner = "no_scanner",
        /// Not looked at: the scanner does not answer.
        NoAnswer = "no_answer",
        /// The signatures are of today's.
        SignaturesFresh = "signatures_fresh",
        /// The signatures are older than the policy has it.
        SignaturesOld = "signatures_old",
        /// The scanner does not say of when its signatures are.
        SignaturesUndated = "signatures_undated",
        /// A harmless file is clean.
        CleanPasses = "clean_passes",
        /// A harmless file is not clean.
        CleanRefused = "clean_refused",
        /// The test file is found.
        EicarFound = "eicar_found",
        /// The test file is not found.
        EicarMissed = "eicar_missed",
        /// The test file is found inside an archive.
        EicarInZipFound = "eicar_in_zip_found",
        /// The test file is not found inside an archive.
        EicarInZipMissed = "eicar_in_zip_missed",
        /// An encrypted archive is told.
        EncryptedTold = "encrypted_told",
        /// An encrypted archive counts as clean.
        EncryptedPasses = "encrypted_passes",
        /// An archive beyond the limits is told.
        LimitsTold = "limits_told",
        /// An archive beyond the limits counts as clean.
        LimitsPass = "limits_pass",
        /// The scanner gave no answer about a file.
        SampleUnanswered = "sample_unanswered",
        /// clamd's configuration was read.
        ClamdRead = "clamd_read",
        /// It is that of another clamd.
        ClamdOther = "clamd_other",
        /// It cannot be read.
        ClamdUnread = "clamd_unread",
        /// The scanner is on another machine, and so is its configuration.
        ClamdElsewhere = "clamd_elsewhere",
        /// A switch is on.
        SwitchOn = "switch_on",
        /// A switch is off.
        SwitchOff = "switch_off",
        /// Every kind of file is looked into.
        KindsAll = "kinds_all",
        /// Some kinds of files are not looked into.
        KindsMissing = "kinds_missing",
        /// A size is large enough.
        SizeEnough = "size_enough",
        /// A size is too small.
        SizeSmall = "size_small",
        /// clamd cuts large files in archives and calls them clean.
        ScanSizeCuts = "scan_size_cuts",
        /// There are enough threads.
        ThreadsEnough = "threads_enough",
        /// There are too few threads.
        ThreadsFew = "threads_few",
        /// A scan ends before the gateway gives it up.
        ScanTimeFits = "scan_time_fits",
        /// A scan may go on after the gateway gave it up.
        ScanTimeLong = "scan_time_long",
        /// clamd waits long enough for bytes.
        PatienceEnough = "patience_enough",
        /// clamd hangs up on slow lines.
        PatienceShort = "patience_short",
        /// What clamd unpacks stays in memory.
        TemporaryInMemory = "temporary_in_memory",
        /// What clamd unpacks is written to a disk.
        TemporaryOnDisk = "temporary_on_disk",
        /// The memory for it holds no file of the size that is scanned.
        TemporarySmall = "temporary_small",
        /// Nobody can say where it is.
        TemporaryUnknown = "temporary_unknown",
        /// There is no swap on a disk.
        SwapNone = "swap_none",
        /// There is swap, and clamd's memory does not go there.
        SwapKeptOut = "swap_kept_out",
        /// There is swap, and whether clamd's memory goes there cannot be seen.
        SwapUnknown = "swap_unknown",
        /// clamd's memory may be written to a disk.
        SwapPossible = "swap_possible",
        /// clamd removes what it unpacked.
        LeftoversNone = "leftovers_none",
        /// clamd leaves what it unpacked.
        LeftoversStay = "leftovers_stay",
        /// The socket is for its group alone.
        SocketKept = "socket_kept",
        /// Every user of the machine can speak to clamd.
        SocketOpen = "socket_open",
        /// There is no socket.
        SocketNone = "socket_none",
        /// clamd does not listen to the network.
        NetworkNone = "network_none",
        /// clamd listens to this machine.
        NetworkLoopback = "network_loopback",
        /// clamd listens to the network.
        NetworkOpen = "network_open",
        /// Not looked at: mails stay on this machine.
        MailLocal = "mail_local",
        /// Not looked at: nobody answered about the name.
        NamesSilent = "names_silent",
        /// The domain says who may send for it.
        SpfThere = "spf_there",
        /// It does not.
        SpfNone = "spf_none",
        /// It says so several times, which counts as not at all.
        SpfSeveral = "spf_several",
        /// What it says is against the rules.
        SpfUnreadable = "spf_unreadable",
        /// Everybody may send for the domain.
        SpfAnybody = "spf_anybody",
        /// Not looked at: mails are not signed here.
        DkimElsewhere = "dkim_elsewhere",
        /// Signatures verify with the published key.
        DkimFits = "dkim_fits",
        /// No key is published.
        DkimNone = "dkim_none",
        /// Several keys are published under one name.
        DkimSeveral = "dkim_several",
        /// What is published is no key.
        DkimUnreadable = "dkim_unreadable",
        /// Another key is published.
        DkimOther = "dkim_other",
        /// The published key is declared void.
        DkimRevoked = "dkim_revoked",
        /// Forged mails are put aside or refused.
        DmarcProtects = "dmarc_protects",
        /// The domain does not say what to do with forged mails.
        DmarcNone = "dmarc_none",
        /// It says so several times, which counts as not at all.
        DmarcSeveral = "dmarc_several",
        /// What it says is against the rules.
        DmarcUnreadable = "dmarc_unreadable",
        /// Forged mails arrive all the same.
        DmarcWatches = "dmarc_watches",
        /// Its policy is only tried.
        DmarcTries = "dmarc_tries",
        /// Administrators are told of alerts.
        AdministratorsTold = "administrators_told",
        /// Nobody is.
        AdministratorsNone = "administrators_none",
        /// None has an address outside of this machine.
        AdministratorsLocal = "administrators_local",
        /// The log key is that of the log that grows.
        LogKeyFits = "log_key_fits",
        /// It is, and another one signed the log before: it was lost or replaced.
        LogKeyReplaced = "log_key_replaced",
        /// The log key is not that of the log that grows.
        LogKeyOther = "log_key_other",
        /// There is no log yet.
        LogNone = "log_none",
        /// The logs were verified, and nothing was wrong.
        LogChecked = "log_checked",
        /// They were, and that is long ago.
        LogCheckedLate = "log_checked_late",
        /// They were never verified.
        LogUnchecked = "log_unchecked",
        /// Something is wrong with a log.
        LogInconsistent = "log_inconsistent",
        /// Events get their place in the log.
        LogGrows = "log_grows",
        /// Events wait too long for it.
        LogStalled = "log_stalled",
        /// A checkpoint has left the house.
        LogLeft = "log_left",
        /// The newest one that has is old.
        LogLeftLong = "log_left_long",
        /// None has.
        LogNeverLeft = "log_never_left",
        /// Nothing is signed yet.
        LogNotSigned = "log_not_signed",
        /// There is no bucket.
        BucketNone = "bucket_none",
        /// The bucket has what is signed, or gets it in its turn.
        BucketTakes = "bucket_takes",
        /// It does not take it.
        BucketFails = "bucket_fails",
        /// It takes it, and we may not read what is there.
        BucketUnread = "bucket_unread",
        /// There are no witnesses.
        WitnessesNone = "witnesses_none",
        /// Every witness has signed, or does in its turn.
        WitnessesSign = "witnesses_sign",
        /// One does not.
        WitnessFails = "witness_fails",
        /// What a destination has is not this log.
        CopyInconsistent = "copy_inconsistent",
        /// A log that has ended is not whole at a destination.
        CopyBehind = "copy_behind",
        /// The gateway itself can change nothing that has its place in the log.
        LogGuarded = "log_guarded",
        /// It could.
        LogUnguarded = "log_unguarded",
        /// SQLite has no users: changes are found, not prevented.
        LogDetected = "log_detected",
    }
}

impl Seen {
    /// Whether it is well.
    pub const fn outcome(self) -> Outcome {
        match self {
            Self::ScannerAnswers
            | Self::SignaturesFresh
            | Self::CleanPasses
            | Self::EicarFound
            | Self::EicarInZipFound
            | Self::EncryptedTold
            | Self::LimitsTold
            | Self::ClamdRead
            | Self::SwitchOn
            | Self::KindsAll
            | Self::SizeEnough
            | Self::ThreadsEnough
            | Self::ScanTimeFits
            | Self::PatienceEnough
            | Self::TemporaryInMemory
            | Self::SwapNone
            | Self::SwapKeptOut
            | Self::LeftoversNone
            | Self::SocketKept
            | Self::SocketNone
            | Self::NetworkNone
            | Self::NetworkLoopback
            | Self::SpfThere
            | Self::DkimFits
            | Self::DmarcProtects
            | Self::AdministratorsTold
            | Self::LogKeyFits
            | Self::LogChecked
            | Self::LogGrows
            | Self::LogLeft
            | Self::BucketTakes
            | Self::WitnessesSign
            | Self::LogGuarded
            | Self::LogDetected => Outcome::Ok,
            Self::ScannerOff
            | Self::ScannerInClear
            | Self::SignaturesUndated
            | Self::ClamdOther
            | Self::KindsMissing
            | Self::ThreadsFew
            | Self::ScanTimeLong
            | Self::PatienceShort
            | Self::TemporarySmall
            | Self::SwapUnknown
            | Self::SocketOpen
            | Self::DmarcWatches
            | Self::DmarcTries
            | Self::AdministratorsLocal
            | Self::LogKeyReplaced
            | Self::LogCheckedLate
            | Self::LogLeftLong
            | Self::LogNeverLeft
            | Self::BucketFails
            | Self::BucketUnread
            | Self::CopyBehind
            | Self::WitnessFails
            | Self::LogUnguarded => Outcome::Warning,
            Self::ScannerMissing
            | Self::ScannerSilent
            | Self::SignaturesOld
            | Self::CleanRefused
            | Self::EicarMissed
            | Self::EicarInZipMissed
            | Self::EncryptedPasses
            | Self::LimitsPass
            | Self::SampleUnanswered
            | Self::SwitchOff
            | Self::SizeSmall
            | Self::ScanSizeCuts
            | Self::TemporaryOnDisk
            | Self::SwapPossible
            | Self::LeftoversStay
            | Self::NetworkOpen
            | Self::SpfNone
            | Self::SpfSeveral
            | Self::SpfUnreadable
            | Self::SpfAnybody
            | Self::DkimNone
            | Self::DkimSeveral
            | Self::DkimUnreadable
            | Self::DkimOther
            | Self::DkimRevoked
            | Self::DmarcNone
            | Self::DmarcSeveral
            | Self::DmarcUnreadable
            | Self::AdministratorsNone
            | Self::LogKeyOther
            | Self::LogInconsistent
            | Self::LogStalled
            | Self::CopyInconsistent => Outcome::Failed,
            Self::NoScanner
            | Self::NoAnswer
            | Self::ClamdUnread
            | Self::ClamdElsewhere
            | Self::TemporaryUnknown
            | Self::MailLocal
            | Self::NamesSilent
            | Self::DkimElsewhere
            | Self::LogNone
            | Self::LogUnchecked
            | Self::LogNotSigned
            | Self::BucketNone
            | Self::WitnessesNone => Outcome::NotChecked,
        }
    }
}

/// A value in the text of what was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// As it stands there.
    Text(String),
    /// Bytes.
    Size(u64),
    /// So many.
    Count(u64),
    /// Seconds.
    Seconds(u64),
    /// A moment.
    Moment(Time),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u64> for Value {
    fn from(count: u64) -> Self {
        Self::Count(count)
    }
}

impl From<Time> for Value {
    fn from(at: Time) -> Self {
        Self::Moment(at)
    }
}
