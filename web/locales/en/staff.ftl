sign-in-title = Sign in
sign-in-button = Sign in
sign-in-forgotten = I have forgotten my password
sign-in-forgotten-text = Ask your administrator, who can give you a new initial password.
sign-in-ended = Your sign-in has reached its time limit. Sign in again to carry on. Your draft is saved.
sign-in-wait = Wait { $wait }, or ask your administrator.
sign-in-wrong-door = To collect files, go here
confirm-title = Confirm that it is you
confirm-lead = Before this is done, confirm once more that it is you at this desk.
confirm-button = Confirm
unlock-title = Unlock
unlock-lead = Locked because nothing was done. You can carry on where you were.
unlock-kept = What you entered is kept. It goes on as soon as you have unlocked.
unlock-button = Carry on
unlock-other = Sign in as somebody else
resume-title = Unlocked
resume-lead = What you entered is kept. This carries on with what you had pressed.
resume-button = Carry on
new-password-title = Change password
new-password-forced = The initial password has to be replaced. Choose one that only you know.
new-password-current = Present password
new-password-new = New password
new-password-hint = At least { $minimum } characters. A long sentence is easier to remember and harder to guess.
new-password-again = New password again
new-password-button = Change password

me-title = Your settings
me-roles = Roles
me-between = ,{" "}
me-profile-title = What recipients see
me-name-hint = Shown in e-mails and on the page where files are collected.
me-phone-hint = Recipients call this number when they have a question.
me-language = Language of these pages
me-save = Save
me-saved = Saved
me-password-changed = Your password was changed
office-title = How the office appears
office-lead = Shown on recipients’ pages, in mails and on notice sheets. Changes show as soon as you save.
office-welcome-title = Welcome
office-welcome-lead = First, tell us about your office: this is what recipients see. You can change it at any time.
office-name = Name of the office
office-name-hint = Shown at the top of pages and in the subject of mails.
office-phone-hint = Recipients phone this number when the sender has no direct line.
office-hours = When the phone is answered
office-hours-hint = For example: Mon-Fri 9:00-17:30
office-address = Address
office-address-hint = Shown in the signature of mails and on notice sheets.
office-colour = Colour
office-colour-hint = The colour of buttons and links. Choose one dark enough to read.
office-more = More settings (web site, language, time zone)
office-web = Web site
office-language = Language shown first
office-time-zone = Time zone
office-time-zone-hint = For example: Asia/Tokyo. Time limits and other times are shown in it.
office-fixed = Set in the configuration file
office-fixed-lead = These cannot be changed here. Ask whoever runs the server.
office-later = Later
token-title = API tokens
token-lead = A token lets a program or a command send for you. It acts in your name: never hand it on.
token-new-title = The token was made
token-new-lead = It is shown on this page only. Store it in a safe place now.
token-copy = Copy the token
token-none = There are no tokens yet.
token-until = Works until:{" "}
token-used = Last used:{" "}
token-unused = Not used yet
token-revoke = Revoke
token-revoked = The token was revoked
token-make-title = Make a token
token-name = Purpose
token-name-hint = For example: sending payslips
token-scope = It may
token-days = Days it works
token-make = Make a token
scope-send = make and manage your transfers
scope-read = read your transfers
scope-audit = read the log
scope-admin = manage accounts

compose-title = Send
compose-files = 1 Files
compose-choose = Choose files
compose-limits = Up to { $size } and { $files } files in one transfer. You can choose several at once.
compose-add-files = Add files
compose-no-files = No files yet.
compose-remove = Remove
compose-to = 2 Recipients
compose-recipient = Enter a recipient
compose-another-recipient = Add another recipient
compose-email-hint = For example: suzuki@aozora.example
compose-search-hint = You can also type part of a name to find people you sent to before.
compose-known = People you sent to before
compose-known-found = Suggestions: { $count }. Use the up and down arrow keys to choose.
compose-known-times = Sent to before: { $count } (last on { $last })
compose-known-chosen = Filled in: { $name }
compose-name-hint = Shown in the e-mail and on the collection page. You can add a company.
compose-language = Language of the e-mail and the collection page
compose-channel = How you will tell the pick-up number
compose-channel-hint = The number travels another way than the e-mail with the link.
compose-phone-hint = The number you will call to tell the pick-up number.
compose-more = More settings (agreed phrase)
compose-phrase-hint = Words you have agreed on with the recipient. They show that e-mail and page are really yours.
compose-add-recipient = Add recipient
compose-change-recipient = Change this recipient
compose-change-save = Save the change
compose-change-cancel = Leave it unchanged
compose-message = 3 Message
compose-message-hint = Up to { $limit } characters. Do not write the pick-up number here.
compose-keep-title = 4 Time limit
compose-keep-label = How long to keep the files
compose-keep = Keep the files for { $time }, or until they are collected.
compose-erased = If you send now, the files are erased on { $at }.
compose-check = Check recipients
compose-saved = The draft is saved whenever you press a button.
compose-saved-itself = Files, message and time limit are saved by themselves. A recipient is saved when you press “Add recipient”.
compose-saved-at = Draft saved at { $clock }
compose-unsaved = Not saved yet. { $why }
compose-offline = The connection is lost. What you typed is still here. Press again once it is back.
compose-renamed = Same name: a number was added
compose-gone = The draft was kept as long as drafts are, and has been erased. Choose the files again.
compose-discard = Throw this draft away
compose-another = Start another transfer

upload-drop = or drag and drop them here
upload-folder = Choose a folder
upload-folder-hint = Choosing a folder adds every file in it. Names of folders are not sent.
upload-done = Uploaded
upload-arrived = { $percent }% has arrived
upload-moving = { $percent }%, { $speed }, { $time } left
upload-paused = Paused ({ $percent }% has arrived)
upload-lost = Connection lost ({ $percent }% has arrived)
upload-pause = Pause
upload-resume = Continue
upload-lost-banner = Connection lost. We will continue where we stopped.
upload-locked-banner = Locked because nothing was done. Unlock in another tab, and the files go on where they stopped.
upload-unlock = Unlock in another tab
upload-again = Continue now
upload-stalled = Not moving. Check your connection.
upload-leaving = Upload in progress. Closing this page stops it (you can continue later).
upload-unfinished = Some files are not complete. Choose the same file to continue.
upload-empty = { $name } is empty
upload-too-big = { $name } is over { $limit } ({ $size })
upload-too-much = { $name } ({ $size }) was not added: the total would be over { $limit }
upload-too-many = A transfer holds { $limit } files. From { $name } on, files were not added: { $count }
upload-renamed = Same name: renamed { $mark }
upload-refused = { $name }: { $why }
upload-failed = It could not be uploaded
upload-total = Files: { $count }, total { $size }
upload-announced = Upload { $percent }%
upload-removed = { $name } was removed

check-title = Check recipients and send
check-not-sent = Nothing has been sent yet.
check-times = { $count ->
    [one] Sent to once before (on { $last })
   *[other] Sent to { $count } times before (last on { $last })
}
check-channel = How you will tell the number:{" "}
check-mail-language = Language of the e-mail:{" "}
check-phrase = Agreed phrase “{ $phrase }”
check-none = None
check-change = Change
check-subject = Subject
check-mail = Show the e-mail that will be sent
check-stand-in = (the rest of the link is made when you send)
check-unfinished = { $count ->
    [one] { $count } file is still being prepared ({ $percent }%). Press “Send” again when it is done.
   *[other] { $count } files are still being prepared ({ $percent }%). Press “Send” again when they are done.
}
check-open = Files still being prepared: { $count } ({ $percent }%).
check-ready = Everything has arrived. You can send now.
check-send = { $count ->
    [one] Send to { $count } person
   *[other] Send to { $count } people
}
check-ask = Ask for approval
check-ask-some = { $count ->
    [one] Ask for approval, and send to the other recipient
   *[other] Ask for approval, and send to the other { $count } recipients
}
check-asked = { $count ->
    [one] One recipient needs approval. No e-mail leaves for that recipient before it is approved.
   *[other] { $count } recipients need approval. No e-mail leaves for them before it is approved.
}
check-held = { $minutes ->
    [one] The e-mail leaves one minute after you send. Until then you can take it back.
   *[other] The e-mail leaves { $minutes } minutes after you send. Until then you can take it back.
}

sent-title = Sent
sent-asked-title = Approval was asked for
sent-held-title = Accepted (the e-mail has not left yet)
sent-accepted-title = Accepted (not every e-mail has left yet)
sent-reissued-title = A new number was issued
sent-what = { $people ->
    [one] { $files } sent to { $people } person.
   *[other] { $files } sent to { $people } people.
}
sent-will = { $people ->
    [one] { $files } for { $people } person.
   *[other] { $files } for { $people } people.
}
sent-after-approval = The e-mail leaves after approval
sent-no-phone = No phone number is stored. Take it from a business card or a contract before you call.
sent-no-phone-store = Store a phone number
sent-before-hint = If you call once the e-mail has arrived, the reference shows whether it is the right person. If you tell the number now, say this.
sent-lead = The e-mail arrives in a minute or two. The list shows whether it arrived and was collected.
sent-reissued-lead = The earlier number no longer works. The link is the same.
sent-next = Next: tell the pick-up number
sent-next-phone = Next: tell the pick-up number by phone
sent-next-sheet = Next: hand over the notice sheet with the pick-up number
sent-by-sheet = Print the notice sheet and hand it over, fax it or post it.
sent-once = This number is shown this once
sent-copy = Copy the number
sent-copy-failed = Could not copy. Select the number and copy it.
sent-print = Print the notice sheet
sent-script-title = What to say on the phone
sent-script = I am calling about the files that we have sent you. Am I speaking to you in person?
    Read me the last four characters of the reference in our e-mail. (If they are not “{ $tail }”, do not tell the number and hang up.)
    I will now read your pick-up number in { $groups } groups of four digits.
    { $reading }.
    Read it back to me, and I will check it.
    .between = . {" "}
sent-script-before = I am calling about files that we are about to send you. Am I speaking to you in person?
    { $when ->
        [clock] Our e-mail leaves at { $at }.
       *[approval] Our e-mail leaves once it has been approved here.
    } Its reference ends with “{ $tail }”. If the e-mail that you get has another one, do not open it and call us.
    I will now read your pick-up number in { $groups } groups of four digits.
    { $reading }.
    Read it back to me, and I will check it.
sent-shown-already = The number was already shown.
sent-shown-lead = If you no longer have it, you can issue a new one. The earlier number then stops working.
sent-untold-lead = This recipient has not been told the number yet. Record it here once you have.
sent-told-legend = Who has been told the number
sent-told-hint = The number cannot be shown again later (you can issue a new one).
sent-told = I have told them
sent-told-one = I have told the number
sent-told-failed = Could not record it. Check your connection and press again.
sent-leave-title = A number has not been told yet
sent-leave-who = { $who } has not been told yet.
sent-leave-stay = Stay on this page
sent-leave-go = Leave without telling
sent-to-transfer = Record of this transfer (to print or save)
sent-to-list = To the list
sent-another = Send another

sheet-title = Your pick-up number for files
sheet-lead = You need this number to collect your files.
sheet-tail = Last four characters of the reference
sheet-until = Available until
sheet-step-1 = Open the link in the e-mail that we send you separately.
sheet-step-2 = Check that the reference in the e-mail ends with the four characters above.
sheet-step-3 = Type the number above to collect the files.
sheet-mail = The e-mail is sent separately. If it has not arrived, phone us.
sheet-phone = Phone { $phone }

list-title = Sent transfers
list-search = Search by recipient or reference
list-search-hint = Names, companies and e-mail addresses are found. File names are kept sealed and cannot be searched.
list-state = State
list-all = All
list-period = Period
list-period-all = Any time
list-period-days = { $days ->
    [one] Last { $days } day
   *[other] Last { $days } days
}
list-period-dates = Choose dates
list-order = Order
list-order-newest = Newest first
list-order-oldest = Oldest first
list-order-soonest = Ending soonest first
list-find = Filter
list-no-match = No transfer matches.
list-clear = Clear the filter
list-empty = There are no transfers yet.
list-first = Send your first files
list-caption-newest = Transfers, newest first
list-caption-oldest = Transfers, oldest first
list-caption-soonest = Transfers that have not ended, ending soonest first
list-today = Today, { $date }
list-yesterday = Yesterday, { $date }
list-at = Date
list-until = Available until
list-ended = Ended{" "}
list-nobody = No recipient
list-and-others = { $count ->
    [one] { $first } and { $count } other
   *[other] { $first } and { $count } others
}
list-more = More transfers

transfer-title = Transfer
transfer-resume-draft = Carry on with the draft
transfer-erased = Erased
transfer-recipients = Recipients
transfer-mail-answer = Answer of the mail server: { $answer }
transfer-mail-next = Check the address. If it is wrong, use “Correct the address”. If it is right, ask the recipient to check their mailbox.
transfer-wrong = Wrong numbers in a row: { $count }
transfer-told = Number told:{" "}
transfer-untold = Number not told yet
transfer-untold-lead = Record it once you have told the number. If you no longer have the number, issue a new one.
transfer-collected = collected{" "}
transfer-resume-lead = Stopped after too many wrong numbers. Resume it once you have spoken with the recipient.
transfer-resume = Resume
transfer-reissue = Issue a new number
transfer-reissue-lead = The present number stops working. You will have to tell the new one.
transfer-reissue-button = Issue a new number now
transfer-asked-again = { $who } asked for the files again
transfer-asked-again-lead = Anybody who has the link can ask. Phone the recipient and make sure that the wish is theirs.
transfer-fax = Record a fax of the notice sheet
transfer-sms-lead = The present number stops working, and a new one is sent to a mobile phone. Make sure of the phone number first.
transfer-recall-one = Take back from this recipient
transfer-recall-one-lead = This person can no longer open the files. This cannot be undone.
transfer-recall-button = Take back
transfer-timeline = What happened
transfer-recall = Take the files back
transfer-to-list = To the list
transfer-resumed = Resumed
transfer-recalled = Taken back
transfer-told-saved = It was recorded that the number was told
transfer-discarded = The draft was thrown away
transfer-extended = The time limit was moved
transfer-extension-asked = The approvers were asked about the later time limit. Until they agree, the present one stays
transfer-already-collected = Already collected. The page was refreshed
transfer-stale = Things had changed, so nothing was done. The page was refreshed
live-says = { $who }: { $status }

extend-title = Extend the time limit
extend-now = Available until
extend-latest = At the latest until
extend-policy = { $days ->
    [one] At most { $days } day from sending
   *[other] At most { $days } days from sending
}
extend-days = By how many days?
extend-days-hint = From 1 to { $days }, counted from the present limit.
extend-what = The recipient’s link and number stay the same.
extend-button = Extend the time limit
extend-too-long = { $days ->
    [one] Enter 1: it can be extended by one day
   *[other] Enter a number from 1 to { $days }
}
extend-none = { $days ->
    [one] The limit is { $days } day. It cannot be extended any more.
   *[other] The limit is { $days } days. It cannot be extended any more.
}

recall-title = Take the files back
recall-lead = People who have not collected the files can no longer open them, and the files are erased here. This cannot be undone.
recall-collected = { $name } has already collected the files; those cannot be taken back.
recall-who = Taken back from
recall-reason = Reason
recall-reason-hint = Kept in the log. Recipients do not see it.
recall-button = { $count ->
    [one] Take back from { $count } person
   *[other] Take back from { $count } people
}

onward-sign-in = To the sign-in
onward-collect = Enter the collection code
onward-transfers = To the list of transfers
onward-form = To the page with the form
