# Why the answer is no: one sentence for each reason, with its numbers.
refusal-paused = Every movement of the token is halted.
refusal-partition-paused = Every movement of the partition { $partition } is halted.
refusal-not-issuable = The primary sale is closed: no more units are issued.
refusal-sender-unknown = The { $side } is not on the register of eligible persons.
refusal-receiver-unknown = The { $side } is not on the register of eligible persons.
refusal-kyc-expired = The approval of the { $side } ended on { $valid_until }.
refusal-frozen = The { $side } is frozen.
refusal-held-units = { $units } units were asked for; only { $free } are not held for somebody else.
refusal-frozen-units = { $units } units were asked for; only { $free } are not frozen.
refusal-locked = The partition is locked until { $until }.
refusal-locked-holder = The sender's wallet is locked until { $until }.
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
refusal-cosignature = { $given ->
    [missing] The partition is protected, and the issuer has not co-signed this transfer.
   *[ended] The partition is protected, and the issuer's co-signature of this transfer ended on { $until }.
}
refusal-transfer-limit = { $units } units were asked for; one transfer may move { $limit }.
refusal-release = { $units } units were asked for; the release schedule has set { $free } free so far.
refusal-max-holding = The holder would own { $would_hold } units over all wallets; nobody may hold more than { $limit }.
refusal-min-holding = A holder would own { $would_hold } units; whoever holds any must hold { $limit }.
refusal-cap-pool = The holder would own { $would_hold } units over all wallets and all partitions of the pool; the cap is { $limit }.
refusal-country-count = The partition would have { $would_be } holders of the receiver's country; the limit is { $limit }.
refusal-class-count = The partition would have { $would_be } holders of the receiver's class; the limit is { $limit }.
refusal-units = The number of units must be at least 1.
