# 表单与列表的通用文字。
form-errors = 有 { $count } 项填写有误
invalid-blank = 应为：{ $limit }。
invalid-value = 无法接受“{ $value }”，应为：{ $limit }。
optional = 选填
choose = 请选择…
review = 预览
what-will-happen = 将要执行的操作
confirm = 确认
change = 修改
refused = 已拒绝，原因共 { $count } 项
status = 状态
pages = 更多页面
next-page = 下一页
progress = 进度
progress-steps = { $done } / { $total }
progress-reload = 刷新
# 多个表单共用的字段。
field-name = 名称
field-units = 份数
field-amount = 金额
field-currency = 币种
field-country = 国家或地区
field-wallet = 钱包地址
field-classes = 投资者类别
field-files = 文件
field-reason = 理由
field-note = 备注
