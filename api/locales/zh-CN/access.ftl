# 登录与账户。
sign-in = 登录
sign-in-what = 将应收账款与租金收益转化为分级证券型通证。
sign-in-wrong = 电子邮箱或密码不正确。
account-new = 新建账户
account-add = 添加账户
account-added = 账户已添加，其所有人现在即可登录。
field-email = 电子邮箱
field-password = 密码
account-field-password = 密码
    .hint = 12 至 256 个字符。请当面或通过其他渠道告知本人。
field-role = 角色
field-company = 公司
    .hint = 该人员所代表的公司，仅“发行人”角色需要填写。填写新名称即新增一家公司。
