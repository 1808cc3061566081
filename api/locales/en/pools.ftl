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
plan-holders = One beneficial owner may hold at most { $cap } units of { $name } ({ $bps } basis points). It is open to { $classes } investors who reside in { $countries }.
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
