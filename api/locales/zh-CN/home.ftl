# 首页。
home = 首页
home-what-waits = 待办事项
home-nothing = 暂无待办事项。
