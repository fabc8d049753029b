elsewhere-with = Sign in with { $name }
elsewhere-or = Or with your e-mail and password
elsewhere-apart = The sign-in opens in another tab. When you are done there, come back and go on here.
elsewhere-onward = I have signed in there: carry on

sealing-title = Sealing passphrase
sealing-lead = To issue new numbers for transfers that you sent, a key of your own is needed. It is kept behind a passphrase that only you know.
sealing-lost = If you forget it, nobody can open the key: transfers that are under way can still be collected and taken back, but no new numbers can be issued for them.
sealing-new = New passphrase
sealing-hint = { $minimum } characters or more. Several words in a row are easy to remember.
sealing-again = Once more
sealing-set = Set the passphrase
sealing-closed = Enter the passphrase; the key then stays open until you sign out or the screen locks.
sealing-passphrase = Passphrase
sealing-open = Open the key
sealing-is-open = The key is open until you sign out or the screen locks.
sealing-change-title = Change the passphrase
sealing-current = Current passphrase
sealing-change = Change it
sealing-wrong = The passphrase is wrong.
sealing-done = The key is open now.

onward-sealing = Open the key
