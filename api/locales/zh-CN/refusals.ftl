# 拒绝原因：每项一句，附具体数字。
refusal-paused = 该通证已暂停一切变动。
refusal-partition-paused = 分级 { $partition } 已暂停一切变动。
refusal-not-issuable = 首次发售已结束，不再发行新份额。
refusal-sender-unknown = { $side }未列入获准投资者名册。
refusal-receiver-unknown = { $side }未列入获准投资者名册。
refusal-kyc-expired = { $side }的准入核准已于 { $valid_until } 到期。
refusal-frozen = { $side }已被冻结。
refusal-held-units = 申请转移{ $units }份，其中未为他人保留的仅有{ $free }份。
refusal-frozen-units = 申请转移{ $units }份，其中未冻结的仅有{ $free }份。
refusal-locked = 该分级锁定至 { $until }。
refusal-locked-holder = 转出方的钱包锁定至 { $until }。
refusal-country = 该分级不允许{ $country }的持有人。
refusal-class = 该分级不允许类别为“{ $class }”的投资者。
refusal-cap-holder = 该持有人全部钱包合计将持有{ $would_hold }份，超过{ $limit }份的持有上限。
refusal-holder-count = 该分级的持有人数将达{ $would_be }名，超过{ $limit }名的上限。
refusal-balance = 申请转移{ $units }份，转出方仅持有{ $available }份。
refusal-authorised = 总份数将达{ $would_be }份，超过核准的{ $limit }份。
refusal-sale-window = { $place ->
    [before] 发售将于{ $boundary }开始。
   *[after] 发售已于{ $boundary }结束。
}
refusal-cosignature = { $given ->
    [missing] 该分级受保护，发行人尚未联署此笔转让。
   *[ended] 该分级受保护，发行人对此笔转让的联署已于 { $until } 失效。
}
refusal-transfer-limit = 申请{ $units }份，单笔转让最多{ $limit }份。
refusal-release = 申请转移{ $units }份，按解锁计划目前仅释放{ $free }份。
refusal-max-holding = 持有人所有钱包合计将持有{ $would_hold }份，超过每人{ $limit }份的上限。
refusal-min-holding = 持有人将持有{ $would_hold }份，少于每位持有人至少{ $limit }份的要求。
refusal-cap-pool = 该持有人在资产池各分级全部钱包合计将持有{ $would_hold }份，超过{ $limit }份的持有上限。
refusal-country-count = 该分级中与转入方同一国家或地区的持有人将达{ $would_be }名，超过{ $limit }名的上限。
refusal-class-count = 该分级中与转入方同一类别的持有人将达{ $would_be }名，超过{ $limit }名的上限。
refusal-units = 份数至少为1。
