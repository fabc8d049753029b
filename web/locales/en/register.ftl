# The account register
field-role = role
field-department = department
field-valid-from = first day
field-valid-until = last day
field-most-bytes = most bytes of a transfer
field-most-recipients = most recipients of a transfer
field-most-keep-hours = longest time to keep files
field-domains = domains that may be sent to
field-successor = successor
nav-audit = Audit
nav-register = Register

# The list
register-title = Account register
register-caption = Accounts
register-add = Add an account
register-import = Import CSV
register-export = Export CSV
register-reviews = Reviews
register-search = Search by name, e-mail or department
register-state = State
register-only-dormant = Only unused for { $days } days or more
register-no-match = No account fits.
register-place = { $first } to { $last } of { $count } { $count ->
    [one] account
   *[other] accounts
}
register-pages = Pages
register-earlier = Previous page
register-later = Next page
register-order-name = By name
register-order-name-down = By name, backwards
register-order-department = By department
register-order-department-down = By department, backwards
register-order-last-use = Unused longest first
register-order-last-use-down = Used last first
register-order-state = By state, invited first
register-order-state-down = By state, stopped first
register-name = Name
register-department = Department
register-roles = Roles
register-last-use = Last used
register-never-used = Never used
register-factors = Signs in with
register-no-factors = Not set up
register-running = Running transfers
register-none = None
register-dormant = Unused for { $days } days or more
register-invited-until = Invitation ends: { $at }
account-invited = Invited
account-invitation-over = Invitation expired
account-active = In use
account-not-yet = Not begun
account-stopped = Stopped
factor-app = app
factor-passkeys = { $count } { $count ->
    [one] passkey
   *[other] passkeys
}
factor-provider = provider
factor-directory = domain
validity-both = From { $from } to { $last }
validity-from = From { $from }
validity-until = Until { $last }
validity-none = No end

# Adding and changing
register-name-hint = Shown to recipients in pages and mails.
register-email-hint = Used to sign in.
register-phone-hint = Where recipients ask for help.
register-language = Language of the pages
role-sender-hint = Sends files and manages the own transfers.
role-approver-hint = Approves transfers of others, never the own ones.
role-auditor-hint = Reads the log and the account register. Changes nothing.
role-administrator-hint = Manages accounts and settings. Opens no files.
register-validity-set = Limit when it may be used
register-validity-hint = It stops by itself after the last day. Left empty, there is no end.
register-valid-from = First day
register-valid-until = Last day
register-way = How the person gets in
register-way-mail = Send an invitation
register-way-mail-hint = The person chooses a password from the mail. It works for { $time }.
register-way-shown = Show a one-time password
register-way-shown-hint = Shown once. Tell it to the person yourself. It works for 24 hours.
register-reason = Reason
register-reason-hint = Kept in the log. For example: joined in April, moved to accounting
register-add-button = Add
register-added-title = The account was added
register-one-time = One-time password
register-one-time-lead = It is shown on this page only. Once you close it, it cannot be shown again.
register-one-time-copy = Copy the one-time password
register-one-time-hand = Tell it to the person face to face or by phone. Do not send it by e-mail.
register-one-time-until = It works for 24 hours. At the first sign-in the person chooses another password.
register-to-account = To this account
register-to-list = To the account register
register-change = Change details and rights
register-change-lead = If you change the e-mail address, the roles or the days, every sign-in and API token of this person ends.
register-change-button = Save the changes
register-successor = Successor
register-successor-hint = Who takes the transfers over when this person leaves.
register-validity = May be used
register-limits = Own limits
register-no-limits = None (as the department and the policy say)
register-limits-set = Set own limits
register-limits-hint = They can be stricter than the policy, never looser. Left empty, the policy counts.
register-most-gigabytes = Most gigabytes of a transfer
register-most-recipients = Most recipients of a transfer
register-most-keep = Longest time to keep files
register-keep-unit = Counted in
register-hours = hours
register-days = days
register-domains = Domains that may be sent to
register-domains-hint = One a line. For example: aozora.example
register-needs-approval = Every transfer must be approved
own-limit-bytes = at most { $size } a transfer
own-limit-recipients = at most { $count } { $count ->
    [one] recipient
   *[other] recipients
}
own-limit-keep = kept for at most { $time }
own-limit-domains = only to { $domains }
own-limit-approval = every transfer must be approved

# One account
register-own = This is your own account. You cannot change your own rights. Ask another administrator. Name, phone number and language can be changed in your settings.
register-made = Added
register-invitation = Invitation
register-invite = Send the invitation again
register-invite-lead = The earlier invitation stops working; the new one works for { $time }.
register-invite-button = Send again
register-reset = Reset the password
register-reset-lead = A new one-time password is shown once. App and passkeys are removed, sign-ins and API tokens end. Running transfers can still be taken back, but no new numbers can be issued for them.
register-reset-button = Reset
register-reset-done = The password was reset
register-reset-what = The person sets up app and passkeys again.
register-resume = Take back into use
register-resume-lead = It can be used again, with the roles that it had.
register-resume-button = Take back into use
register-recall = Take back running transfers ({ $count })
register-recall-lead = Whoever has not collected yet can no longer open the files, and they are erased. This cannot be undone.
register-recall-button = Take back
register-no-sessions = Not signed in anywhere.
register-sessions-which = Sign-ins to end
register-sessions-end = End the chosen ones
register-sessions-end-all = End all
register-tokens-which = Tokens to revoke
register-tokens-revoke = Revoke the chosen ones
register-tokens-revoke-all = Revoke all
register-token-unnamed = Unnamed
register-choose = Choose at least one
token-of-send = make and manage transfers
token-of-read = read transfers
token-of-audit = read the log
token-of-admin = manage accounts
register-invited-done = The account was added and the invitation sent
register-saved = The changes were saved
register-stopped-done = The account was stopped
register-resumed-done = The account is in use again
register-invite-done = The invitation was sent again
register-sessions-ended = The sign-ins were ended
register-tokens-revoked = The API tokens were revoked
register-recalled-done = The running transfers were taken back

# Stopping
register-stop = Stop this account
register-stop-what = What happens
register-stop-sign-in = The person can no longer sign in, from now on.
register-stop-sessions = Every sign-in and API token ends.
register-stop-record = Entry and log stay, and it can be taken back into use.
register-stop-none-running = No transfer is running.
register-stop-running = { $count } { $count ->
    [one] transfer is running. What shall become of it?
   *[other] transfers are running. What shall become of them?
}
register-stop-keep = Keep until they expire
register-stop-keep-hint = Recipients can collect until then. They ask the successor, or the office.
register-stop-recall = Take them back now
register-stop-recall-hint = Whoever has not collected yet can no longer open the files. This cannot be undone.
register-stop-third = They can also be handed over without stopping now
register-stop-third-how = Name a successor and a last day. Until then the person hands the transfers over to the successor on the page “hand over”. After the last day the account stops by itself.
register-stop-successor = Successor at present: { $name }
register-stop-third-link = Name a successor and a last day
register-stop-choose = Choose what shall become of the running transfers
register-stop-button = Stop this account

# What was changed
register-history = History
register-history-lead = Newest first: when, who, what and why.
history-created = Account added
history-invited = Invitation sent
history-joined = The person came
history-changed = Details changed
history-roles-changed = Roles changed
history-stopped = Stopped
history-stopped-recall = Stopped, and running transfers taken back
history-resumed = Taken back into use
history-password-reset = Password reset
history-review-assigned = Given to a reviewer
history-review-decided = Decided in a review
history-deputy-named = Deputy for approvals named
history-deputy-withdrawn = Deputy for approvals ended
history-review-keep = Decided in a review: keep
history-review-reduce = Decided in a review: reduce the roles
history-review-stop = Decided in a review: stop
history-session-ended = Sign-in ended
history-token-revoked = API token revoked
history-by = By: { $who }
history-by-console = command line of the server
history-by-system = the gateway itself
history-person = { $name }
history-somebody = somebody without an account
history-why = Reason: { $why }
history-change = { $old } → { $new }
history-unknown = (not recorded)
register-sessions = Signed-in devices
