# Jobs.
jobs-newest = The newest jobs first
jobs-empty = No job has been scheduled yet.
job-kind = Kind
job-run-at = Runs at
job-attempts = Attempts
job-last-error = Last error
card-failed-jobs = Jobs given up
card-failed-jobs-text = { $count_form ->
    [one] One job failed after its last retry.
   *[other] { $count } jobs failed after their last retry.
}
