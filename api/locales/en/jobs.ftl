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
job-restart = Start again
job-sessions-sweep = Remove ended sessions
job-screening-rescreen = Screen everybody again
job-identities-expiring = Look for approvals that end soon
job-documents-publish = Put a document on chain
job-sandbox-collect = Collect what is due (sandbox)
job-coupons-close-books = Close the books of coupons
job-coupons-declare = Declare the coupons that are due
job-coupons-pay = Start the payments that are due
job-coupon-pay = Pay one coupon
job-redemption-pay = Pay principal back
job-allocation-mint = Mint an allocation
