# What the officer does with units and wallets beyond the first admission: recoveries, holds, freezes, rules, redemptions.
action-status-under-way = On its way
action-status-done = Done
action-status-refused = Refused by the chain
action-wallet-recovered = Lost wallet recovered
action-wallet-recovery-sent-again = Recovery sent again
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
recovery-lost = The wallet { $wallet } is taken out of use. It can never send, receive, order or claim again.
recovery-replacement = All that it has goes to the wallet { $wallet }:
recovery-units = { $units_form ->
    [one] 1 unit
   *[other] { $units } units
} of { $name }
recovery-payment = { $amount } of coupon { $name }
recovery-nothing = It holds no units and waits for no payment.
recovery-also = Frozen amounts, holds and lock-ups move with the units. Credentials for the lost wallet are revoked. This cannot be taken back.
recovery-refused = The chain refused a part of the recovery of { $wallet }. Order the same recovery again once the cause is put right.
recovery-field-lost_wallet = Lost wallet
recovery-field-replacement_wallet = Wallet in its place
recovery-field-reason = Reason
    .hint = It stays in the audit log: name the ground, not the person.
thing-wallet = wallet
