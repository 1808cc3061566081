# 作业。
jobs-newest = 最新作业在前
jobs-empty = 尚未安排任何作业。
job-kind = 类型
job-run-at = 执行时间
job-attempts = 尝试次数
job-last-error = 最近一次错误
card-failed-jobs = 已放弃的作业
card-failed-jobs-text = 有 { $count } 个作业在最后一次重试后仍失败。
