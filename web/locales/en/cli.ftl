# The command line
cli-see-help = See: kakitome help
cli-no-terminal = The pick-up number is needed: give --number-file FILE (there is no terminal to ask on)
cli-ask-number = Pick-up number:
cli-file-open = { $file } can be read by other users: chmod 600 { $file }
cli-token-missing = Name the file that holds an API token: --token-file FILE. You make one on the page /me.
cli-token-malformed = What the token file holds is no API token (kkt_…)
cli-token-refused = The token is unknown, expired or revoked. Make a new one on the page /me.
cli-token-revoked = (revoked)
cli-token-sleeps = This account still has its one-time password. The password chosen at the first sign-in revokes tokens made before it: for a person, make the token afterwards.
cli-server-wrong = { $server } is no address of a gateway, such as https://files.example.jp
cli-code-needs-server = A bare code does not say where it belongs: give the whole link, or --server URL
cli-foreign-address = The gateway named an address of another server; it was not followed
cli-tell-administrator = Tell your administrator.
cli-distrusted = The gateway's certificate is not trusted: { $why }
cli-distrusted-next = If it is self-made, name its authority: --ca-file KEYS/tls/authority.pem. Otherwise do not go on.
cli-lost = The gateway could not be reached: { $why }
cli-lost-next = What has arrived is kept. Run the same command again to go on.
cli-again = { $why }; trying again in { $wait }
cli-not-understood = The gateway's answer was not understood: { $why }
cli-strange-answer = The gateway answered { $status } without saying why
    .next = Check the address; perhaps something stands between you and the gateway.
cli-nothing-found = Nothing was found under this name
    .next = Check the reference or link. References of other senders are not found either.
cli-no-installation = There is no installation at { $keys }
    .next = Give --config, --data and --keys as the server has them, and run it as the server’s user (kakitome). Nothing was made.
cli-not-here = There is no such account or token
cli-account-key = Tokens made on the server carry no account key. Make one on the page /me and use it, or issue the new number in the browser.
cli-no-home = There is no place to keep track of this sending
    .next = Set HOME or XDG_STATE_HOME.
cli-send-runs = The same command is running already
    .next = Wait until it has ended, or end it.
cli-order-changed = A file was changed after a part of it was sent
    .next = Put the old file back to go on. To send the new one, remove { $state } and run the command again; the old draft is given up by itself.
cli-file-changed = { $file } was changed while it was being sent
    .next = Nothing has been sent. Wait until nobody writes to it any more.
cli-directory = { $file } is a directory
    .next = Name the files in it, or pack it into one file first.
cli-no-file = { $file } is not a file
cli-empty-file = { $file } is empty
cli-name-not-text = The name of { $file } is not UTF-8; rename it first
cli-twice = { $email } is named twice
cli-goes-on = Going on where the last call stopped.
cli-file-moving = { $name }: { $position } of { $total }
cli-file-arrived = { $name }: { $total }, done
cli-scan-bar = virus scan
cli-scan-waits = Waiting for the virus scan; files left: { $count }
cli-scan-down = The virus scanner has not answered since { $since }. This goes on by itself as soon as it is back.
cli-scan-down-end = Nothing was sent, because the virus scanner does not answer
cli-scan-late = Nothing was sent, because the virus scan does not move
cli-scan-next = The files are kept, and the scan goes on. Run the same command again in a while to go on.
cli-scan-refused = { $what }
    { "  " }{ $next }
cli-scan-refused-all = { $count ->
    [one] Nothing was sent, because { $count } file cannot be sent
   *[other] Nothing was sent, because { $count } files cannot be sent
}
cli-scan-refused-next = Leave them out and run the command again.
cli-scan-marked = { $flaw ->
    [infected] Have a look: { $name } may contain a virus
    [encrypted] Have a look: { $name } is protected by a password and cannot be scanned
    [oversized] Have a look: { $name } is too large and was not scanned
    [executable] Have a look: { $name } is a program or script
    [macros] Have a look: { $name } carries macros
    [disguised] Have a look: the name { $name } looks like that of another type of file
    [mismatched] Have a look: the content of { $name } is not what its name says
   *[other] Have a look: { $name } could not be scanned
}
cli-file-scan = { $word ->
    [arriving] not here yet
    [waiting] waiting for the virus scan
    [scanning] being scanned
    [clean] scanned: nothing found
    [off] not scanned
    [infected] cannot be sent: it may contain a virus
    [encrypted] cannot be scanned: protected by a password
    [oversized] cannot be scanned: too large
    [executable] cannot be sent: a program or script
    [macros] cannot be sent: it carries macros
    [disguised] cannot be sent: its name looks like that of another type of file
    [mismatched] cannot be sent: its content is not what its name says
    [ending] cannot be sent: files of this type are not sent
   *[other] could not be scanned
}
cli-number-sms = { $state ->
    [sent] { "  " }sent by SMS
    [later] { "  " }not sent by SMS yet: once the e-mail has left, reissue the number with --channel sms
   *[failed] { "  " }could not be sent by SMS: the number stands above, tell it another way
}
cli-number = { $reference }  { $email }
    { "  " }number   { $groups }
    { "  " }read as  { $reading }
cli-sent = Sent. The links are kept until { $until }. Tell each number by another way than e-mail; it is not shown again.
cli-sent-before = If the numbers were lost, issue new ones: kakitome reissue { $reference }
cli-mail-accepted = { $email }: the mail server accepted the e-mail with the link
cli-mail-failed = { $email }: the e-mail was not delivered; check the address
cli-mail-waits = { $email }: the e-mail with the link is on its way
cli-mail-not-delivered = (e-mail not delivered)
cli-offered = { $office }: { $sender } { $phone } sends you { $count ->
        [one] { $count } file
       *[other] { $count } files
    }, { $size }, until { $until }
cli-agreed-phrase = Agreed phrase: { $phrase }
cli-ended-collected = These files were collected and can no longer be opened
cli-ended-expired = The time limit of these files has passed
cli-ended-recalled = The sender has taken these files back
cli-ended-key-lost = These files can no longer be opened
cli-ended-next = If you still need them, ask the sender to send them again.
cli-link-wrong = This is not the whole link, or it was mistyped
    .next = Copy the link, or the code below it, from the e-mail again.
cli-link-no-https = The link does not begin with https://
cli-take-over = If that was you, give --take-over: the other session ends. If not, phone the sender.
cli-digest-wrong = What was fetched is not what was sent (SHA-256 differs)
    .next = Run the command again. If it stays so, tell the sender.
cli-again-until = Saved and verified. It can be fetched again until { $until }.
cli-done = Saved and verified. The gateway now destroys its copy.
cli-no-transfers = There are no transfers.
cli-until = Kept until { $until }
cli-the-sender = The sender
cli-state = { $state ->
    [draft] draft
    [sealed] sent, e-mail not yet out
    [dispatched] on its way
    [finished] ended
    [shredded] erased
    [pending] e-mail not yet out
    [offered] e-mail sent
    [opened] opened
    [partly_retrieved] partly collected
    [retrieved] collected
    [paused] stopped after wrong numbers
    [closed] collected, closed
    [expired] expired
    [recalled] taken back
    [key_lost] key lost
   *[other] { $state }
}
cli-reminded = { $count ->
    [one] One recipient is reminded.
   *[other] { $count } recipients are reminded.
}
cli-recalled = Taken back. Nobody can open it with the link any more.
cli-deputy-none = There is no deputy
cli-deputy-until = Say the last day with --until
cli-one-time = One-time password of { $email }; it is not shown again and must be changed at the first sign-in:
cli-swept = expired { $expired }, closed { $closed }, given up { $abandoned }, sessions { $sessions }, erased { $shredded }, orphans { $orphans }
cli-wording-written = Wrote { $count } templates of mails. Keep those that you change, and name this directory in mail.wording_directory.
cli-wording-present = { $file } is there already. Nothing was written.
    .next = Name an empty directory.
cli-config-fine = The configuration is fine.
cli-config-flawed = The configuration cannot be used like this
    .next = Correct what is listed on standard output; `kakitome config default` prints every setting.
cli-audit-no-log = There is no such log
    .next = kakitome audit key lists the logs
cli-audit-not-signed = The log is not signed yet
    .next = A running gateway signs it within seconds
cli-audit-another = This directory holds another log
    .next = Give another directory
cli-audit-skipped = { $name } is of another log and was not compared
cli-audit-no-key = --key is no key of a log
    .next = Give a key like HOST/audit/YEAR-NUMBER+ID+TEXT, or a file with it
cli-audit-good = The log is intact. { $origin }: { $entries ->
    [one] one entry
   *[other] { $entries } entries
}, in agreement with { $kept ->
    [one] one checkpoint that was kept
   *[other] { $kept } checkpoints that were kept
}
cli-audit-alone = Nothing that was kept elsewhere was compared: a log that was rewritten as a whole would not be noticed. Give some with --kept
cli-audit-nothing-there = There is no log in { $directory }
    .next = Give the directory or zip that kakitome audit publish wrote
cli-audit-kept-is-none = { $name } is no checkpoint, no mail with one, and no log that began after another
    .next = Give a mail of the gateway as it came (.eml), or the log that follows
cli-audit-bad = The log is not to be trusted
    .next = Keep the files as they are, and show what stands above to somebody else than the gateway's administrators
cli-audit-no-checkpoint = There is no file checkpoint.
cli-audit-malformed = { $name } is no checkpoint.
cli-audit-unsigned = { $name } is not signed with this key.
cli-audit-forged = The signature of { $name } is false: it was changed after it was signed.
cli-audit-other-log = { $name } is a checkpoint of another log.
cli-audit-no-entries = Entries from number { $first } on are missing or damaged ({ $path }).
cli-audit-count = { $path } has { $found } entries instead of { $wanted }.
cli-audit-entry = Entry number { $index } and the hash that the log was grown with do not fit: one of them was changed, removed, added or put into another's place.
cli-audit-tile = { $path } is missing, or does not fit what is below it.
cli-audit-root = The entries as a whole are not what was signed.
cli-audit-truncated = When { $name } was signed there were { $size } entries: the end was cut off.
cli-audit-forked = { $name } is of another log of { $size } entries: it was rewritten, or there are two.
cli-audit-checked = The logs are as they were signed: { $entries ->
        [one] one entry was
       *[other] { $entries } entries were
    } verified
cli-audit-inconsistent = The log { $origin } is inconsistent ({ $flaw })
    .next = Change nothing and put nothing back. Keep a copy of the data, and compare what was published before and the checkpoints in old mails: kakitome audit verify … --kept …
cli-audit-inconsistent-entry = The log { $origin } is inconsistent at entry number { $entry } ({ $flaw })
cli-audit-inconsistent-unsigned = The log { $origin } was signed before, and its signature or its key is missing
cli-audit-inconsistent-astray = There are events that are not in the log { $origin } and do not wait for a place in it
cli-receipt-entry = ✔ { $event }, { $at } (entry number { $index } of { $origin })
cli-receipt-value =   { $field }: { $value }
cli-receipt-erased = ✔ Erased: transfer { $transfer }, { $files ->
        [one] one file
       *[other] { $files } files
    }, { $size }, at { $at }. Keys destroyed, absence verified
cli-receipt-good = Everything is proved by the log
cli-receipt-bad = Not everything is proved
    .next = Ask for the file anew; if it stays so, tell somebody else than the gateway's administrators
cli-receipt-malformed = Number { $number } is no receipt and no certificate.
cli-receipt-unproved = Number { $number }: its entry { $entry } is not in the log that was signed with this key, or was changed.
cli-receipt-no-key = Number { $number }: its entry { $entry } is of the log { $origin }, of which no key was given (--key).
cli-receipt-other-value = Number { $number }: { $field } in its entry { $entry } is not what was logged.
cli-receipt-value-twice = Number { $number }: { $field } is there twice in its entry { $entry }.
cli-receipt-left-out = ! Left out: no certificate of transfer { $transfer } ({ $references }). The file itself says so: the log does not prove it ({ $why ->
        [never_signed] it ended before that was signed
       *[other] what is stored is not what was signed
    })
cli-receipt-kept = What was kept (--kept) is compared with a whole log, not with receipts
    .next = Verify the receipts without it, and the log (audit publish, or /audit/log) with it
cli-receipt-nothing = The file proves nothing: it has no receipt and no certificate.
cli-receipt-repeated = Number { $number }: its entry { $entry } is there twice.
cli-receipt-statement = Number { $number } states what its entries do not say.
cli-dkim-unset = Signing mails is not configured
    .next = Write selector and key_file into [mail.dkim] of the configuration, and run this again
cli-dkim-made = The key was made: { $file }
cli-dkim-there = The key is there already: { $file }
cli-dkim-next = Publish this TXT record, check it by kakitome doctor, and restart the gateway
cli-reinit = This ends every transfer that is under way: nobody will be able to open them, and their senders are told
    .next = Only if the keys directory is lost for good and there is no copy: run it again with --yes, while the gateway is stopped.
cli-reinit-done = The new shred store is in use. If the custody key was lost with the old one, reset the password of every account: kakitome account reset EMAIL
cli-reinit-count = deliveries ended { $deliveries }, drafts given up { $drafts }
cli-demo-unscanned = A demonstration: nothing is scanned for malware, and everything is removed at the end.
cli-demo-runs = A gateway answers at { $address }.
cli-demo-sent = Sent as { $reference }. The pick-up number, told by phone: { $groups }
cli-demo-looked = The mail has arrived; the recipient opened its link.
cli-demo-same = { $name }: SHA-256 is the same on both sides: { $digest }
cli-demo-differs = What was received is not what was sent
cli-demo-done = The recipient has everything, and the gateway has destroyed keys and files.
cli-register-agrees = The register and the log agree
cli-register-disagrees = { $count ->
        [one] The register and the log disagree on one account
       *[other] The register and the log disagree on { $count } accounts
    }
cli-flags = ⚠ { $email }: { $flags } ({ $words })
cli-confirm-flags = Have you checked with the recipients? Type y to send:{" "}
cli-flag-first-time = first time
cli-flag-look-alike = looks much like a known one
cli-flag-look-alike-here = looks much like another recipient
cli-flag-scripts = misleading letters
cli-flag-free-mail = free mail service
cli-flag-other-company = another company than the others
cli-flag-bounced = the last e-mail was not delivered
