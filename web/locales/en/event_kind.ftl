# The names of events, in the auditor's table and its drop-down

# Groups
kind-group-staff = Sign-in and passwords
kind-group-register = Accounts and reviews
kind-group-office = Office, policy and connections
kind-group-sending = Sending and address book
kind-group-mail = E-mail
kind-group-collecting = Collecting
kind-group-ending = Time limit, taking back and erasure
kind-group-fax = Fax
kind-group-log = Log and system

# Sign-in and passwords
kind-signed-in = Sign-in
kind-identity-confirmed = Identity check
kind-signed-out = Sign-out
kind-session-locked = Screen lock
kind-session-unlocked = Screen unlock
kind-password-locked = Password suspended
kind-password-stopped = Password stopped
kind-codes-locked = App codes suspended
kind-codes-stopped = App codes stopped
kind-source-banned = Connection turned away
kind-ban-lifted = Connection let in again
kind-totp-enrolled = Authenticator app set up
kind-totp-removed = Authenticator app removed
kind-recovery-codes-made = Recovery codes made
kind-passkey-added = Passkey added
kind-passkey-removed = Passkey removed
kind-identity-linked = Sign-in linked to provider or domain
kind-sealing-passphrase-set = Sealing passphrase set
kind-key-renewal-read = Notice of new account key read
kind-password-reminded = Password reminder
kind-password-changed = Password change
kind-password-reset = Password reset

# Accounts and reviews
kind-account-created = Account added
kind-account-invited = Invitation
kind-account-joined = Invitation taken up
kind-account-changed = Account details changed
kind-roles-changed = Roles changed
kind-account-stopped = Account stopped
kind-account-resumed = Account taken back into use
kind-register-imported = Account register imported
kind-register-exported = Account register exported
kind-review-started = Review begun
kind-review-assigned = Review assigned
kind-review-decided = Review decision
kind-review-reminded = Review reminder
kind-review-signed = Review signed
kind-review-abandoned = Review given up
kind-review-exported = Review record exported

# Office, policy and connections
kind-sign-in-rules-changed = Sign-in rules changed
kind-department-limited = Department limits changed
kind-policy-changed = Policy changed
kind-office-changed = Office details changed
kind-token-created = API token made
kind-token-revoked = API token revoked
kind-webhook-tested = Webhook test
kind-webhook-given-up = Webhook post given up
kind-webhook-stopped = Webhook receiver gone
kind-webhook-dropped = Webhook posts dropped

# Sending and address book
kind-draft-created = Draft made
kind-file-added = Upload begun
kind-file-arrived = Upload finished
kind-file-removed = File removed from draft
kind-recipient-added = Recipient added
kind-recipient-removed = Recipient removed
kind-scan-verdict = Virus scan result
kind-scanner-lost = Virus scanner silent
kind-scanner-found = Virus scanner answering
kind-signatures-aged = Virus signatures out of date
kind-sealed = Sealed for sending
kind-flags-confirmed = Flagged recipient confirmed
kind-contact-added = Contact added
kind-contact-changed = Contact changed
kind-contact-removed = Contact deleted
kind-contacts-imported = Address book imported
kind-contacts-exported = Address book exported
kind-template-saved = Template saved
kind-template-renamed = Template renamed
kind-template-removed = Template deleted
kind-phone-verified = Phone number verified
kind-approval-asked = Approval asked for
kind-approval-given = Approval
kind-approval-refused = Approval refused
kind-approval-lapsed = Approval lapsed
kind-deputy-named = Deputy named
kind-deputy-withdrawn = Deputy ended
kind-hold-released = Hold released
kind-file-inspected = File opened by approver
kind-number-shown = Pick-up number shown
kind-number-copied = Pick-up number copied
kind-number-printed = Notice sheet printed
kind-number-told = Pick-up number told
kind-number-sent = Pick-up number by SMS
kind-dispatched = Dispatch

# E-mail
kind-mail-queued = E-mail queued
kind-mail-accepted = E-mail accepted by mail server
kind-mail-deferred = E-mail to be tried again
kind-mail-failed = E-mail not delivered
kind-mail-bounced = E-mail returned
kind-mail-delayed = E-mail delayed
kind-mail-withheld = E-mail held back
kind-mail-withdrawn = E-mail withdrawn

# Collecting
kind-link-opened = Link opened
kind-number-mistyped = Pick-up number mistyped
kind-number-wrong = Wrong pick-up number
kind-number-accepted = Pick-up number accepted
kind-paused = Stopped after wrong numbers
kind-resumed = Resumed
kind-number-reissued = New pick-up number
kind-reminded = Reminder to collect
kind-asked-again = Files asked for again
kind-resent = Sent again with a new link
kind-session-taken-over = Opened in another window
kind-session-ended = End of recipient’s session
kind-serving-started = Download begun
kind-bytes-served = File download
kind-retrieved = Collected
kind-recipient-confirmed = Confirmed by recipient

# Time limit, taking back and erasure
kind-extended = Time limit moved
kind-handed-over = Transfer handed over
kind-delivery-ended = Delivery ended
kind-finished = Transfer finished
kind-shred-intended = Erasure decided
kind-shredded = Keys and files erased
kind-tamper-suspected = Stored file damaged
kind-alert-raised = Alert raised

# Fax
kind-fax-recorded = Fax recorded
kind-fax-corrected = Fax entry corrected
kind-fax-sent = Fax sending
kind-fax-confirmed = Fax receipt confirmed
kind-fax-original-stored = Fax original put away
kind-fax-closed = Fax not sent after all
kind-fax-misdirected = Fax misdirected
kind-fax-handed-over = Fax entry handed over
kind-faxes-exported = Fax register exported

# Log and system
kind-started = Gateway started
kind-stopped = Gateway stopped
kind-log-began = Log begun
kind-log-verified = Log verified
kind-log-inconsistent = Log inconsistent
kind-certificate-issued = Certificate of deletion taken
kind-certificates-issued = Certificates of a month taken
kind-log-exported = Log exported
kind-log-export-fetched = Exported file downloaded
kind-log-export-ended = Exported file erased
kind-clock-jump = Clock jump
