# Pools: what will happen when one is tokenised.
list-separator = ,{ " " }
plan-receivables = { $count_form ->
    [one] 1 invoice over { $amount } is pledged to the pool
   *[other] { $count } invoices over { $amount } together are pledged to the pool
}; no other pool can take them.
plan-rental = The property is bound to the pool: valued at { $valuation }, { $let } of { $units } units let, { $rent } of rent due in the next twelve months.
plan-left-out = { $count_form ->
    [one] 1 invoice that was chosen is no longer eligible and is set free.
   *[other] { $count } invoices that were chosen are no longer eligible and are set free.
}
plan-token = A security token “{ $name }” with the symbol { $symbol } is deployed on the chain.
plan-partition = { $name } (rank { $rank }): up to { $units } units at { $price }, { $size } together.
plan-coupon = { $name } earns { $rate } a year, counted { $day_count }, paid every { $months_form ->
    [one] month
   *[other] { $months } months
}, from { $start } on.
plan-holders = One beneficial owner may hold at most { $cap } units of { $name } ({ $bps }). It is open to these classes of investors: { $classes }; and to residents of: { $countries }.
plan-holder-limit = { $name } has at most { $limit } beneficial owners.
plan-lock = Nobody transfers units of { $name } before { $until }.
plan-cover = The units cost { $offered } together; the assets add up to { $assets }. That leaves { $surplus } beyond the offer: a cover of { $percent }%.
plan-documents = { $count ->
    [0] No document goes on chain: there is none in force yet.
   *[other] { $count_form ->
        [one] The hash of 1 document goes on chain.
       *[other] The hashes of { $count } documents go on chain.
    }
}
plan-then = When the token stands on the chain, the pool is offered and takes subscriptions. If the chain refuses it, the pool is a draft again and the assets are free.
ineligible-past-due = due on { $due_date }, so past due
ineligible-disputed = disputed by the debtor
ineligible-defaulted = defaulted
ineligible-paid = paid
ineligible-other-currency = in { $currency }, the pool is in { $pool_currency }
ineligible-in-another-pool = in another pool
nav-pools = Pools
pool = Pool
pool-new = New pool
pool-step-1 = First step: choose the assets. Nothing is written before you confirm.
pool-step-2 = Second step: the partitions, the senior one first. Nothing happens before you confirm.
pool-of-invoices = Of invoices
pool-all-invoices = All invoices
pool-of-property = Or of a property
pool-no-property = No property
pool-review-draft = These assets are chosen for the draft; no other pool can choose them until it is discarded.
pool-left-out = { $count_form ->
    [one] 1 invoice is not eligible
   *[other] { $count } invoices are not eligible
}
pool-no-longer-open = { $count_form ->
    [one] 1 invoice is paid, past due, disputed or defaulted
   *[other] { $count } invoices are paid, past due, disputed or defaulted
}
pool-standing = Standing
pool-reasons = Reasons
pool-name = Name
pool-symbol = Symbol
pool-assets = Assets
pool-invoices = The invoices of this pool
pool-property = The property of this pool
pool-tokenise = Tokenise
pool-tokenise-title = Tokenise { $name }
pool-discard = Discard the draft
pool-one-more = One more partition
pool-partition = Partition
pool-partition-rank = Partition of rank { $rank }
pool-partitions = Partitions
pool-partitions-senior-first = The senior one first
pool-units = Units
pool-price = Price of a unit
pool-size = All units
pool-coupon-title = Coupon
pool-coupon = { $rate } a year, { $months_form ->
    [one] monthly
   *[other] every { $months } months
}, { $day_count }
pool-rules = Who may hold
pool-cap = At most { $units } units an owner ({ $bps }).
pool-open-to = { $classes }; { $countries }.
pool-locked = No transfers before { $until }.
pool-tokenising = The token is on its way to the chain. Load the page again in a moment.
pool-refused = The chain refused the token, so the pool is a draft again: { $reason }
pool-documents = Documents
pool-no-documents = There is no document yet.
pool-documents-newest = By name, the newest version first
document-name = Document
document-version = Version
document-valid-from = In force from
document-keep = Keep the document
pool-chain = On the chain
pool-token = Address of the token
pool-no-calls = Nothing was sent to the chain yet.
pool-calls = What was sent, in its order
call-what = What
call-block = Block
call-transaction = Transaction
call-token-deploy = Deploy the token
call-install-grant = Give the platform its roles
call-token-set-document = Put a document on chain
pools-empty = There is no pool yet.
totals-count = Invoices
totals-outstanding = Still to be paid
totals-days = Days to due, weighted by amount
totals-first-due = First due date
totals-last-due = Last due date
totals-debtors = Debtors
totals-largest = Who owes most
totals-debtor = Debtor
totals-owes = Owes
totals-share = Share
every-months = { $months_form ->
    [one] Every month
   *[other] Every { $months } months
}
thing-the-pool = pool
thing-the-installation = installation
state-draft = a draft
state-tokenising = being tokenised
state-offered = offered
state-live = live
state-redeemed = redeemed
state-available = available
state-pledged = pledged
state-disputed = disputed
state-defaulted = defaulted
state-paid = paid
field-symbol = Symbol
    .hint = 2 to 11 upper-case letters and digits, as HFN1.
pool-field-currency = Currency
    .hint = Three letters, as EUR.
field-import_id = Invoices of
field-due_from = Due on or after
field-due_to = Due on or before
field-amount_from = Amount at least
field-amount_to = Amount at most
field-property_id = Property
document-field-name = Name
    .hint = Lower-case letters, digits and hyphens, as prospectus. The same name again is the next version.
document-field-file = File
field-valid_from = In force from
    .hint = At once when it is left blank.
terms-field-name = Name
    .hint = Lower-case letters, digits and hyphens, as senior.
field-authorised_units = Units
    .hint = The most units there may be.
field-unit_price = Price of a unit
field-coupon_rate_percent = Coupon a year
field-coupon_months = Paid
field-day_count = Days are counted
field-first_period_start = First day that earns
field-cap_percent = Cap per owner
    .hint = The most that one beneficial owner may hold, over all wallets.
field-holder_limit = Most owners
field-locked_until = No transfers before
field-allowed_countries = Countries of residence
    .hint = Codes of two letters with commas between them, as DE, NL.
field-allowed_classes = Classes of investors
