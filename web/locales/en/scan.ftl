# Scanning of files: sending pages, timeline, administrators' pages
scan-off-notice = Files are not scanned for viruses here (set by your administrator). Send files that you have scanned yourself.
scan-off-short = not scanned (set by the administrator)
scan-clean-short = nothing was found
scan-waiting = Waiting for the virus scan
scan-place = { $before ->
    [0] Next to be scanned ({ $waiting } waiting in all).
    [one] { $before } file is before it, { $waiting } are waiting in all.
   *[other] { $before } files are before it, { $waiting } are waiting in all.
}
scan-again = Scanned once more, with newer signatures. { $more }
scan-scanning = Being scanned ({ $percent }%)
scan-down = Waiting for the virus scan
scan-down-more = The scanner has not answered since { $since }. The scan goes on by itself as soon as it is back.
scan-clean = Scanned: nothing found
scan-signatures = { $version }, signatures of { $at }
scan-signatures-undated = { $version }
scan-refused = Cannot be sent
scan-approval = Needs approval
scan-marked = Have a look
scan-marked-next = It can be sent like this.
scan-said = { $what }. { $next }
scan-flaw-infected = It may contain a virus ({ $finding })
scan-flaw-infected-unnamed = It may contain a virus
scan-flaw-encrypted = It is protected by a password and cannot be scanned
scan-flaw-limits = It is nested too deeply or holds too much to be scanned
scan-flaw-opaque = A kind of archive that the scanner cannot open
scan-flaw-oversized = It is too large to be scanned
scan-flaw-timed-out = It could not be scanned in time
scan-flaw-failed = It could not be scanned, after several tries
scan-flaw-executable = It is a program, script or shortcut
scan-flaw-macros = It carries macros
scan-flaw-disguised = Its name looks like that of another type of file
scan-flaw-mismatched = Its content is not what its name says
scan-flaw-ending = Files of this type are not sent
scan-look-again = Look again how far the scan is
scan-all-left = Files not scanned yet: { $count }
scan-all-left-more = Nothing is sent before the scan is finished. You can carry on meanwhile.
scan-all-down = The virus scanner does not answer
scan-all-down-more = It has not answered since { $since }. Your files are kept, and are scanned by themselves as soon as it is back. Nothing is sent by itself: press “Send” once they are scanned.
scan-all-done = All files are scanned
scan-all-refused = Some files cannot be sent
scan-all-refused-more = The scan is finished. Remove those files, and the others can be sent.
compose-scan-refused = Files of more than { $limit } cannot be scanned for viruses and are not sent.
compose-scan-approval = Files of more than { $limit } cannot be scanned for viruses and need approval.
compose-scan-allowed = Files of more than { $limit } are sent without a virus scan.
check-to-file = Show the file
transfer-withheld = The e-mail is held back
transfer-withheld-lead = Held back since { $since }. After you sent this, the rules for what may be sent changed, and by the rules of now one of its files may not leave. Nothing has reached the recipient.
transfer-withheld-next = Take the transfer back, replace the file and send it again. If it is urgent, tell your administrator. Should the rules let it pass again, the e-mail leaves by itself.

# Administrators' pages
scanner-ready = Virus scanner: it answers
scanner-down = Virus scanner: it does not answer
scanner-down-more = It has not answered since { $since }. Files wait, and what is not scanned is not sent. Check the scanner (clamd).
scanner-unknown = Virus scanner: no answer yet
scanner-stale = Virus scanner: its signatures are old
scanner-off = Virus scan: none
scanner-off-more = Files are sent unscanned, as configured (scan.off).
