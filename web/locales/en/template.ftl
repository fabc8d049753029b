# Templates

templates-title = Templates
templates-lead = Keep recipients, message and keeping time, and begin drafts with them at once. Files and pick-up numbers are not in them. Nobody else sees them.
templates-empty = There are no templates yet. Choose “Save as a template” on the page of a draft, or of a transfer that was sent, and it will stand here.
templates-begin = Begin a transfer with this template
templates-to = Recipients
templates-nobody = Nobody yet
templates-between = { ", " }
templates-others = { $names } and { $count } more
templates-message = Yes
templates-no-message = None
templates-rename = Rename
templates-remove = Delete
templates-remove-means = Only this template disappears. Transfers that were begun with it stay.
templates-count = { $count } (up to { $most } can be kept)
templates-without = Begin without a template
templates-from = Begin with a template
template-save = Save as a template
template-save-now = Save
template-name = Name of the template
template-name-hint = For example: Aozora, monthly papers
template-means = Keeps the recipients (with language, channel and agreed phrase), the message and the keeping time. Files and pick-up numbers are not kept.
field-template = name of the template
template-taken = You have a template with this name. Choose another
template-saved = The template was saved
template-renamed = The template was renamed
template-removed = The template was deleted
