# The second step of a sign-in
second-step-title = Second step
second-step-passkey = You can use your passkey instead of a code.
second-step-code = Enter the 6 digits from your app
second-step-code-hint = The app shows new digits every 30 seconds. Each code works once.
second-step-button = Sign in
second-step-lost = The app is not at hand
second-step-recovery = Recovery code
second-step-recovery-hint = One of the codes that you printed or saved. Each works once.
second-step-recovery-button = Sign in with the recovery code
second-step-nothing = If you have no recovery code either, ask your administrator for a reset.

# The own second factor
second-factor-title = Second way to prove who you are
second-factor-lead = With a second way, nobody can sign in as you who only knows your password.
second-factor-demanded = Your office asks for a second way before you can go on. Set up one of these.
second-factor-recovered = You used a recovery code. { $count } are left. If the app is lost, set it up anew now.
second-factor-passkeys = Passkey
second-factor-passkeys-lead = The easiest and safest: fingerprint, face, security key or card.
second-factor-passkeys-count = { $count } set up.
second-factor-passkeys-add = Add a passkey
second-factor-app = Authenticator app
second-factor-app-lead = An app on your phone shows 6 digits that you enter after your password.
second-factor-app-begin = Set up an app
second-factor-app-on = An app is set up
second-factor-replace-lead = For a new phone, set the app up anew. The old app works until the new one has shown a code.
second-factor-replace = Set up the app anew
second-factor-codes-lead = A recovery code lets you in once when the app is lost.
second-factor-codes-left = { $count } of 10 are left.
second-factor-codes-renew = Make new recovery codes
second-factor-remove-title = Do without the app
second-factor-remove-lead = Your password alone will then be enough to sign in. The recovery codes will be void.
second-factor-remove = Remove the app
second-factor-needed = Your office asks for the app. Once you have set up another way that is enough, you can remove it here.
second-factor-onward = Carry on
second-factor-later = Later
me-second-factor = Second factor
me-second-factor-link = Set up passkey or app

# Setting up an app
app-title = Set up an app
app-step-install = Open an authenticator app on your phone. Any app for one-time codes (TOTP) will do.
app-step-scan = In the app, choose to add an account and point the camera at this picture.
app-picture = QR code with the secret for your app
app-typed = The picture cannot be photographed
app-typed-lead = Enter this key in the app instead. Keep “time-based” chosen.
app-copy = Copy the key
app-step-code = Enter the digits that the app shows now.
app-confirm = Finish

# Recovery codes
recovery-title = Recovery codes
recovery-enrolled = The app is set up
recovery-once = Shown only now. Print them or save them in a safe place.
recovery-lead = When the app is lost, each of these codes lets you in once in its place.
recovery-void = The recovery codes you had before are void.
recovery-copy = Copy all
recovery-print = Print
recovery-kept = I have kept them, carry on
