# The frame: what is on every page
service-name = File hand-over desk
skip-to-main = Skip to main content
language-label = Language
error-prefix = Error:{" "}
error-summary-title = There is a problem
error-summary-general = There is a problem
help-title = Need help?
sign-out = Sign out
back = Back

nav-label = Menu
nav-send = Send
nav-transfers = Sent transfers
nav-office = Office
nav-me = { $name }: settings

# Units, dates, how digits are read
size-bytes = { $count ->
    [one] { $count } byte
   *[other] { $count } bytes
}
duration-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
duration-hours = { $count ->
    [one] { $count } hour
   *[other] { $count } hours
}
duration-minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
duration-seconds = { $count ->
    [one] { $count } second
   *[other] { $count } seconds
}
moment = { $weekday ->
    [mon] Monday
    [tue] Tuesday
    [wed] Wednesday
    [thu] Thursday
    [fri] Friday
    [sat] Saturday
   *[sun] Sunday
} { $day } { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
} { $year }, { $clock } ({ $zone })
day = { $weekday ->
    [mon] Monday
    [tue] Tuesday
    [wed] Wednesday
    [thu] Thursday
    [fri] Friday
    [sat] Saturday
   *[sun] Sunday
} { $day } { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
} { $year }
moment-short = { $weekday ->
    [mon] Mon
    [tue] Tue
    [wed] Wed
    [thu] Thu
    [fri] Fri
    [sat] Sat
   *[sun] Sun
} { $day } { $month ->
    [1] Jan
    [2] Feb
    [3] Mar
    [4] Apr
    [5] May
    [6] Jun
    [7] Jul
    [8] Aug
    [9] Sep
    [10] Oct
    [11] Nov
   *[12] Dec
} { $year }, { $clock }
digit = { $digit ->
    [0] zero
    [1] one
    [2] two
    [3] three
    [4] four
    [5] five
    [6] six
    [7] seven
    [8] eight
   *[9] nine
}
    .between = {" "}

# Words used again and again
word-email = E-mail address
word-password = Password
word-name = Name
word-phone = Phone number
word-phrase = Agreed phrase
word-message = Message
word-files = Files
word-recipient = To
word-sender = From
word-reference = Reference
word-number = Pick-up number
word-until = Available until
word-content = Content
colon = :{" "}
word-optional = optional
word-required = required
person = { $name }
person-at = { $person } ({ $email })
files-and-size = { $count ->
    [one] { $count } file ({ $size })
   *[other] { $count } files ({ $size })
}
channel-phone = phone
channel-sheet = notice sheet (print, fax, post)
role-sender = sender
role-approver = approver
role-auditor = auditor
role-administrator = administrator
script-copied = Copied
script-copy-failed = Could not copy. Select the text and copy it.
script-show = Show
script-hide = Hide
script-shown = The password is shown
script-hidden = The password is hidden

# States of deliveries and transfers
status-draft = Draft
status-queued = Queued
status-offered = Waiting to be collected
status-opened = Opened, not yet collected
status-partly = Partly collected
status-collected = Collected
status-collected-by-some = Collected by some
status-paused = Stopped (wrong numbers)
status-undelivered = Not delivered
status-expired = Expired (erased)
status-recalled = Taken back
status-abandoned = Draft thrown away
status-key-lost = Can no longer be opened
status-not-approved = Not approved
