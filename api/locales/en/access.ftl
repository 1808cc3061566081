# Signing in, and accounts.
sign-in = Sign in
sign-in-what = Receivables and rents as partitioned security tokens.
sign-in-wrong = The e-mail address or the password is not right.
account-new = New account
account-add = Add the account
account-added = The account was added. Its owner can sign in now.
field-email = E-mail address
field-password = Password
account-field-password = Password
    .hint = 12 to 256 characters. Hand it over in person or by a second channel.
field-role = Role
field-company = Company
    .hint = The company that the person acts for, for the role Issuer only. A new name adds a new company.
