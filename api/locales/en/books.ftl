# The books, what does not agree, what was decided, and the clock of the sandbox.
nav-ledger = Ledger
nav-reconciliation = Reconciliation
nav-decisions = Decisions
nav-clock = Test clock
ledger-lead = One double-entry ledger: what was debited is what was credited, transaction by transaction, and nothing is ever changed.
ledger-empty = Nothing was booked yet.
ledger-balances = Balances by account
ledger-account = Account
ledger-debit = Debit
ledger-credit = Credit
ledger-postings = Transactions
ledger-transactions = Transactions
ledger-transactions-lead = Every transaction with its postings.
ledger-newest = Transactions, the newest first
ledger-at = Booked
ledger-what = What happened
account-subscribers = Subscribers of { $name }
account-primary-proceeds = Proceeds of the primary sale of { $name }
account-receivable = Receivables of { $name } paid off
account-rent = Rent of { $name }
account-cash = Cash of { $name }
account-distributed = Distributed from { $name }
account-coupon-payable = Still to pay: { $name }
account-paid = Paid to holders: { $name }
account-owed = Owed to holders: { $name }
account-residual = Carried to the next coupon of { $name }
accounts-subscribers = Subscribers
accounts-primary-proceeds = Primary proceeds
accounts-receivable = Receivables
accounts-rent = Rent
accounts-cash = Cash
accounts-distributed = Distributed
accounts-coupon-payable = Still to pay
accounts-paid = Paid
accounts-owed = Owed
accounts-residual = Carried
transaction-collection-received = Collection
transaction-subscription-due = Units sold
transaction-coupon-declared = Coupon declared
transaction-coupon-carried = Coupon carried on
transaction-coupon-paid = Holder paid
transaction-coupon-owed = Holder owed
transaction-coupon-reversed = Payment taken back by a reorganisation
transaction-owed-paid = Owed amount paid
transaction-owed-reversed = Payment of an owed amount taken back
reconciliation-lead = The register, the chain and the ledger are compared figure by figure. What does not agree is a break, and stays one until it agrees again.
reconciliation-agrees = No break is open: every figure agreed when it was last compared.
reconciliation-breaks = Open breaks, the newest first
reconciliation-do = Compare now
reconciliation-compared = { $holdings_form ->
    [one] 1 line
   *[other] { $holdings } lines
} of registers and { $coupons_form ->
    [one] 1 coupon
   *[other] { $coupons } coupons
} were compared at block { $block }.
break-kind = What differs
break-subject = About
break-found = Found
break-figures = Figures
break-register-holding = Units of a wallet, register and chain
break-register-supply = Units outstanding, register and chain
break-ledger-balance = Debits and credits
break-coupon-total = Total of a coupon
break-coupon-chain = Coupon, ledger and chain
break-coupon-payment = Payment without an entitlement
card-breaks = Open breaks
card-breaks-text = { $count_form ->
    [one] A figure does not agree between register, chain and ledger.
   *[other] { $count ->
        [0] Register, chain and ledger agreed when they were last compared.
       *[other] Figures do not agree between register, chain and ledger.
    }
}
decisions-oldest = Decisions of the period, the oldest first
decisions-empty = Nothing was decided in this period.
decision-at = When
decision-what = What
decision-by = By
decision-why = Reasons and evidence
decision-entry = Entry { $position } of the audit log
actor-system = The program
action-allocation-made = Orders allocated
action-case-decided = Case decided
action-case-opened = Case opened
action-chain-refused = Refused by the contract
action-credential-presented = Credential presented
action-credential-issued = Credential issued
action-credential-revoked = Credential revoked
action-credential-all-revoked = Every credential of an investor revoked
action-credential-key-rotated = New key for credentials
action-credential-issuer-ended = Provider of credentials no longer trusted
action-credential-issuer-trusted = Provider of credentials trusted
action-investor-applied = Investor applied
action-investor-unfrozen = Investor freed
action-investor-frozen = Investor frozen
action-investor-renewed = Approval renewed
action-investor-screened = Name screened
action-pool-closing-primary = Primary sale ending
action-pool-live = Pool live
action-pool-offered = Pool offered
action-pool-tokenising = Tokenisation started
action-pool-tokenising-refused = Tokenisation refused by the chain
action-subscription-declined = Order declined
action-subscription-placed = Order placed
action-subscription-refused = Order refused
action-subscription-settled = Order settled
action-transfer-accepted = Transfer accepted
action-transfer-refused = Transfer refused
action-transfer-settled = Transfer settled
action-coupon-declared = Coupon declared
action-coupon-books-closed = Books closed
action-coupon-carried = Coupon carried on
action-coupon-payment-started = Payment of a coupon started
action-coupon-paid = Coupon paid
action-collection-booked = Collection booked
action-entitlement-retried = Owed payment tried again
action-document-brought = Document kept
action-invoice-agreed = Dispute ended
action-invoice-defaulted = Invoice in default
action-invoice-disputed = Invoice disputed
action-sanctions-list-loaded = Sanctions list loaded
limit-later-than-from = a day that is not before the first one
clock-lead = The sandbox has a clock of its own. It moves from due time to due time, so that coupons close, pay and declare on the way, each in its order.
clock-now = The clock shows
clock-target = It is going to
clock-stands = Nowhere: it has arrived
clock-advance = Move the clock on
clock-advance-do = Move on
clock-field-days = Number of days
    .hint = From 1 to 3,653. A clock never goes back.
clock-field-to = Or to the beginning of a day
limit-clock-one = empty, when a number of days is given
limit-clock-none = a number of days, or a day to go to
limit-clock-ahead = after { $now }: a clock never goes back
limit-clock-far = at most { $days } days ahead

# The chain, and the alarm after a reorganisation that was too deep.
nav-chain = Chain
chain-embedded = The embedded development chain: a single-operator EVM ledger in the data folder.
chain-network = The network that the platform was told to use.
chain-id = Network number (EIP-155)
chain-read = Newest block that was read
chain-confirmations = Blocks upon a block until it is final
chain-in-order = Nothing that counted as final was taken back. Calls and payments go out.
chain-alarm = The network took back the blocks from { $first } to { $last }, although they counted as final. Nothing is sent and nobody is paid until an operator lets it go on.
chain-alarm-short = Alarm
chain-alarm-since = Noticed
chain-alarm-before = Before you go on: make sure that the network has come to rest and that the node which is asked is the right one. What was taken back is then sent again, with the same bytes; nothing is paid twice.
chain-resume = End the alarm and go on
chain-resumed = The alarm is ended. What was taken back is on its way again.
card-chain-alarm = The chain
card-chain-alarm-text = The network took back what was final. Nothing is sent until the alarm is ended.
thing-the-chain = chain
state-in-order = in order
