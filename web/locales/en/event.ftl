# The timeline, line by line
event-somebody = the recipient
event-draft-created = { $person } made a draft
event-sealed = { $person } sealed the files for sending
event-flags-confirmed = The sender checked with the recipient: { $person }
event-approval-asked = Approval was asked for: { $person }
event-approval-given = Approved: { $person }
event-approval-refused = Not approved: { $person }
event-approval-lapsed = Nobody approved in time: { $person }
event-file-inspected = An approver opened a file
event-number-shown = Pick-up number shown on screen: { $person }
event-number-copied = Pick-up number copied: { $person }
event-number-printed = Notice sheet handed to the printer: { $person }
event-fax-recorded = Fax of the notice sheet entered in the register: { $person }
event-fax-sent = Sending of the fax recorded: { $person }
event-fax-confirmed = Receipt of the fax confirmed by phone: { $person }
event-fax-original-stored = Original of the fax collected and put away: { $person }
event-fax-closed = The fax was not sent after all: { $person }
event-fax-misdirected = A fax that went to a wrong number was recorded: { $person }
event-number-told = { $channel ->
    [sheet] Pick-up number told by notice sheet: { $person }
   *[phone] Pick-up number told by phone: { $person }{ $place }
}
event-number-sent = Pick-up number sent by SMS: { $person }{ $place }
event-number-not-sent = Pick-up number could not be sent by SMS: { $person }{ $place }
event-place = {" "}(…{ $tail }, { $verified })
event-mail-accepted = The mail server accepted the e-mail: { $person }
event-mail-reminder = Reminder sent by e-mail: { $person }
event-mail-recalled = E-mail sent that the files were taken back: { $person }
event-mail-sender = Notice sent to the sender by e-mail, about: { $person }
event-mail-deferred = The e-mail could not be sent; it will be tried again: { $person }
event-mail-failed = The e-mail was not delivered: { $person }
event-mail-bounced = The e-mail came back undelivered: { $person }
event-mail-delayed = The e-mail is late; the mail servers keep trying: { $person }
event-mail-withheld = The e-mail is held back, because by the rules of now a file may not be sent: { $person }
event-scan-clean = { $count ->
    [one] The virus scan found nothing in { $count } file ({ $signatures })
   *[other] The virus scan found nothing in { $count } files ({ $signatures })
}
event-scan-off = { $count ->
    [one] { $count } file was sealed without a virus scan (set by the administrator)
   *[other] { $count } files were sealed without a virus scan (set by the administrator)
}
event-scan-flaw = Result of the virus scan: { $what }: { $file }
event-scan-flaw-unnamed = Result of the virus scan: { $what }
event-scan-flaw-removed = Result of the virus scan: { $what } (this file was removed before sending)
event-mail-withdrawn = An e-mail was withdrawn before it left: { $person }
event-link-opened = Link opened, perhaps by a mail check: { $person }
event-number-mistyped = A number was mistyped (no try used): { $person }
event-number-wrong = A wrong number was entered: { $person }
event-number-accepted = Number accepted: { $person }
event-paused = Stopped after too many wrong numbers: { $person }
event-resumed = Resumed: { $person }
event-number-reissued = New number issued: { $person }
event-reminded = A reminder is on its way: { $person }
event-asked-again = The files were asked for again: { $person }
event-resent = Sent again with a new link and number: { $person }
event-session-taken-over = Opened in another window instead: { $person }
event-serving-started = Download started: { $person }
event-retrieved = { $count ->
    [one] Collected, { $count } file: { $person }
   *[other] Collected, all { $count } files: { $person }
}
event-recipient-confirmed = “I have saved everything” was pressed: { $person }
event-extended = The time limit was moved to { $until }
event-handed-over = { $person } handed the transfer over to the successor
event-delivery-ended = { $reason ->
    [retrieved] Access closed, the time to collect again is over: { $person }
    [confirmed] Access closed, confirmed as saved: { $person }
    [expired] The time limit passed: { $person }
    [recalled] Taken back: { $person }
    [corrected] The delivery to { $person } was ended to correct the address
    [refused] The delivery to { $person } ended: it was not approved
    [lapsed] The delivery to { $person } ended: nobody approved it in time
    [key_lost] Can no longer be opened, its key is lost: { $person }
   *[other] Access closed: { $person }
}
event-finished = Every delivery has ended
event-shredded = Keys and files were erased
event-tamper-suspected = A stored file is damaged. Tell your administrator
event-certificate-issued = Somebody took the certificate of deletion
event-alert-raised = An alert was raised
