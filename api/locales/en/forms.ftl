# What every form and listing says.
form-errors = { $count_form ->
    [one] One entry is not accepted
   *[other] { $count } entries are not accepted
}
invalid-blank = Expected: { $limit }.
invalid-value = “{ $value }” is not accepted. Expected: { $limit }.
colon = :{ " " }
optional = optional
choose = Choose…
review = Review
what-will-happen = What will happen
confirm = Confirm
change = Change
refused = { $count_form ->
    [one] Refused for one reason
   *[other] Refused for { $count } reasons
}
status = Status
pages = More pages
next-page = Next page
progress = Progress
progress-steps = { $done } of { $total }
progress-reload = Look again
# Fields that several forms have.
field-name = Name
field-units = Units
field-amount = Amount
field-currency = Currency
field-country = Country
field-wallet = Wallet
field-classes = Investor classes
field-files = Files
field-reason = Reason
field-note = Note
