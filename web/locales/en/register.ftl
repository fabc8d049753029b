# The account register
field-role = Role
field-department = Department
field-valid-from = First day
field-valid-until = Last day
field-most-bytes = Most bytes of a transfer
field-most-recipients = Most recipients of a transfer
field-most-keep-hours = Longest time to keep files
field-domains = Domains that may be sent to
field-successor = Successor
