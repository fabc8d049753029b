code-title = Collect your files
code-lead = Paste the collection code from the e-mail.
code-unknown-title = Page not found
code-unknown-lead = Check that the link was not cut off. You can also paste the collection code from the e-mail.
code-ended-title = Enter the number again
code-ended-lead = Closed because nothing was done for a while. Open the link in the e-mail again, or paste the collection code. This does not use a try.
code-label = Collection code
code-hint = Paste the code from the e-mail as it is. Spaces do not matter.
code-button = Continue

quoted = “{ $words }”

locked-title = Collect your files
locked-number = Pick-up number ({ $digits } digits)
locked-number-hint = Your contact told you this number by phone or letter. It is not in the e-mail.
locked-button = Open the files
locked-no-number = I do not have the number
locked-no-number-text = { $by ->
    [other] Ask
   *[phone] Phone
} { $name }, who can give you a new number right away.

elsewhere-title = These files are open in another window
elsewhere-lead = Open the files here instead? The other window will then close.
elsewhere-button = Open here instead
openings-title = When these files were opened
opening-source = from { $source }
openings-not-you = If that was not you, phone your contact now.

collect-title = Collect your files
collect-all-title = You have collected everything
collect-from = From { $name } (reference { $reference }).
collect-download = Download
collect-partly = Interrupted (you can resume)
collect-done = Collected
collect-refresh = Once a download has ended, press here to see what has been collected
collect-zip = Download all (ZIP { $size })
collect-again = If you cannot find them on your device, you can download them again until { $at }, or for a shorter time once you have everything.
collect-phone-hint = On an iPhone they are saved in the Files app.
collect-finish-lead = Make sure that you have saved the files. After this you cannot collect them again.
collect-finish = I have saved everything (erase the files)

ended-closed-title = These files were collected
ended-closed-erased = Everything was collected on { $at } and erased.
ended-closed-own = Everything was collected on { $at }. Your access is closed.
ended-closed-next = If that was not you, { $by ->
    [other] tell
   *[phone] phone
} { $name } now.
ended-expired-title = The time limit has passed
ended-expired-lead = The files were erased on { $at }.
ended-again-next = If you still need them, { $by ->
    [other] ask
   *[phone] phone
} { $name }, who can send them again.
ended-recalled-title = The sender took these files back
ended-recalled-lead = This happened on { $at }. You do not need to do anything.
ended-key-lost-title = These files can no longer be opened
ended-key-lost-lead = Because of a problem with our equipment the stored files can no longer be opened. Nobody has seen their content.
ended-paused-title = Stopped for now
ended-paused-lead = There were too many wrong numbers. Your files are still there.
ended-number-next = { $by ->
    [other] Ask
   *[phone] Phone
} { $name }, who can give you a new number right away.
ended-openings-title = Opened as often as allowed
ended-openings-lead = Your files are still there.
