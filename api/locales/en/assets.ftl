# Assets: imports, invoices, properties.
nav-imports = Imports
nav-invoices = Invoices
nav-properties = Properties
filter = Filter
import-kind-invoices = Invoices
import-kind-rent-roll = Rent roll
finding-kind-repeated = Taken before
finding-kind-invalid = Not accepted
finding-kind-rule = Rule broken
finding-kind-pledged-already = Pledged already
finding-kind-conflict = In conflict
import-invoices = Invoices
import-invoices-text = UBL 2.1 and CII as XML, ZUGFeRD and Factur-X as PDF, and CSV, any number of files together. Good rows are taken, bad ones are named.
import-rent-roll = Rent roll
import-rent-roll-text = CSV, one row a unit. The properties that it names have to be there.
import-template = Download the template
import-take = Import
import-check = Only check
import-checked = What an import would do
import-checked-text = Nothing was taken yet. Choose the files again to import them.
import-done = Import
imports-before = Imports of before
imports-empty = Nothing was imported yet.
imports-newest = The newest first
import-at = When
import-kind = What
import-accepted = Taken
import-repeated = Taken before
import-rejected = Not taken
import-amount = Amount taken
import-no-findings = Nothing was found.
import-findings = Findings by file, row and column
import-more-findings = { $count_form ->
    [one] 1 more finding is in the API
   *[other] { $count } more findings are in the API
}.
import-back = More files
finding-file = File
finding-row = Row
finding-column = Column or rule
finding-kind = Finding
finding-value = Value
finding-reason = Reason
invoices-empty = There are no such invoices.
invoices-oldest = The oldest first
invoice-title = Invoice { $number }
invoice-number = Number
invoice-buyer = Buyer
invoice-seller = Seller
invoice-issued = Issued
invoice-due = Due
invoice-late = late
invoice-amount = Amount
invoice-outstanding = Still to pay
invoice-external-id = External id
invoice-source = Source
invoice-dispute = The debtor disputes it
invoice-agree = The dispute is over
invoice-default = It has defaulted
thing-the-invoice = invoice
properties-empty = There is no property yet.
property-new = New property
property-add = Add the property
property-name = Name
property-address = Address
property-key = External id
property-valuation = Valuation
property-units = Units
property-let-units = Units let today
property-rent = Rent due in the next twelve months
property-leases = Units and leases
property-no-units = There are no units yet: import a rent roll.
lease-unit = Unit
lease-tenant = Tenant reference
lease-from = From
lease-to = To
lease-rent = Rent of a period
lease-vacant = vacant
field-external_id = External id
    .hint = Your own key. The rent roll names the property by it.
property-field-address = Address
field-valuation = Valuation
property-field-country = Country
    .hint = Two letters, as DE.
property-field-currency = Currency
    .hint = Three letters, as EUR.
card-available = Invoices in no pool
card-available-text = { $count_form ->
    [one] 1 invoice can go into a pool.
   *[other] { $count } invoices can go into a pool.
}
card-drafts = Drafts of pools
card-drafts-text = { $count_form ->
    [one] 1 draft is not a token yet.
   *[other] { $count } drafts are not tokens yet.
}
card-disputed = Disputed invoices
card-disputed-text = { $count_form ->
    [one] 1 invoice is disputed by its debtor.
   *[other] { $count } invoices are disputed by their debtors.
}
limit-rows-of-import = at most { $most } rows in one import; split it
limit-property-key = a key that no other property of yours has
limit-symbol = 2 to 11 upper-case letters and digits, a letter first
limit-symbol-taken = a symbol that no other pool has
limit-no-eligible = one eligible invoice at least; { $count } are not
limit-cover = at most { $assets }, which is what the assets add up to
limit-cap = a cap that leaves each holder one unit at least
limit-percentage = a percentage from { $least } to { $most } with at most { $decimals } decimals
limit-percent = from 0 to { $most } percent
limit-one-unit = at least 1 unit
limit-one-country = one country at least
limit-one-class = one class at least
limit-days = a day from { $first } to { $last }
limit-lock = a moment within the next { $years } years
limit-file-ending = a file that ends in one of { $endings }
limit-file = a file
limit-whole = a whole number
limit-valid-from = now or later: nobody was told of it before
