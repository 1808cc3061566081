# What the officer does with units and wallets beyond the first admission: recoveries, holds, freezes, rules, redemptions.
action-status-under-way = On its way
action-status-done = Done
action-status-refused = Refused by the chain
thing-recovery = recovery
state-recovered = recovered already
state-not-registered = not registered
limit-has-what-it-had = { $wallet } has what it had
limit-wallet-of-an-investor = a wallet of an investor
limit-another-wallet = another wallet of the same investor that the registry knows
limit-registry-knows = the registry on chain must know it
wallet-lost = Lost
wallet-replaced-by = replaced by
recovery-new = Recover a lost wallet
recovery-what = A wallet whose key is lost or stolen is taken out of use for good. What it has goes to another wallet of the same investor.
recovery-one-wallet = The investor needs a second wallet on the registry first. They bring it under “My application”; it is registered at once.
recovery-lost = The wallet { $wallet } is taken out of use. It can never send, receive or claim again.
recovery-replacement = All that it has goes to the wallet { $wallet }:
recovery-units = { $units_form ->
    [one] 1 unit
   *[other] { $units } units
} of { $name }
recovery-principal = { $amount } of principal of { $name } that is paid back
recovery-payment = { $amount } of coupon { $name }
recovery-nothing = It holds no units and waits for no payment.
recovery-also = Frozen amounts, holds and lock-ups move with the units. Credentials for the lost wallet are revoked. This cannot be taken back.
recovery-refused = The chain refused a part of the recovery of { $wallet }. Order the same recovery again once the cause is put right.
recovery-field-lost_wallet = Lost wallet
recovery-field-replacement_wallet = Wallet in its place
recovery-field-reason = Reason
    .hint = It stays in the audit log: name the ground, not the person.
thing-wallet = wallet
hold-status-ordered = On its way
hold-status-refused = Refused by the chain
hold-status-held = Held
hold-status-expired = Time is over
hold-status-executed = Executed
hold-status-released = Released
thing-hold = hold
state-held = kept
state-executed = executed
state-released = released
state-ordered = on its way
state-refused = refused
limit-keep-units = it must keep units
limit-wait-for-order = wait until the chain has what was ordered before
limit-free-of-holds = at most { $most }: what the wallet has, less what is kept already
limit-from-today = from today to { $day }
limit-at-least-one = at least 1
limit-another-than-holder = another wallet than the holder's
limit-registered-wallet = a wallet that the registry knows
limit-not-lost = a wallet that is not lost
limit-named-recipient = the wallet { $wallet } that the hold names
limit-recipient-missing = a wallet, as the hold names none
nav-holds = Holds
holds-what = Units that are kept for somebody, as a pledge. They stay their holder's on the register, who keeps being paid.
holds-empty = Nothing is held.
holds-newest = The newest holds first
hold = Hold
hold-new = Have units held
hold-from-chain = Made past this platform
hold-purpose = Purpose
hold-holder = Holder's wallet
hold-holder-now = Wallet in its place
hold-recipient = Goes to
hold-notary = Who decides
hold-kept = Kept now
hold-executed = Delivered
hold-released = Freed
hold-expires = Until
hold-execute = Deliver the units
hold-release = Free the units
hold-release-what = { $units_form ->
    [one] 1 unit is
   *[other] { $units } units are
} free again for the holder. Nothing is delivered.
hold-execution-review = { $units_form ->
    [one] 1 unit
   *[other] { $units } units
} of { $name } are delivered to the wallet { $wallet }. This cannot be taken back.
hold-review = { $units } units of { $name } in the wallet { $wallet } are kept. The holder stays their owner and cannot move them.
hold-review-recipient = When the hold is executed, they go to the wallet { $wallet }.
hold-review-anybody = Who gets them is said when the hold is executed.
hold-review-officer = The compliance officer executes or releases the hold. After { $day } it is never executed, and what it keeps is freed.
hold-review-notary = The wallet { $wallet } executes or releases the hold. After { $day } it is never executed, and what it keeps is freed.
hold-review-sign = The key of this wallet is the holder's alone: the hold begins when they have signed and sent it.
hold-field-holding = Of which holding
hold-field-partition_id = Partition
hold-field-holder_wallet = Holder's wallet
hold-field-expires_on = Until the end of the day
hold-field-recipient_wallet = Goes to the wallet
    .hint = Leave it empty when this is said later.
hold-field-notary_wallet = Wallet that decides
    .hint = Leave it empty to let the compliance officer decide.
hold-field-purpose = Purpose
    .hint = Such as: pledge for loan 17. No names of persons.
hold-execution-field-units = Units
    .hint = All that is kept when it is left empty.
hold-execution-field-recipient_wallet = To the wallet
hold-sign-yourself = The key of this wallet is yours alone: sign this transaction with it. It happens when the chain has it.
limit-wallets-listed = from 1 to { $most } wallets
limit-listed-once = a wallet that is not on the list before
limit-not-frozen-yet = a wallet that is not frozen yet
limit-frozen-wallet = a wallet that is frozen
limit-needs-token = it needs a token on the chain
wallet-frozen = Frozen
freezes-of-pool = Frozen wallets
freezes-empty = No wallet was frozen or freed in this token.
freezes-newest = What was frozen and freed, the newest first
freeze-what = These wallets can neither send nor receive units of this token until they are freed. Their holders stay on the register and keep being paid.
freeze-wallets = Freeze
unfreeze-wallets = Free
freeze-at = Ordered
freeze-lines-left-out = Lines left out
freeze-review = { $count_form ->
    [one] 1 wallet is frozen
   *[other] { $count } wallets are frozen
} in this token:
unfreeze-review = { $count_form ->
    [one] 1 wallet is freed
   *[other] { $count } wallets are freed
} in this token:
freeze-left-out = { $count_form ->
    [one] 1 line is left out:
   *[other] { $count } lines are left out:
}
freeze-left-out-line = Line { $line }: “{ $value }”. Expected: { $reason }.
freeze-wallets-field-what = What happens
freeze-wallets-field-wallets = Wallets
    .hint = One address on each line, or choose a CSV file whose first column has them.
freeze-wallets-field-file = CSV file
freeze-wallets-field-skip_unfit = Leave out the lines that cannot be done
    .hint = Otherwise one such line refuses the whole list.
freeze-wallets-field-reason = Reason
    .hint = It stays in the audit log: name the ground, not the person.
action-hold-executed = Held units delivered
action-hold-executing = Delivery of held units ordered
action-hold-expired = Hold whose time is over
action-hold-ordered = Hold ordered
action-hold-placed = Units held
action-hold-refused = Delivery of held units refused
action-hold-released = Held units freed
action-hold-releasing = Release of a hold ordered
action-wallet-recovered = Lost wallet recovered
action-wallet-recovery-sent-again = Recovery sent again
action-wallets-frozen = Wallets frozen
action-wallets-unfrozen = Wallets freed
action-rules-set = Rules changed
thing-the-rules = rules
state-so-already = set so already
limit-change-one-rule = change at least one rule
limit-most-of-one-owner = at most the most of one owner, { $most }
limit-after-opening = after the sale opens
rules-of = Rules of { $name }
rules-in-force = Rules in force
rules-change = Change the further rules
rules-what = Each rule binds from the moment the chain has it. An empty field is no rule. Who is outside a new rule keeps what they have and gets nothing more.
rules-changes = What changes
rules-passive = { $count_form ->
    [one] 1 holder is
   *[other] { $count } holders are
} outside the new bounds: nothing is sold, and nothing more comes in.
rules-change-max-holding = Most units of one owner
rules-change-min-holding = Least units of one owner
rules-change-transfer-limit = Most units of one transfer
rules-change-sale-opens = Sale opens
rules-change-sale-closes = Sale closes
rule = Rule
rule-before = Now
rule-after = Then
rule-none = no rule
rule-token-paused = The whole token is halted: nothing moves.
rule-paused = This partition is halted: nothing of it moves.
rule-open-to = Open to these classes of investors: { $classes }; and to residents of: { $countries }.
rule-cap-authorised = One owner holds at most { $units } units over all wallets: { $bps } of what is authorised, until the primary sale ends.
rule-cap-outstanding = One owner holds at most { $units } units over all wallets: { $bps } of what is outstanding.
rule-holder-limit = At most { $limit } owners; there are { $holders }.
rule-locked = Nobody transfers before { $until }.
rule-max-holding = One owner holds at most { $units } units, whatever their share.
rule-min-holding = One owner holds none or at least { $units } units.
rule-transfer-limit = At most { $units } units go to another owner in one transfer.
rule-sale-opens = Nothing is issued before { $at }.
rule-sale-closes = Nothing is issued from { $at } on.
rule-on-its-way = A change is on its way to the chain.
rule-change-refused = The chain refused the newest change.
rules-field-max_holding = Most units of one owner
rules-field-min_holding = Least units of one owner
    .hint = An owner holds none or at least so many.
rules-field-transfer_limit = Most units of one transfer to another owner
rules-field-sale_opens = First day of the sale
rules-field-sale_closes = Last day of the sale
rules-field-reason = Reason
    .hint = It stays in the audit log.
rules-change-of = Change the rules of { $name }
action-partition-cured = Default of a partition cured
action-partition-defaulted = Partition in default
action-partition-written-down = Partition written down
limit-change-something = change something
limit-junior-first = nothing before the partition { $name } has nothing left
limit-percent-left = percent from 0 to 99.9999, with at most 4 decimals
limit-less-than-left = less than the { $percent } that are left
state-in-default = in default
state-not-in-default = not in default
rule-in-default = In default.
rule-written-down = Written down: { $percent } of a unit's face value are left. Interest is counted on that.
distress = Default and losses
distress-state = Standing
distress-in-default = In default
distress-none = Not in default
distress-left = Left of the face value
distress-what = What is said here stands on chain for everybody. A write-down is for good, and the junior partitions bear losses first. Units and their owners stay as they are.
distress-default = Say that it is in default
distress-cure = Say that the default is cured
distress-write-down = Write a part off
distress-review-default = The partition is in default from the moment the chain has it.
distress-review-cure = The partition is no longer in default.
distress-review-left = Of a unit's face value { $after } are left instead of { $before }. This cannot be taken back.
distress-review-face = All units together stand for { $after } instead of { $before }; interest is counted on that from the next coupon on.
distress-field-step_taken = What happened
distress-field-remaining_percent = Left of the face value
    .hint = Only for a write-down, such as 90.
distress-field-reason = Reason
    .hint = It stays in the audit log.
limit-moment-on-chain = a moment from 1970 to 2106, as far as the chain counts
