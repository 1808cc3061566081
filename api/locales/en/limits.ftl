# What would have been accepted, word for word as the business says it, with a name for each number.
# A sentence is found again by this text, so it stands on one line.
limit-characters = 1 to { $longest } characters, no control characters
limit-whole-number = a whole number from { $least } to { $most }
limit-from-to = from { $least } to { $most }
limit-decimals = a number with at most { $decimals } decimals
limit-at-most-decimals = at most { $decimals } decimals
limit-minor-units = at most { $most } minor units
limit-amount-of = { $amount } of { $currency }, as 1234.50
limit-country = a two-letter country code of ISO 3166-1, such as DE
limit-currency = a currency code of ISO 4217, such as EUR
limit-uuid = a UUID of 36 characters
limit-wallet = 0x and 40 hexadecimal digits with a valid EIP-55 checksum
limit-partition = 1 to { $longest } lower-case letters, digits and hyphens
limit-one-of = one of: { $words }
    .shown = one of the choices offered
limit-after-period-start = after period_start { $day }
    .shown = a day after the start of the period, { $day }
limit-after-record-date = after record_date { $day }
    .shown = a day after the record date, { $day }
limit-basis-points = basis points from 1 to 10000
limit-date = a date as YYYY-MM-DD
limit-password = { $least } to { $most } characters
limit-email = an e-mail address such as name@company.example
limit-email-taken = an address without an account: this one has one
limit-fields = at most { $most } fields
limit-issuer = the id of an issuer that is registered here
limit-no-issuer = nothing, as only issuers' people act for an issuer
