-- What came in, what is owed to whom, and the double-entry ledger under both.
CREATE TABLE ledger_transactions (
    id TEXT NOT NULL PRIMARY KEY,
    operation_key TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    at TIMESTAMP NOT NULL
);
CREATE INDEX ledger_transactions_by_subject ON ledger_transactions (subject, at);

-- Debits are positive, credits negative; the postings of a transaction add up to nothing.
CREATE TABLE ledger_postings (
    ledger_transaction_id TEXT NOT NULL REFERENCES ledger_transactions (id),
    line BIGINT NOT NULL,
    account TEXT NOT NULL,
    currency TEXT NOT NULL,
    amount_minor BIGINT NOT NULL CHECK (amount_minor <> 0),
    PRIMARY KEY (ledger_transaction_id, line)
);
CREATE INDEX ledger_postings_by_account ON ledger_postings (account, currency);

-- The one definition of a balance.
CREATE VIEW ledger_balances AS
    SELECT account, currency, CAST(SUM(amount_minor) AS BIGINT) AS balance_minor
    FROM ledger_postings GROUP BY account, currency;

-- What should agree and does not, until somebody has found out why.
CREATE TABLE breaks (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    found_at TIMESTAMP NOT NULL,
    resolved_at TIMESTAMP
);
CREATE INDEX breaks_by_subject ON breaks (subject, kind);

CREATE TABLE collections (
    id TEXT NOT NULL PRIMARY KEY,
    pool_id TEXT NOT NULL REFERENCES pools (id),
    invoice_id TEXT REFERENCES invoices (id),
    lease_id TEXT REFERENCES leases (id),
    external_id TEXT NOT NULL,
    currency TEXT NOT NULL,
    amount_minor BIGINT NOT NULL CHECK (amount_minor > 0),
    received_on DATE NOT NULL,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (pool_id, external_id)
);
CREATE INDEX collections_by_pool ON collections (pool_id, id);

-- What the terms ask for (arrears included) may be more than what is paid: the rest is carried.
CREATE TABLE coupons (
    id TEXT NOT NULL PRIMARY KEY,
    partition_id TEXT NOT NULL REFERENCES partitions (id),
    number BIGINT NOT NULL,
    period_start DATE NOT NULL,
    period_end DATE NOT NULL,
    record_date DATE NOT NULL,
    payment_date DATE NOT NULL,
    currency TEXT NOT NULL,
    due_minor BIGINT NOT NULL CHECK (due_minor >= 0),
    amount_minor BIGINT NOT NULL CHECK (amount_minor > 0),
    status TEXT NOT NULL CHECK (status IN ('declared', 'books-closed', 'paying', 'paid')),
    record_block BIGINT,
    merkle_root TEXT,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (partition_id, number)
);
CREATE INDEX coupons_by_status ON coupons (status, record_date);

-- An amount of nothing after rounding is no leaf of the published tree.
CREATE TABLE entitlements (
    id TEXT NOT NULL PRIMARY KEY,
    coupon_id TEXT NOT NULL REFERENCES coupons (id),
    leaf_index BIGINT,
    investor_id TEXT NOT NULL REFERENCES investors (id),
    wallet TEXT NOT NULL,
    units BIGINT NOT NULL,
    amount_minor BIGINT NOT NULL CHECK (amount_minor >= 0),
    status TEXT NOT NULL CHECK (status IN ('open', 'paid', 'owed', 'nil')),
    transaction_hash TEXT,
    UNIQUE (coupon_id, wallet),
    UNIQUE (coupon_id, leaf_index)
);
CREATE INDEX entitlements_by_investor ON entitlements (investor_id, coupon_id);
