# The account register from a file and into one
import-title = Import accounts
import-lead = A CSV file is read and checked, and then carried out as a whole. If a single row is wrong, nothing is carried out.
import-file-label = CSV file
import-file-hint = UTF-8, UTF-16 and Shift_JIS are read. The first row is the heading.
import-text-label = Or paste the table
import-mail = Invite new people by e-mail
import-check = Check
import-columns = Names of columns
import-columns-lead = These headings are known. What has no column stays as it is. The column email is needed.
import-export = Export the register as CSV
import-preview-title = Check what will change
import-preview-lead = Nothing was changed so far. Check it, and carry it out.
import-rows = Rows read
import-added = New
import-changed = Changed
import-unchanged = Unchanged
import-people =
    { $count ->
        [one] 1 person
       *[other] { $count } people
    }
import-row-count =
    { $count ->
        [one] 1 row
       *[other] { $count } rows
    }
import-row-number = Row { $row }
import-more = { $count } more
import-becomes = { $before } → { $after }
import-nothing = none
import-reason = Reason
import-reason-hint = It is kept in the history of the register.
import-carry-out = Carry it out
import-again = Choose another file
import-errors-title = Rows with errors
import-errors-lead = Nothing was carried out. Correct the file and choose it again.
import-stale = The register has changed since you checked. Nothing was carried out. Check again what would change now.
import-confirm = To go on, confirm in another tab that it is you, and carry it out again.
import-nothing-to-do = The register is as this file says. There is nothing to carry out.
import-done = The register was changed.
import-row = Row { $row }: { $what }
import-cell = Row { $row } ({ $column }): { $what }
import-too-large = The file is too large; files of up to { $limit } are read
import-not-text = The file cannot be read as CSV; save it as UTF-8, UTF-16 or Shift_JIS
import-empty = There is no heading, or no row below it
import-too-many-rows = There are too many rows; up to { $limit } are read
import-too-many-changes = { $got } accounts would change; at most { $limit } can at once, so divide the file
import-unknown-column = There is no column "{ $name }"; known are: { $columns }
import-twice-column = This column stands twice
import-missing-column = This column is needed
import-cells = There are { $got } cells; the heading has { $want }
import-formula = "{ $cell }" is a formula; if it is meant as text, put ' before it
import-control = Line breaks and other control characters cannot be used
import-missing = A value is needed
import-too-long = At most { $limit } characters
import-address = "{ $cell }" is no mail address
import-twice-address = Row { $first } has the same mail address; there is one row for each person
import-role = There is no role "{ $cell }"; there are sender, approver, auditor, administrator
import-language = There is no language "{ $cell }"; there are ja and en
import-state = There is no state "{ $cell }"; leave it empty, or use invited, active or stopped
import-day = "{ $cell }" is no day; write it as 2026-04-01
import-yes-no = "{ $cell }" is neither yes nor no
import-number = "{ $cell }" cannot be used; a whole number from { $least } to { $most } can
import-domain = Something is no domain, or there are more than 50; write example.jp, with blanks between
import-ends-before-begin = The last day lies before the first
import-over = The last day is over ({ $until }); people are stopped on their own page
import-successor = "{ $cell }" cannot take over; use the mail address of a sender in use
import-state-differs = The account is { $state }; people are stopped and resumed on their own page
import-new-stopped = Nobody can be added as stopped
import-own-account = You cannot change your own entry; ask another administrator
import-last-administrator = Nobody would be left who administers without an end; keep at least one
import-detail-language = Language
import-detail-validity = May be used
import-detail-limits = Limits
import-detail-approval = Must be approved
cli-invited = { $email } was invited by mail, until { $until }.
cli-imported = { $added } added, { $changed } changed, { $unchanged } unchanged
cli-would-import = { $added } to add, { $changed } to change, { $unchanged } unchanged (nothing was carried out)
