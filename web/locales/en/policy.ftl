# The policy
policy-title = Policy
policy-lead = The standards of this office: how long files are kept, how much is sent, pick-up numbers, screen locks. Changes hold as soon as you save. Drafts are measured by what holds when they are sent.
policy-to-guideline = See how the guideline is met
policy-keeping = Keeping
policy-size = Size and number
policy-files = Scanning and types of files
policy-mails = Reminders and reports
policy-check = Checking recipients
policy-approval = Approval by a second person
policy-numbers = Pick-up numbers
policy-sessions = Sessions and locks
policy-accounts = Accounts and review
policy-bounds = { $least } to { $most }.
policy-hint = { $bounds } { $usual }
policy-usual = Configuration: { $value }.
policy-narrowed = Can be narrowed for a department or an account.
policy-is-changed = changed
policy-setting = What to take back
policy-save-title = Save changes
policy-reason = Reason
policy-reason-hint = Why you change it. It goes into the log (up to 400 characters).
policy-saved = The policy was saved
policy-reset = Back to the configuration
policy-reset-lead = Which of the changed settings to take back
policy-reset-one = { $setting } (back to { $value })
policy-reset-button = Take these back
policy-departments = Limits of departments
policy-departments-lead = Size, recipients, keeping time, domains and approval can be narrowed for a department. Limits of a single account are set in the account register; the tightest counts. Nothing widens the policy.
policy-no-departments = No department stands in the account register.
policy-no-limits = No limits
policy-members = { $count ->
    [one] { $count } account
   *[other] { $count } accounts
}
policy-change-limits = Change limits
policy-history = What was changed
policy-no-history = Nothing has been changed yet.
policy-when = When
policy-what = What
policy-who = Who
policy-console = Command line of the server
policy-as-configured = as configured
policy-changed = { $setting }: { $before } → { $after }
policy-changed-office = How the office appears
policy-changed-sign-in = Rules for signing in
policy-changed-department = Limits of { $name }: { $limits }

setting-keep-default-hours = Usual keeping time
setting-keep-least-hours = Shortest keeping time
setting-keep-most-hours = Longest keeping time
setting-grace-minutes = Collecting again after retrieval
setting-hold-minutes = Hold between sending and the first e-mail
setting-sender-slot = How long the sender can issue new numbers
setting-draft-days = Untouched drafts are erased after
setting-upload-hours = Interrupted uploads are erased after
setting-bytes-per-transfer = Most bytes of a transfer
setting-files-per-transfer = Most files of a transfer
setting-recipients-per-transfer = Most recipients of a transfer
setting-number-digits = Digits of a pick-up number
setting-wrong-pause = Wrong numbers that pause a delivery
setting-wrong-life = Wrong numbers in the life of a number
setting-openings = Openings until everything is retrieved
setting-infected = Files that may contain a virus
setting-retype-domain = Recipients with warnings are confirmed by typing their domain again
setting-confirm-first-time = Programs, too, confirm recipients who are sent to for the first time
setting-channel-phone = Pick-up numbers may be told by phone
setting-channel-sheet = Pick-up numbers may be told by notice sheet
setting-channel-sms = Pick-up numbers may be sent by SMS (where a provider is set up)
setting-sms-per-delivery = Pick-up numbers by SMS for one recipient
setting-sms-per-day = Pick-up numbers by SMS from one account in a day
setting-approve-always = Every transfer must be approved
setting-approve-new-domains = Transfers to new domains must be approved
setting-approve-recipients = Recipients without approval (0: any number)
setting-approve-bytes = Size without approval (0: any size)
setting-remind-hours = Reminder before the end of the time (0: none)
setting-digest-hour = Hour of the daily summary to administrators
word-no-hour = none
setting-approval-hours = Time to approve
setting-unscannable = Files that cannot be scanned (such as password-protected ones)
setting-unanswered = Files about which the scanner gave no verdict (it failed, or took too long)
setting-oversized = Files larger than the scanner takes
setting-signature-hours = Age of virus signatures that is told to administrators
setting-executables = Programs, scripts and shortcuts
setting-macros = Documents with macros
setting-disguised = Files whose name looks like another type
setting-mismatched = Files whose content is not what the name says
setting-session-idle-minutes = Recipients’ pages close when idle for
setting-session-most-hours = Recipients’ pages close at the latest after
setting-idle-lock-minutes = Staff’s screens lock when idle for
setting-absolute-hours = Staff signs in again after
setting-invitation-hours = An invitation can be followed for
setting-dormant-days = An account counts as unused after
setting-review-months = Time between reviews of the register
setting-review-days = Time to decide in a review
word-sender-slot-until-collected = Until everything is collected
word-sender-slot-never = Never
word-ruling-refuse = Not sent
word-no = No
word-yes = Yes
word-ruling-approval = Sent once approved
word-ruling-allow = Sent

unit-minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
unit-hours = { $count ->
    [one] { $count } hour
   *[other] { $count } hours
}
unit-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
unit-months = { $count ->
    [one] { $count } month
   *[other] { $count } months
}
unit-name-minutes = minutes
unit-name-hours = hours
unit-name-days = days
unit-name-months = months
unit-name-gigabytes = GB

limit-bytes = at most { $size }
limit-recipients = { $count ->
    [one] at most { $count } recipient
   *[other] at most { $count } recipients
}
limit-keep = { $count ->
    [one] kept at most { $count } hour
   *[other] kept at most { $count } hours
}
limit-domains = only to { $domains }
limit-approval = must be approved
limit-between = ,{" "}

department-title = Limits of { $name }
department-lead = { $count ->
    [one] They hold for the { $count } account of this department. What is left empty is as the policy says.
   *[other] They hold for the { $count } accounts of this department. What is left empty is as the policy says.
}
department-most-bytes = Most bytes of a transfer (GB)
department-most-keep-hours = Longest time to keep files (hours)
department-as-policy = Only a value tighter than the policy has an effect.
department-domains-hint = One a line, such as aozora.example. A subdomain is another domain. Empty: everywhere.
department-approval = Approval
department-needs-approval = Every transfer must be approved
department-approval-hint = Mails leave once an approver has agreed. Without an approver, the department cannot send.
department-none = Take the limits away

compose-domains = You may send to these domains only: { $domains }.
compose-no-domains = Your limits leave no domain to send to. Ask your administrator.
compose-needs-approval = Your transfers must be approved. When you send, approvers are asked, and the mail leaves once one of them has agreed.
check-hindered = It cannot be sent like this. Nothing was sent; your draft is kept.
check-hindrance = { $what }. { $next }

admin-policy = Policy
admin-guideline = How the guideline is met

guideline-title = How the guideline is met
guideline-lead = What technical safety measures an office that handles personal information is asked for, and how far the present settings meet them. What is not met is said as plainly.
guideline-row = What is asked for
guideline-why = Why, and where to change it
guideline-fulfilled = Met
guideline-partly = Met in part
guideline-not = Not met
guideline-key = { $key } in the configuration
guideline-register-page = Account register
guideline-s1 = Authentication in the software
guideline-s2 = Authentication of the network; unknown connections blocked
guideline-s3 = Rules for passwords
guideline-s4 = Screens lock when idle
guideline-s5 = Rights per account, and a reviewed register
guideline-s6 = Intruders kept out
guideline-s7 = Malware kept out
guideline-s8 = Mis-sent e-mail prevented, attachments protected
guideline-s9 = Internet services: protected, and erased afterwards
guideline-s10 = Fax
guideline-sign-in-always = Nobody sees a page of the staff without signing in.
guideline-password-alone = For some roles a password alone is enough. A second factor can be demanded.
guideline-networks-closed = Staff is turned away unless it comes from a listed network.
guideline-networks-some = Some pages or roles are held to listed networks.
guideline-domain = Staff can sign in with domain accounts.
guideline-devices = Certificates of devices and cards are asked for.
guideline-networks-open = Unknown devices and networks are not turned away.
guideline-initial-changed = Initial and reset passwords must be changed.
guideline-length = Passwords have at least { $count } characters.
guideline-classes = Mixed classes of characters are not demanded.
guideline-age = A change within 90 days is not demanded.
guideline-passwords-elsewhere = Passwords of the directory or provider follow the rules there.
guideline-idle = { $count ->
    [one] Staff’s screens lock after { $count } minute without activity.
   *[other] Staff’s screens lock after { $count } minutes without activity.
}
guideline-register = Every person has an account, with rights and the history of every change.
guideline-never-reviewed = No review was signed off yet.
guideline-reviewed = { $count ->
    [one] The last review is not older than { $count } month.
   *[other] The last review is not older than { $count } months.
}
guideline-review-due = { $count ->
    [one] The last review is older than { $count } month.
   *[other] The last review is older than { $count } months.
}
guideline-review-overdue = A review is open beyond its deadline.
guideline-dormant = { $count ->
    [one] { $count } account has long been unused.
   *[other] { $count } accounts have long been unused.
}
guideline-mixed = { $count ->
    [one] { $count } account is both auditor and administrator.
   *[other] { $count } accounts are both auditor and administrator.
}
guideline-listeners = Administration has a listener of its own, apart from the recipients’.
guideline-bans = Sources that fail too often are turned away.
guideline-filter-outside = Firewall and record of traffic stand outside this gateway (an example is in deploy/nftables.conf).
guideline-admin-open = The administrators’ pages are reached from every network.
guideline-scan-off = Files are sent unscanned, as configured.
guideline-scanned = Every file is scanned for viruses before it can leave.
guideline-scanner-down = The virus scanner does not answer (files wait).
guideline-signatures-fresh = { $count ->
    [one] The scanner’s signatures are not older than { $count } hour.
   *[other] The scanner’s signatures are not older than { $count } hours.
}
guideline-signatures-old = { $count ->
    [one] The scanner’s signatures are older than { $count } hour.
   *[other] The scanner’s signatures are older than { $count } hours.
}
guideline-signatures-undated = The scanner does not say of when its signatures are.
guideline-infected-pass = Files that may contain a virus are not set to be refused.
guideline-unscannable-pass = Files that cannot be scanned are not set to be refused.
guideline-no-attachment = Nothing is attached; the pick-up number travels another way.
guideline-checked = Recipients are checked once more before sending.
guideline-outcomes = The outcome of every e-mail is recorded.
guideline-approval = A second person approves what the policy names.
guideline-no-approval = No transfer is approved by a second person.
guideline-no-hold = E-mails leave at once (hold of 0 minutes).
guideline-hold = { $count ->
    [one] For { $count } minute after sending, a recall leaves no trace outside.
   *[other] For { $count } minutes after sending, a recall leaves no trace outside.
}
guideline-mail-in-clear = The line to the mail server is not protected.
guideline-shredded = Keys and files are erased after retrieval or expiry, and the log says so.
guideline-tls13 = Lines are protected by TLS 1.3.
guideline-tls12 = Lines are protected by TLS 1.3 and 1.2.
guideline-no-certificate = There is no deletion certificate yet that an outsider can verify.
guideline-fax-register = The fax register has each number checked twice, the receipt by phone, and where the original lies. Whether every fax is recorded there is up to the office.
