# kakitome doctor: what was seen, and what to do
cli-doctor-outcome = { $outcome ->
    [ok] ok
    [warning] warning
    [failed] FAILED
   *[not_checked] not checked
}
cli-doctor-sum = { $ok } ok, { $warnings } to look into, { $failed } failed, { $unchecked } not checked
cli-doctor-failed = Something that the gateway relies on does not work, or is not safe
    .next = Do what is listed on standard output after the arrows, and run the command again.

doctor-scanner-off = No scanner is set up: files leave unscanned, as the configuration says (scan.off = true).
    .next = Set up clamd (deploy/clamav/README.md), set scan.clamd to its address and remove scan.off.
doctor-scanner-missing = No scanner is set up, and the configuration does not say that files may leave unscanned: the gateway does not start.
    .next = Set up clamd (deploy/clamav/README.md) and set scan.clamd to its address.
doctor-scanner-answers = The scanner answers at { $address }: { $version }.
doctor-scanner-in-clear = The scanner answers at { $address } ({ $version }), but files cross the network readable on their way to it: the gateway does not start like this.
    .next = Let clamd answer on this machine, or through a protected line that ends here.
doctor-scanner-silent = The scanner does not answer at { $address } ({ $why }). Nothing is lost: files wait, and nothing is sent until they are scanned.
    .next = Check that clamd runs (systemctl status kakitome-clamd), that scan.clamd is its address, and that the user who runs this may use its socket.
doctor-no-scanner = There is no scanner to look at.
    .next = See the check named scanner.
doctor-no-answer = The scanner does not answer.
    .next = See the check named scanner, then run the command again.
doctor-signatures-fresh = The signatures are of { $at }, { $hours } hours old; { $limit } hours are allowed.
doctor-signatures-old = The signatures are of { $at }, { $hours } hours old; { $limit } hours are allowed (policy signature_hours). New malware may be missed.
    .next = Check that freshclam runs (systemctl status clamav-freshclam) and reaches its source; its log tells why it does not.
doctor-signatures-undated = The scanner does not say of when its signatures are: { $version }. Their age is not watched.
    .next = Give clamd the daily database (freshclam fetches it into DatabaseDirectory).
doctor-clean-passes = A harmless file is clean.
doctor-clean-refused = A harmless file is not clean for the scanner: { $answer }. Files would be refused without a reason.
    .next = Remove the signature of this name from clamd's database, or report it to its makers.
doctor-eicar-found = The test file (EICAR) is found: { $answer }.
doctor-eicar-missed = The test file (EICAR) is not found: the scanner answers { $answer }. It may find nothing at all.
    .next = Check that clamd has its databases (main, daily) in DatabaseDirectory, and restart it.
doctor-eicar-in-zip-found = The test file (EICAR) is found inside a zip: { $answer }.
doctor-eicar-in-zip-missed = The test file (EICAR) is not found inside a zip: the scanner answers { $answer }. Archives are not looked into.
    .next = Set ScanArchive yes in clamd's configuration, or remove the line, and restart clamd.
doctor-encrypted-told = An encrypted archive is told: { $answer }.
doctor-encrypted-passes = An encrypted archive is not told: the scanner answers { $answer }. What it cannot look into would leave as clean.
    .next = Set AlertEncrypted yes in clamd's configuration, and restart clamd.
doctor-limits-told = An archive beyond the scanner's limits is told: { $answer }.
doctor-limits-pass = An archive beyond the scanner's limits is not told: the scanner answers { $answer }. What it did not look into would leave as clean.
    .next = Set AlertExceedsMax yes in clamd's configuration, and restart clamd.
doctor-sample-unanswered = The scanner gave no answer about a small file ({ $why }).
    .next = clamd's log tells why (journalctl -u kakitome-clamd). Often its temporary directory is full or not writable.
doctor-clamd-read = { $file } is the configuration of the clamd at { $address }.
doctor-clamd-other = { $file } is not the configuration of the clamd at { $address }: the socket or port in it is another one. What the checks named clamd say may be wrong.
    .next = Set scan.clamd_configuration to the file with which that clamd was started.
doctor-clamd-unread = clamd's configuration { $file } cannot be read ({ $why }).
    .next = Set scan.clamd_configuration to its place, and let the user who runs this read it.
doctor-clamd-elsewhere = The scanner at { $address } is on another machine, and so is its configuration.
    .next = Check that clamd's configuration there by deploy/clamav/clamd.conf.
doctor-switch-on = { $key } is on.
doctor-switch-off = { $key } is off: what clamd did not look into counts as clean.
    .next = Set { $key } yes in clamd's configuration, and restart clamd.
doctor-kinds-all = Every kind of content is looked into.
doctor-kinds-missing = clamd is told not to look into some kinds of content: { $keys }.
    .next = Set them to yes in clamd's configuration, or remove the lines, and restart clamd.
doctor-size-enough = { $key } is { $size }; the gateway hands over files of up to { $needed }.
doctor-size-small = { $key } is { $size }, but the gateway hands over files of up to { $needed }: larger ones get no verdict and are refused late.
    .next = Raise { $key } to { $needed }, or lower scan.largest_bytes: then senders are told before the upload.
doctor-scan-size-cuts = MaxScanSize ({ $size }) is more than MaxFileSize ({ $needed }): clamd cuts larger files in archives and calls them clean.
    .next = Set both to the same size.
doctor-threads-enough = clamd looks at { $count } files at once; the gateway hands over { $needed }.
doctor-threads-few = clamd looks at { $count } files at once, but the gateway hands over { $needed }: some wait and may be given up.
    .next = Raise MaxThreads to { $needed }, or lower scan.at_once.
doctor-scan-time-fits = clamd ends a scan after { $seconds }; the gateway waits { $patience }.
doctor-scan-time-long = clamd's MaxScanTime ({ $seconds }; 0 is no end) is not below the { $patience } that the gateway waits: it hangs up while clamd goes on.
    .next = Set MaxScanTime in clamd's configuration below that (it is in milliseconds), or raise scan.timeout_seconds.
doctor-patience-enough = clamd waits { $seconds } for bytes.
doctor-patience-short = clamd waits only { $seconds } for bytes: files from slow lines are looked at twice.
    .next = Set ReadTimeout in clamd's configuration to { $needed } at least.
doctor-temporary-in-memory = What clamd writes stays in memory: { $directory }.
doctor-temporary-on-disk = clamd writes every file that it looks at into { $directory }, which is on a disk ({ $kind }): readable copies of confidential files reach it.
    .next = Set TemporaryDirectory to a tmpfs (deploy/clamav has one), and restart clamd.
doctor-temporary-small = { $directory } is in memory but holds { $size }: files of up to { $needed } do not fit.
    .next = Enlarge the tmpfs, or lower scan.largest_bytes.
doctor-temporary-unknown = It cannot be seen where { $directory } is.
    .next = Check that it is on a tmpfs: findmnt -T { $directory }
doctor-swap-none = This machine has no swap on a disk.
doctor-swap-kept-out = This machine has swap ({ $swap }), but what clamd writes does not go there.
doctor-swap-unknown = This machine has swap ({ $swap }), and it cannot be seen whether clamd's memory goes there.
    .next = Run clamd with MemorySwapMax=0 (deploy/clamav/kakitome-clamd.service) and set PidFile, so that it can be seen.
doctor-swap-possible = Memory of clamd may be written to the swap { $swap }, and with it parts of confidential files.
    .next = Run clamd with MemorySwapMax=0 (deploy/clamav/kakitome-clamd.service), or without swap.
doctor-leftovers-none = clamd removes what it has written.
doctor-leftovers-stay = clamd leaves copies of what it has looked at (LeaveTemporaryFiles yes).
    .next = Set LeaveTemporaryFiles no, restart clamd, and empty its temporary directory.
doctor-socket-kept = clamd's socket is for its own group (mode { $mode }).
doctor-socket-open = Every user of this machine can speak to clamd, and stop it (socket with mode { $mode }).
    .next = Set LocalSocketMode 660 and LocalSocketGroup in clamd's configuration, and restart clamd.
doctor-socket-none = clamd has no socket on this machine.
doctor-network-none = clamd does not listen to the network.
doctor-network-loopback = clamd listens to this machine only: { $addresses }.
doctor-network-open = clamd listens to the network ({ $addresses }), without password and encryption: anybody there can stop it.
    .next = Remove TCPSocket from clamd's configuration, or set TCPAddr 127.0.0.1, and restart clamd.
doctor-mail-local = Mails do not leave this machine (mail.kind, or the domain of mail.from): nobody was asked about the domain.
    .next = Set mail.kind to smtp before sending in earnest, and look again.
doctor-names-silent = No answer about { $name }: { $why }
    .next = Check whom this machine asks for names. mail.name_server asks somebody outside, who sees what the world sees.
doctor-spf-there = The domain says which servers may send for it (SPF). { $name }: { $record }
doctor-spf-none = { $name } has no SPF record: mails cannot be told from forged ones and may not arrive.
    .next = Publish a TXT record at { $name } that names your mail servers, such as: v=spf1 mx -all
doctor-spf-several = { $name } has more than one SPF record: receivers take that for none.
    .next = Make one of them.
doctor-spf-unreadable = The SPF record of { $name } is malformed: { $record }
    .next = Mend it (RFC 7208).
doctor-spf-anybody = The SPF record of { $name } lets everybody in the world send for it: { $record }
    .next = Write -all instead of all, and name only the servers that send.
doctor-dkim-elsewhere = This gateway does not sign mails (mail.dkim). Whether your mail server does cannot be seen from here.
    .next = Send a mail to a mailbox outside and look for dkim=pass in its Authentication-Results. If it is not there: kakitome keys dkim
doctor-dkim-fits = Signatures verify with the published key (DKIM). { $name }
doctor-dkim-none = No key is published at { $name }: signatures cannot be checked.
    .next = Publish the TXT record that this command tells: kakitome keys dkim
doctor-dkim-several = There is more than one record at { $name }: which one is read is anybody's guess.
    .next = Keep only the one that this command tells: kakitome keys dkim
doctor-dkim-unreadable = The record at { $name } is no key: { $record }
    .next = Replace it by the one that this command tells: kakitome keys dkim
doctor-dkim-other = Another key is published at { $name }: signatures count as forged.
    .next = Replace it by the one that this command tells, or choose another mail.dkim.selector: kakitome keys dkim
doctor-dkim-revoked = The key at { $name } is declared void: signatures count as forged.
    .next = Choose another mail.dkim.selector and a new key: kakitome keys dkim
doctor-dmarc-protects = Mails with a forged sender are put aside or refused (DMARC). { $name }: { $record }
doctor-dmarc-none = { $name } has no DMARC record: forged mails in the office's name arrive.
    .next = Publish a TXT record at { $name }: at first v=DMARC1; p=none; rua=mailto:… to watch, later p=quarantine.
doctor-dmarc-several = { $name } has more than one DMARC record: receivers take that for none.
    .next = Make one of them.
doctor-dmarc-unreadable = The DMARC record of { $name } is malformed: { $record }
    .next = Mend it (RFC 9989).
doctor-dmarc-watches = DMARC only watches (p=none): forged mails in the office's name arrive. { $name }: { $record }
    .next = Set p=quarantine or p=reject when the reports show no failures of your own mails any more.
doctor-dmarc-tries = DMARC is only tried (t=y): its policy may not be applied. { $name }: { $record }
    .next = Take t=y out when the reports show no failures of your own mails any more.
doctor-administrators-told = { $count ->
        [one] One administrator gets alerts by e-mail.
       *[other] { $count } administrators get alerts by e-mail.
    }
doctor-administrators-none = No active administrator: nobody is told when the scanner is silent or its signatures are old.
    .next = Give somebody the role of an administrator: kakitome account roles EMAIL administrator
doctor-administrators-local = No administrator has an e-mail address outside of this machine: alerts reach nobody.
    .next = Set the address: kakitome account set EMAIL --email NEW
doctor-log-key-fits = The audit log is signed with the key that it was begun with. { $name }
doctor-log-key-replaced = The log key was lost or replaced: { $name } was begun with another one at { $at }.
    .next = Give auditors the new key beside the old one: kakitome audit key. Keep the keys directory safe, it is in no backup.
doctor-log-key-other = The log key in the keys directory is not the one that { $name } is signed with: it was lost or replaced.
    .next = Put the old log.key back while the gateway is stopped. Otherwise the gateway begins another log and says so; give auditors its key.
doctor-log-none = There is no audit log yet.
    .next = Start the gateway: it begins one within seconds.
doctor-log-checked = The audit log was verified at { $at }, { $count } entries: nothing was altered.
doctor-log-checked-late = The audit log was verified last at { $at }: that is more than two days ago.
    .next = Let the gateway run at 03:00, or verify it now: kakitome audit check
doctor-log-unchecked = The audit log has not been verified yet.
    .next = It is every night at 03:00. Now: kakitome audit check
doctor-log-inconsistent = The audit log { $name } is inconsistent since { $at }.
    .next = Change nothing and put no backup back. kakitome audit check names the entry; the manual says what to compare.
doctor-log-grows = The log grows: the event that waits longest for its place has waited { $seconds }.
doctor-log-stalled = The log does not grow: an event has waited { $seconds } for its place. Nothing is lost; it is not verifiable yet.
    .next = See why in the program's log (“the log does not grow”): the database may be full or read-only. Restart the gateway if it says nothing.
doctor-log-left = The newest checkpoint that left the house has { $count } entries and left on { $at }.
doctor-log-left-long = The newest checkpoint that left the house left on { $at }. What was written since could be rewritten unseen.
    .next = Set up a witness or a bucket ([audit] in the configuration), or give somebody outside the role of an auditor.
doctor-log-never-left = No checkpoint has left the house yet: the log could be rewritten unseen.
    .next = Mails that a mail server took, a witness or a bucket carry it out. See docs/COPIES.md.
doctor-log-not-signed = Nothing is signed in this log yet.
    .next = Look again when the gateway has run for a minute.
doctor-bucket-none = The log is copied to no bucket.
    .next = Set one up at [audit.bucket] if the log shall be out of the operator's reach. See docs/COPIES.md.
doctor-bucket-takes = { $count ->
        [0] The bucket gets the log in its turn.
       *[other] The bucket has the log as it is signed.
    }
doctor-bucket-fails = The bucket has not taken the log since { $at } ({ $why }). What is missing follows by itself.
    .next = Check address, keys and rights at [audit.bucket]; the program's log says more.
doctor-bucket-unread = The bucket takes the log, but its key may not read it: what is there cannot be compared, and nobody notices here if it is another log.
    .next = Give the key the right to read objects, or let somebody else verify the bucket. Versioning with Object Lock keeps every checkpoint that was there. See docs/COPIES.md.
doctor-witnesses-none = No witness signs the log.
    .next = Set one up at [[audit.witnesses]] if there is one that you may use. See docs/COPIES.md.
doctor-witnesses-sign = { $count } of { $needed } witnesses have signed the newest checkpoint; the others do in their turn.
doctor-witness-fails = { $name } has not signed since { $at } ({ $why }).
    .next = Check address and key at [[audit.witnesses]]. With “unknown”, its operator has to be told the key of the log: kakitome audit key.
doctor-copy-inconsistent = What { $name } has is not the beginning of this log, since { $at }: one of the two was rewritten, or a backup was restored.
    .next = Leave everything as it is and compare both: kakitome audit verify with the checkpoints that were kept. See docs/COPIES.md.
doctor-copy-behind = { $log } has ended, and { $name } does not have all of it. What is missing follows by itself when it takes something again.
    .next = The page "Copies outside of the house" says since when; the program's log says more.
doctor-log-guarded = The gateway’s database user can neither change nor remove what has its place in the log.
doctor-log-unguarded = The gateway’s database user can change and remove what has its place in the log. Verification finds that, and nothing prevents it.
    .next = Let the tables belong to another user: run deploy/postgres-roles.sql and set database.owner_url.
doctor-log-detected = SQLite has no users: changes of the log are found by verification.
