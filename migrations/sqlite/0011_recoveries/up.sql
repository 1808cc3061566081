-- A wallet is lost once; all that it had goes to another one of the same investor. How far that has come, its calls tell.
CREATE TABLE recoveries (
    id TEXT NOT NULL PRIMARY KEY,
    investor_id TEXT NOT NULL REFERENCES investors (id),
    lost_wallet TEXT NOT NULL UNIQUE REFERENCES wallets (address),
    replacement_wallet TEXT NOT NULL CHECK (replacement_wallet <> lost_wallet) REFERENCES wallets (address),
    reason TEXT NOT NULL,
    requested_by TEXT REFERENCES users (id),
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX recoveries_by_investor ON recoveries (investor_id, id);
