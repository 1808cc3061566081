-- Requests that a wallet answers, each tied to the session that asked. What was proven waits, sealed under the person's own
-- key, until that session comes back with the code that the wallet was given; of the code the hash is kept.
CREATE TABLE wallet_requests (
    nonce TEXT NOT NULL PRIMARY KEY REFERENCES challenges (nonce),
    session TEXT NOT NULL,
    code_hash TEXT UNIQUE,
    sealed_claims BLOB,
    answered_at TIMESTAMP,
    returned_at TIMESTAMP
);
