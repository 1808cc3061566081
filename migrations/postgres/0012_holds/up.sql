-- Units that are kept for somebody: ordered here, or read from the chain alone. What became of them, its events tell.
CREATE TABLE holds (
    id TEXT NOT NULL PRIMARY KEY,
    chain_key TEXT NOT NULL UNIQUE,
    partition_id TEXT NOT NULL REFERENCES partitions (id),
    holder_wallet TEXT NOT NULL,
    recipient_wallet TEXT,
    notary_wallet TEXT,
    units BIGINT NOT NULL CHECK (units > 0),
    executed_units BIGINT NOT NULL CHECK (executed_units BETWEEN 0 AND units),
    released_units BIGINT NOT NULL CHECK (released_units BETWEEN 0 AND units),
    placed BOOLEAN NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    secret_hash TEXT,
    salt TEXT NOT NULL,
    purpose TEXT,
    requested_by TEXT REFERENCES users (id),
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX holds_by_partition ON holds (partition_id, id);
CREATE INDEX holds_by_holder ON holds (holder_wallet, id);
CREATE INDEX holds_by_expiry ON holds (expires_at, id);
