-- Wallets that were frozen or freed together in one token. How far that has come, its calls tell.
CREATE TABLE wallet_freezes (
    id TEXT NOT NULL PRIMARY KEY,
    pool_id TEXT NOT NULL REFERENCES pools (id),
    frozen BOOLEAN NOT NULL,
    reason TEXT NOT NULL,
    wallets TEXT NOT NULL,
    left_out TEXT NOT NULL,
    requested_by TEXT REFERENCES users (id),
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX wallet_freezes_by_pool ON wallet_freezes (pool_id, id);
