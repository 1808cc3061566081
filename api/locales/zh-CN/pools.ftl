# 资产池:通证化时将发生什么。
list-separator = 、
plan-receivables = { $count }张发票合计{ $amount }将质押给该资产池,其他资产池不得再使用。
plan-rental = 该物业将归入资产池:估值{ $valuation },共{ $units }个单元,已出租{ $let }个,未来十二个月应收租金{ $rent }。
plan-left-out = 所选发票中有{ $count }张已不符合条件,将被释放。
plan-token = 将在链上部署证券型通证“{ $name }”,代码为{ $symbol }。
plan-partition = { $name }(第{ $rank }顺位):最多{ $units }份,每份{ $price },合计{ $size }。
plan-coupon = { $name }年利率{ $rate },计息方式{ $day_count },每{ $months }个月付息,自{ $start }起计息。
plan-holders = 每位受益所有人最多持有{ $name } { $cap }份({ $bps }个基点)。面向居住在{ $countries }的{ $classes }投资者。
plan-holder-limit = { $name }最多{ $limit }位受益所有人。
plan-lock = { $until }之前任何人不得转让{ $name }的份额。
plan-cover = 全部份额合计{ $offered };资产合计{ $assets },超出发行额{ $surplus },覆盖率{ $percent }%。
plan-documents = { $count ->
    [0] 尚无生效文件,不向链上写入文件哈希。
   *[other] { $count }份文件的哈希将写入链上。
}
plan-then = 通证上链后,资产池即开放认购。如链上拒绝,资产池恢复为草稿,资产随即释放。
ineligible-past-due = 应于{ $due_date }付款,已逾期
ineligible-disputed = 债务人有争议
ineligible-defaulted = 已违约
ineligible-paid = 已付清
ineligible-other-currency = 币种为{ $currency },资产池币种为{ $pool_currency }
ineligible-in-another-pool = 已在其他资产池中
