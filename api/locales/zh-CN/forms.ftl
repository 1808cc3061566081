# 表单与列表的通用文字。
form-errors = 有 { $count } 项填写有误
invalid-blank = 此项必填:{ $limit }。
invalid-value = 无法接受“{ $value }”,应为:{ $limit }。
optional = 选填
choose = 请选择…
review = 预览
what-will-happen = 将要执行的操作
confirm = 确认
change = 修改
refused = 已拒绝,原因共 { $count } 项
status = 状态
pages = 更多页面
next-page = 下一页
progress = 进度
progress-steps = { $done } / { $total }
progress-reload = 刷新
