-- What was signed when an own wallet was brought, with the signatures under it: the text (EIP-4361), or the typed data and what
-- the identifier's key signed (EIP-712). It names a wallet, a site, a nonce and an identifier, and nothing personal.
CREATE TABLE wallet_proofs (
    wallet TEXT NOT NULL PRIMARY KEY REFERENCES wallets (address),
    standard TEXT NOT NULL CHECK (standard IN ('EIP-4361', 'EIP-712')),
    statement TEXT NOT NULL,
    signature TEXT NOT NULL,
    did_signature TEXT,
    by_contract BOOLEAN NOT NULL,
    shown_at TIMESTAMP NOT NULL
);
