# What somebody who was invited opens first
join-title = Begin
join-code-lead = Paste the invitation code from the e-mail.
join-code = Invitation code
join-code-hint = Paste the code from the e-mail as it is. Spaces do not matter.
join-code-button = Continue
join-sign-in = To the sign-in, if you have a password
join-lead = This account is ready for you. Check that it is yours, and choose a password.
join-until = Set it by
join-not-you = If name and address are not yours, enter nothing and tell your administrator.
join-waits = You can choose the password now. You can sign in from { $from } on.
join-password-not = Not your name or address, and nothing that is easily guessed.
join-filled = Filled in twice.
join-button = Set the password
join-done = Your password is set. Sign in with your e-mail address and the password.
