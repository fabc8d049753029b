# Checking recipients: warnings, and the tick that they were asked

flag-first-time = First time that you send to this address
flag-look-alike = Looks much like a known one: { $detail }
flag-look-alike-here = Looks much like the domain of another recipient of this transfer: { $detail }
flag-scripts = The domain has misleading letters; it reads: { $detail }
flag-free-mail = An address of a free mail service
flag-other-company = Another company than the other recipients ({ $detail })
flag-bounced = The last e-mail to this address was not delivered
check-tick = I have checked with the recipient
check-retype = Check with the recipient, then type the domain again
check-retype-hint = What stands behind the @, as the recipient told you.
check-unconfirmed = { $name }: check with the recipient, then tick
check-unretyped-one = Check with the recipient, then type the domain. What you typed is not the domain of the address.
check-unretyped = { $name }: check with the recipient, then type the domain. What you typed is not the domain of the address.
check-changed = { $name }: the warnings have changed. Check once more
