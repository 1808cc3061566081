-- Principal that is paid back: an order, and what each wallet on the register gives and gets.
CREATE TABLE redemptions (
    id TEXT NOT NULL PRIMARY KEY,
    partition_id TEXT NOT NULL REFERENCES partitions (id),
    kind TEXT NOT NULL CHECK (kind IN ('maturity', 'early', 'amortisation')),
    division TEXT NOT NULL CHECK (division IN ('whole', 'pro-rata', 'by-lot')),
    units BIGINT NOT NULL CHECK (units > 0),
    price_minor BIGINT NOT NULL CHECK (price_minor >= 0),
    amount_minor BIGINT NOT NULL CHECK (amount_minor >= 0),
    contributed_minor BIGINT NOT NULL CHECK (contributed_minor >= 0),
    currency TEXT NOT NULL,
    record_date DATE NOT NULL,
    payment_date DATE NOT NULL,
    notice_sha256 TEXT,
    seed TEXT CHECK ((seed IS NOT NULL) = (division = 'by-lot')),
    status TEXT NOT NULL CHECK (status IN ('ordered', 'paying', 'partly-paid', 'paid', 'cancelled')),
    record_number BIGINT,
    record_block BIGINT,
    record_block_hash TEXT,
    document_hash TEXT,
    requested_by TEXT REFERENCES users (id),
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX redemptions_by_partition ON redemptions (partition_id, id);

-- The latest attempt of a line is a place in a batch; none before the first.
CREATE TABLE redemption_lines (
    id TEXT NOT NULL PRIMARY KEY,
    redemption_id TEXT NOT NULL REFERENCES redemptions (id),
    investor_id TEXT NOT NULL REFERENCES investors (id),
    wallet TEXT NOT NULL,
    held_units BIGINT NOT NULL CHECK (held_units > 0),
    units BIGINT NOT NULL CHECK (units BETWEEN 0 AND held_units),
    amount_minor BIGINT NOT NULL CHECK (amount_minor >= 0),
    status TEXT NOT NULL CHECK (status IN ('open', 'paid', 'refused', 'nil', 'cancelled')),
    batch BIGINT,
    place BIGINT,
    refusal TEXT,
    transaction_hash TEXT,
    UNIQUE (redemption_id, wallet)
);
CREATE INDEX redemption_lines_by_status ON redemption_lines (redemption_id, status, id);
CREATE INDEX redemption_lines_by_batch ON redemption_lines (redemption_id, batch, place);
CREATE INDEX redemption_lines_by_investor ON redemption_lines (investor_id, id);
