-- Credentials that the platform issues itself. Keys are derived from the master secret by their number: a new one signs
-- from its first day on, the old ones stay public while what they signed counts.
CREATE TABLE issuing_keys (
    number BIGINT NOT NULL PRIMARY KEY CHECK (number > 0),
    created_at TIMESTAMP NOT NULL
);

-- The text says no name and no date of birth: a wallet, a country, a class. Where its status stands is random.
CREATE TABLE issued_credentials (
    id TEXT NOT NULL PRIMARY KEY,
    investor_id TEXT NOT NULL REFERENCES investors (id),
    wallet TEXT NOT NULL REFERENCES wallets (address),
    key_number BIGINT NOT NULL REFERENCES issuing_keys (number),
    status_list BIGINT NOT NULL,
    status_index BIGINT NOT NULL,
    content TEXT NOT NULL,
    issued_at TIMESTAMP NOT NULL,
    valid_until TIMESTAMP NOT NULL,
    renews TEXT UNIQUE REFERENCES issued_credentials (id),
    revoked_at TIMESTAMP,
    UNIQUE (status_list, status_index)
);
CREATE INDEX issued_credentials_by_investor ON issued_credentials (investor_id, id);
CREATE INDEX issued_credentials_by_wallet ON issued_credentials (wallet, revoked_at);
