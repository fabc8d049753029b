# Reminders, and asking for files again
remind-title = Remind this recipient
remind-lead = Sends this person a mail that something waits. It holds neither the link nor the number: it asks them to look for the earlier mail, or to phone you. Once a day at most.
remind-button = Send a reminder
remind-done-at = Reminded:{ " " }
remind-sent = The reminder is on its way

ask-again-lead = You can ask { $name } from here to send the files again (once a day).
ask-again-button = Ask for the files again
ask-again-done = We have told { $name }
ask-again-at = The message went out on { $at }. If it is pressing, phone.
ended-replaced-title = We have sent you a new link
ended-replaced-lead = This link was replaced by the one in a newer mail. Open that one instead.
ended-replaced-next = If the newer mail has not arrived, { $by ->
    [other] ask
   *[phone] phone
} { $name }.

receipts-title = Notices by e-mail
receipts-collected = Tell me by e-mail when a recipient has collected everything
receipts-hint = Mails about what expired, was not delivered, or was stopped after wrong numbers come in any case.
