# The review of the account register
review-title = Account review
review-lead = For every account somebody says whether it is still needed. What was decided takes effect together, when the person responsible signs.
review-overdue-today = The review's deadline has passed.
review-overdue = { $days ->
    [one] The review's deadline passed 1 day ago.
   *[other] The review's deadline passed { $days } days ago.
}
review-runs = A review is open. Its deadline is { $date }.
review-since = A review has been due since { $date }.
review-next = The next review is due by { $date }.
review-waits = { $count ->
    [one] One account waits for your decision.
   *[other] { $count } accounts wait for your decision.
}
review-to-reviews = Open account review
review-open-title = The open review
review-progress = { $decided } of { $total } decided
review-deadline = Deadline:{" "}
review-go-on = Go on deciding
review-start-title = Start a review
review-start-lead = It covers every account that is not stopped. Your own account is decided by another administrator.
review-field-deadline = Deadline
review-deadline-wrong = Enter a deadline from today on, within a year.
review-deadline-hint = It is to be signed by the end of this day. Whoever has accounts left is reminded by mail when the day comes near.
review-field-reviewer = Reviewer
review-reviewer-hint = Decides about everybody. It can be changed later.
review-departments = Choose reviewers by department
review-departments-hint = Departments without a choice go to the reviewer above.
review-as-usual = As above
review-start-button = Start the review
review-past = Earlier reviews
review-none = No review has been done yet.
review-ended = Ended
review-started = Started
review-state = Result
review-state-open = Open
review-state-signed = Signed
review-state-abandoned = Given up
review-carried-out = A decision is written down at once, but accounts are changed only with the signature.
review-urgent = If it is urgent, stop the account in the register now.
review-urgent-ask = If it is urgent, ask an administrator to stop the account.
review-nothing-left = Every account is decided.
review-administrator-signs = It takes effect when an administrator signs.
review-to-sign = Go on to sign
review-is-over = This review has ended.
review-to-record = See its record
review-show = Accounts to show
review-show-undecided = Undecided
review-show-mine = Assigned to me
review-show-all = All
review-no-rows = There is no account to show here.
review-tick-lead = If many accounts can stay as they are, tick them and use “Keep the ticked accounts” below.
review-question = Is { $name } still needed?
review-keep = Keep
review-reduce = Reduce roles
review-stop = Stop
review-left = Roles that stay
review-roles-wrong = Tick the roles that stay: at least one, and not all of them.
review-reason = Reason
review-reason-hint = Needed to reduce roles or to stop.
review-save = Save decision
review-tick = Tick { $name }
review-own = Your own account is decided by another administrator.
review-own-recorded = own account, no second administrator
review-assign-one = Change the reviewer
review-assign-department = Change the reviewer of a department
review-assign-button = Change
review-earlier = Earlier accounts
review-later = { $count ->
    [one] Next account
   *[other] Next accounts ({ $count } left)
}
review-ticked-title = Keep the ticked accounts
review-ticked-lead = You see the accounts that you ticked once more before anything is written down.
review-ticked-button = Check the ticked accounts
review-none-ticked = No account is ticked. Go back and tick some.
review-keep-these = { $count ->
    [one] This account will be kept.
   *[other] These { $count } accounts will be kept.
}
review-keep-button = { $count ->
    [one] Keep 1 account
   *[other] Keep { $count } accounts
}
review-run = Run this review
review-abandon = Give the review up
review-abandon-hint = Nothing that was decided takes effect. The reason goes into the log.
review-abandon-button = Give up
review-all-reviews = All reviews
review-stopped = stopped
review-invited = invited
review-dormant = Not used for long
review-unprotected = No second factor
review-last-use = Last used
review-never = Never
review-decided = Decided
review-again = The roles have changed: decide again
review-sign-title = Sign the review
review-sign-lead = With your signature these changes are carried out and the record of the review is made. The record cannot be changed afterwards.
review-still-undecided = { $count ->
    [one] 1 account is undecided.
   *[other] { $count } accounts are undecided.
}
review-kept = Accounts that stay as they are: { $count }
review-changes = Changes carried out with the signature
review-no-changes = No account is changed.
review-name = Name
review-decision = Decision
review-before = Before
review-after = After
review-obstacle-own = You cannot change your own account. Another administrator has to sign.
review-obstacle-last = No administrator would be left. Appoint another one first, or change the decision.
review-note = Note
review-note-hint = It becomes part of the record.
review-sign-button = Sign and carry out
review-record-title = Record of the account review
review-office = Office
review-period = Period
review-reviewers = Reviewers
review-signed = Signed
review-result = Result
review-counts = { $kept } kept, { $reduced } reduced, { $stopped } stopped
review-digest = Digest of the record (SHA-256)
review-digest-hint = The audit log holds the same value. If the JSON record has this digest, it is as it was signed.
review-csv = Save as CSV
review-json = Save the record (JSON)
review-print-hint = To print it, use your browser's print command. A place for the signature is added.
review-accounts = { $count ->
    [one] 1 account
   *[other] { $count } accounts
}
review-decided-by = Decided by
review-decided-at = Decided at
review-at-by = { $when }, { $name }
review-console = the server's console
review-said-at-console = { $name } (as said at the server's console)
review-done = Carried out
review-done-nothing = no change
review-done-now = carried out with the signature
review-done-before = done before the signature
review-signature = Signature of the person responsible
review-signature-date = Date
review-notice-started = The review has begun.
review-notice-decided = The decision is written down.
review-notice-assigned = The reviewer was changed.
review-notice-signed = Signed. The changes were carried out and the record was made.
review-notice-abandoned = The review was given up.
