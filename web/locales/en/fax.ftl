## Fax register

nav-fax = Fax
nav-fax-open = Fax ({ $count } open)
fax-title = Fax register
fax-lead = Check each number twice, confirm the receipt by phone, and put the original away; here it is recorded. No pick-up number is written down.
fax-new = Record a fax
fax-correct = Correct the entry
fax-export = Export as CSV
fax-none = Nothing is recorded yet.
fax-open = Open
fax-over = Complete or closed
fax-entry = Record of a fax
fax-when = Recorded
fax-since = Open since
fax-late = For more than a working day
fax-owner = Sender
fax-delivery = Reference of the transfer
fax-form-lead = Record it before you send it. Type the number by hand both times, from a card or a contract.
fax-of-delivery = This is the fax of the notice sheet of { $reference }. Do not write the pick-up number down.
fax-recipient = Recipient’s name
fax-company = Recipient’s company
fax-number = Fax number
fax-number-hint = Such as 03-9876-5432, with the area code.
fax-again = Fax number, again
fax-again-hint = Look at the original document, not at the field above.
fax-differs = I have asked the recipient: the new number is right
fax-differed = It differs from earlier numbers, which was confirmed
fax-checked-by = Who checked the number with you
fax-checked-by-hint = Their name, where two people compare the number.
fax-subject = Content
fax-subject-hint = What it is, in short. Such as: estimate
fax-pages = Number of pages
fax-pages-hint = Count the cover too.
fax-reference = Document number
fax-language = Language of the cover
fax-record = Record it
fax-state-recorded = Not sent yet
fax-state-sent = Sent (receipt and original open)
fax-state-confirmed = Receipt confirmed (original open)
fax-state-stored = Original put away (receipt open)
fax-state-complete = Complete
fax-state-not-sent = Not sent
fax-state-misdirected = Sent to a wrong number
fax-step-sent = 1. Sending
fax-step-confirmed = 2. Receipt, confirmed by phone
fax-step-stored = 3. Original, collected and put away
fax-not-yet = It cannot be recorded yet.
fax-at = Time
fax-at-hint = Left empty, it is now.
fax-sent-ok = It went through
fax-sent-failed = It did not go through
fax-failed = It did not go through
fax-failed-times = { $count ->
    [one] One attempt did not go through
   *[other] { $count } attempts did not go through
}
fax-with = Who confirmed it
fax-call = Phone number of the call
fax-call-hint = The number at which you spoke, not the fax number.
fax-confirm = Receipt is confirmed
fax-confirmed-said = { $by } asked { $who } at { $phone }
fax-place = Where it lies
fax-place-hint = Such as: accounting, cabinet 3, 2026
fax-store = Original is put away
fax-stored-said = { $by } put it away: { $place }
fax-close = Do not send it
fax-note = Reason, and what was done
fax-note-hint = Who received it, and how it is returned or destroyed.
fax-misdirected = It went to another number
fax-misdirected-lead = Phone whoever received it and ask for its destruction, and tell the person in charge. The record stays.
fax-misdirected-button = Record it as misdirected
fax-to-list = To the fax register
fax-cover = Fax cover
fax-cover-lead = Send it as the first page. Read the number out once more before you dial.
fax-cover-print = Print the cover
fax-cover-confidential = This fax is meant for the addressee alone. If you are not the addressee, do not use or copy it: phone the sender, then destroy it.
fax-done-recorded = It is recorded. Print the cover and send it.
fax-done-step = It is recorded.
fax-open-notice = { $count ->
    [one] { $count } fax is still open in the register.
   *[other] { $count } faxes are still open in the register.
}
fax-of-sheet = Record a fax of this notice sheet

problem-fax-numbers-differ = The two numbers are not the same
    .safe = Nothing is recorded yet.
    .next = Type both again from the original document.
problem-fax-number-new = The last fax to this recipient went to another number (ending in { $known })
    .safe = Nothing is recorded yet.
    .next = Ask the recipient by phone. If it is right, tick the box and record it again.
