# Proofs for somebody who trusts neither the office nor its gateway: certificates, receipts, the log itself.
transfer-proofs = Certificate and receipts
certificate-title = Certificate of deletion
certificate-lead = We certify that the files below, which were handed over through our file hand-over system, have been erased.
certificate-transfer = Transfer
certificate-what = What was erased
certificate-no-names = File names are not kept any more.
certificate-sealed = Sent
certificate-dispatched = E-mail accepted
certificate-retrieved = Collected
certificate-fetched = { $reference }: { $at }
certificate-by-nobody = Not collected completely by anybody
certificate-why = Why
certificate-reason = { $reason ->
    [retrieved] everything was collected, and the time to collect it again was over
    [confirmed] the recipient confirmed having everything
    [expired] the time limit passed
    [recalled] the sender took it back
    [abandoned] the draft was given up
    [key_lost] the key store was replaced
    [refused] it was not approved
    [lapsed] nobody approved it in time
    [corrected] the address was corrected
   *[other] { $reason }
}
certificate-by = { $by ->
    [account] by a member of staff
    [recipient] by the recipient
    [console] at the server's console
   *[system] automatically
}
certificate-trigger = { $reason } ({ $by })
certificate-erased = Erased
certificate-how = The keys were destroyed first, then the files; after that it was verified that nothing of either is left.
certificate-proof = Proof
certificate-proof-lead = The file has the proofs of every step. What is below proves the erasure alone.
certificate-proof-show = Entry and signed proof
certificate-position = Entry number { $index } of the audit log { $origin }, of { $size } under the signature
certificate-leaf = Entry of the log:
certificate-path = Proof and signed checkpoint (C2SP tlog-proof):
certificate-digest = SHA-256 of the file
certificate-file = Save the certificate as a file
certificate-hint = To print it, use your browser's print command. The file is verified offline, with the log's key alone: kakitome audit verify FILE --key KEY
certificate-back = Back to the transfer
certificate-not-erased = This transfer has not been erased yet. The certificate of deletion can be had here as soon as keys and files are gone.
certificate-not-signed = The erasure is written down, and will be signed in a few seconds. Load this page again then.
certificate-never-signed = The log ended before the whole of this transfer was signed, so nothing can prove its erasure and there will be no certificate. Keys and files are erased, and what was written down about it is still in the log. An administrator can tell why the log ended.
receipt-title = Receipts
receipt-lead = Each proves one event to somebody who has nothing but the log's key.
receipt-none = Nothing has happened yet that a receipt is given for.
receipt-dispatched = Sent
receipt-retrieved = Collected: { $reference }
receipt-shredded = Erased
receipt-file = Save
receipt-soon = Ready in a few seconds
receipt-never = Cannot be proved: the log ended before this was signed
certificates-title = Certificates of deletion
certificates-lead = Every transfer that was erased in a month, each with its proof.
certificates-month = Month
certificates-show = Show
certificates-before = ← { $month }
certificates-after = { $month } →
certificates-none = Nothing was erased in { $month }.
certificates-file = Save all of { $month } as a file
certificates-file-hint = A certificate on each line (JSON Lines). Taking it is written to the log.
certificates-caption = Erased in { $month }
certificates-draft = A draft
certificates-open = Open
certificates-more = More
log-title = About the audit log
log-lead = Everything that happens is an entry of a log that only grows. It is signed continually, and anybody with its key can verify that no entry was changed, removed or added later.
log-unchecked = The log has not been verified yet. That is done every night at 03:00.
log-verified = No tampering: verified at { $at }, { $count ->
    [one] one entry.
   *[other] { $count } entries.
}
log-wrong = The log is inconsistent since { $at }: { $origin }
log-wrong-entry = The log is inconsistent since { $at }: entry number { $entry } of { $origin }
log-good-until = It was intact at { $at }.
log-wrong-next = Administrators and auditors were told. Change nothing and put no backup back; keep a copy of the data, and compare it with what was kept elsewhere.
log-growing = Growing
log-closed = Ended
log-size = Size
log-entries = { $count ->
    [one] one signed entry
   *[other] { $count } signed entries
}
log-began = Began
log-ended = Ended
log-why-first = It is the first log of this office.
log-why-year = A new year began.
log-why-host = The gateway is reached under another name.
log-why-restored = The database was put back: it did not go on where the newest checkpoint ended.
log-why-key = The signing key is another one: the old one was lost or replaced.
log-key = Key
log-key-unknown = It is not known any more.
log-left = Newest checkpoint that left the house
log-left-size = { $count ->
    [one] One entry cannot be rewritten unseen.
   *[other] The first { $count } entries cannot be rewritten unseen.
}
log-left-none = None yet: the next e-mail takes one along.
log-checkpoint = Newest signed checkpoint
log-zip = Save this log as a file (zip)
log-unsigned = Not signed yet: in a few seconds it is.
log-none = There is no log yet: it begins in a few seconds.
log-verify = How it is verified
log-verify-lead = Two programs verify a log from its files alone, without this gateway and without a network. One of them is not ours to change: it is a short script that anybody can read.
log-verify-key = Keep the key from a time when you trusted this page, or have it told to you by somebody else. A key that comes with the files proves nothing.
log-verify-ours = With this gateway's own program:
log-verify-theirs = With the script verify.py of the manual, in Python:
log-verify-kept = Every e-mail of this gateway carries the newest checkpoint. Give one or several of them along, as they came: only then it is noticed when the whole log was made anew.
