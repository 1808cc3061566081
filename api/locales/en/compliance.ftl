# The compliance officer's desk.
nav-cases = Cases
nav-investors = Investors
nav-sanctions-lists = Sanctions lists
nav-credential-issuers = Credential issuers
nav-credentials = Credentials
credentials-what = We vouch for approved investors ourselves: a Verified Investor credential belongs to one wallet, names nobody, and can be revoked at any time.
credentials-empty = No credential has been issued.
credentials-oldest = The oldest credentials first
investor = Investor
credential-issued = Issued
credential-in-force = In force
credential-revoked = Revoked
credential-ended = Ended
credential-file = File for your wallet
credential-renew = Renew
credential-revoke = Revoke
credential-obtain = Get the credential for this wallet
case = Case
cases-empty = No case is in this state.
cases-none-yet = No case yet: wallet, credential and screening must all be there.
cases-oldest = The oldest cases first
case-because = Because
case-opened = Opened
case-decided = Decided
investor-number = Identity { $number }
evidence-person = Who it is
evidence-compared = Profile and credential side by side
evidence-what = What
evidence-profile = Profile
evidence-credential = Credential
evidence-issuer = Vouched for by
evidence-did = Decentralised identifier
wallet-proof = What it signed ({ $standard }, { $date })
wallet-proof-signature = Signature of the wallet
wallet-proof-contract = The wallet is a contract. It said on the chain that the signature is its own (EIP-1271); it may say otherwise later.
evidence-refused = Presentations refused
personal-erased = What was personal has been erased. The opaque number stays.
screening = Screening
screened-at = Screened on { $at }.
screened-lists = Compared with:
screening-clean = No entry of these lists may be this person.
screening-hits = { $count_form ->
    [one] One entry may be this person.
   *[other] { $count } entries may be this person.
}
hit-score = score { $score } of 1,000
hit-words = Words that stand for one another
hit-customer = Investor
hit-listed = List
hit-likeness = Likeness
hit-weight = Weight
hit-qualified = The names score { $name }; the date of birth changes { $birth }, the country { $country }.
hit-only-customer = Only in the investor's name: { $words }.
hit-only-listed = Only in the listed name: { $words }.
decision = Decision
field-decision = Decision
decision-approve = Approve
decision-reject = Reject
decision-field-reason = Reason
    .hint = In your words. It stays with the case.
freeze-field-reason = Reason
    .hint = It stays in the audit log: name the ground, not the person.
decide = Decide
all = All
expires-soon = Approval ends within 30 days
investors-empty = No investor is in this state.
applied-at = Applied
freeze = Freeze in every token
unfreeze = Let move again
erase = Erase personal data
erase-what = The key of this person's data is destroyed. Name, date of birth, claims and hits are gone for good; the register keeps the opaque number.
erase-field-sure = I am sure: this cannot be taken back
limit-sure = the box ticked
lists-what = Everybody is compared with these lists on applying, and again whenever one of them changes.
lists-empty = No list is in force. Until one is, nobody counts as screened and no case opens.
lists-in-force = Lists in force
list = List
list-version = Version
list-entries = Entries
list-loaded = Loaded
list-load = Put a list in force
field-list = Name of the list
field-format = Format
field-version = Version
    .hint = As its publisher gives it. Today when nothing is said and the file says nothing.
list-field-file = Files
    .hint = OFAC's four files are told apart by their names.
format-ofac-sdn = OFAC, SDN or consolidated (CSV)
format-un-xml = United Nations (XML)
format-eu-xml = European Union (XML)
format-uk-xml = United Kingdom (XML)
format-uk-csv = United Kingdom (CSV)
format-csv = Own list (CSV)
issuers-what = Only what these providers sign is believed, for these types of credential and within these dates.
issuers-empty = Nobody is believed yet, so every presentation is refused.
trusted-from = Trusted from
trusted-until = Trusted until
trust = Trust an issuer
trust-end = End the trust now
field-issuer_name = Name
field-did = Decentralised identifier
    .hint = Such as did:web:kyc.example or did:key:z6Mk…
field-credential_types = Types of credential
    .hint = Separated by commas.
card-cases = Cases
card-cases-text = { $count_form ->
    [one] One case waits for a decision.
   *[other] { $count } cases wait for a decision.
}
card-expiring = Approvals that end soon
card-expiring-text = { $count_form ->
    [one] One approval ends within 30 days.
   *[other] { $count } approvals end within 30 days.
}
card-lists = Sanctions lists
card-lists-text = { $count_form ->
    [one] One list is in force.
   *[other] { $count } lists are in force.
}
card-stale-lists = Sanctions lists are out of date
card-stale-lists-text = { $count_form ->
    [one] One list was loaded more than 26 hours ago. Load its newest version.
   *[other] { $count } lists were loaded more than 26 hours ago. Load their newest versions.
}
list-absent = The list is in force, without some of its parts
list-absent-alt = alt.csv is absent: aliases are not found.
list-absent-add = add.csv is absent: countries of residence are not compared.
list-absent-comments = sdn_comments.csv is absent: some dates of birth and wallets are missing.
list-stale = out of date
limit-decision = one of: approve reject
    .shown = one of the choices offered
limit-files = at least one file
limit-one-file = one file
limit-did = a DID without path or fragment
limit-types = at least one type of credential
limit-did-taken = an identifier that is not on the list yet
