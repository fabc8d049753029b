# Handing over before leaving
hand-over-title = Hand your transfers over
hand-over-lead = Before you leave: your running transfers go to your successor. Recipients keep their links and numbers.
hand-over-none = You have no running transfers. There is nothing to hand over.
hand-over-to-transfers = To your transfers
hand-over-running = { $count ->
        [one] One running transfer
       *[other] { $count } running transfers
    }
hand-over-row = Sent { $at }
hand-over-content = { $files ->
        [one] one file
       *[other] { $files } files
    }, { $size }, until { $until }
hand-over-to = Who takes over
hand-over-no-numbers = This sign-in does not hold your account key. Your successor can take these transfers back and extend them, but not issue new numbers. To keep that, sign in with your password first.
hand-over-button = { $count ->
        [one] Hand this transfer over to { $name }
       *[other] Hand { $count } transfers over to { $name }
    }
hand-over-nobody = No successor is named yet. Ask your administrator to name one in the account register.
hand-over-asked = A successor is named for you. Hand your running transfers over before you leave.
hand-over-link = Hand transfers over
hand-over-done = Handed over. Your successor was told by mail.
