# Why the answer is no: one sentence for each reason, with its numbers.
refusal-paused = Every movement of the token is halted.
refusal-partition-paused = Every movement of the partition { $partition } is halted.
refusal-sender-unknown = The { $side } is not on the register of eligible persons.
refusal-receiver-unknown = The { $side } is not on the register of eligible persons.
refusal-kyc-expired = The approval of the { $side } ended on { $valid_until }.
refusal-frozen = The { $side } is frozen.
refusal-held-units = { $units } units were asked for; only { $free } are not held for somebody else.
refusal-frozen-units = { $units } units were asked for; only { $free } are not frozen.
refusal-locked = The partition is locked until { $until }.
refusal-country = Holders in { $country } are not allowed in this partition.
refusal-class = Investors of the class { $class } are not allowed in this partition.
refusal-cap-holder = The holder would own { $would_hold } units over all wallets; the cap is { $limit }.
refusal-holder-count = The partition would have { $would_be } holders; the limit is { $limit }.
refusal-balance = { $units } units were asked for; the sender holds { $available }.
refusal-authorised = There would be { $would_be } units; { $limit } are authorised.
refusal-sale-window = { $place ->
    [before] The sale opens on { $boundary }.
   *[after] The sale closed on { $boundary }.
}
refusal-transfer-limit = { $units } units were asked for; one transfer may move { $limit }.
refusal-max-holding = The holder would own { $would_hold } units over all wallets; nobody may hold more than { $limit }.
refusal-min-holding = A holder would own { $would_hold } units; whoever holds any must hold { $limit }.
refusal-units = The number of units must be at least 1.
