-- How units come to holders and move between them.
CREATE TABLE allocations (
    id TEXT NOT NULL PRIMARY KEY,
    partition_id TEXT NOT NULL REFERENCES partitions (id),
    available_units BIGINT NOT NULL CHECK (available_units >= 0),
    asked_units BIGINT NOT NULL CHECK (asked_units > 0),
    allocated_units BIGINT NOT NULL CHECK (allocated_units BETWEEN 0 AND available_units),
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX allocations_by_partition ON allocations (partition_id, id);

-- An order; the batch is its place among the calls that mint an allocation.
CREATE TABLE subscriptions (
    id TEXT NOT NULL PRIMARY KEY,
    partition_id TEXT NOT NULL REFERENCES partitions (id),
    investor_id TEXT NOT NULL REFERENCES investors (id),
    wallet TEXT NOT NULL REFERENCES wallets (address),
    units BIGINT NOT NULL CHECK (units > 0),
    allocated_units BIGINT NOT NULL CHECK (allocated_units BETWEEN 0 AND units),
    status TEXT NOT NULL CHECK (status IN ('open', 'allocated', 'settled', 'declined', 'refused')),
    allocation_id TEXT REFERENCES allocations (id),
    batch BIGINT,
    refusals TEXT NOT NULL,
    transaction_hash TEXT,
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX subscriptions_by_partition ON subscriptions (partition_id, status, id);
CREATE INDEX subscriptions_by_investor ON subscriptions (investor_id, id);
CREATE INDEX subscriptions_by_allocation ON subscriptions (allocation_id, id);
CREATE INDEX subscriptions_by_transaction ON subscriptions (transaction_hash);

CREATE TABLE transfers (
    id TEXT NOT NULL PRIMARY KEY,
    partition_id TEXT NOT NULL REFERENCES partitions (id),
    from_wallet TEXT NOT NULL,
    to_wallet TEXT NOT NULL,
    units BIGINT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('accepted', 'settled', 'refused')),
    refusals TEXT NOT NULL,
    requested_by TEXT NOT NULL REFERENCES users (id),
    transaction_hash TEXT,
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX transfers_by_partition ON transfers (partition_id, id);
CREATE INDEX transfers_by_from_wallet ON transfers (from_wallet, id);
CREATE INDEX transfers_by_to_wallet ON transfers (to_wallet, id);
CREATE INDEX transfers_by_transaction ON transfers (transaction_hash);

-- What the chain said, movement by movement; the register as of any date is the sum up to it.
-- An issue has no sender, a redemption no receiver.
CREATE TABLE movements (
    block BIGINT NOT NULL,
    log_index BIGINT NOT NULL,
    transaction_hash TEXT NOT NULL,
    partition_id TEXT NOT NULL REFERENCES partitions (id),
    from_wallet TEXT,
    to_wallet TEXT,
    units BIGINT NOT NULL CHECK (units > 0),
    at TIMESTAMP NOT NULL,
    PRIMARY KEY (block, log_index)
);
CREATE INDEX movements_by_partition ON movements (partition_id, at);

-- The register of now: a projection of the movements, written by the projector alone.
CREATE TABLE holdings (
    partition_id TEXT NOT NULL REFERENCES partitions (id),
    wallet TEXT NOT NULL,
    units BIGINT NOT NULL CHECK (units >= 0),
    PRIMARY KEY (partition_id, wallet)
);
CREATE INDEX holdings_by_wallet ON holdings (wallet);

-- Units of a partition that there are, kept with the holdings so that a cap need not add them up.
CREATE TABLE partition_totals (
    partition_id TEXT NOT NULL PRIMARY KEY REFERENCES partitions (id),
    outstanding_units BIGINT NOT NULL CHECK (outstanding_units >= 0)
);
