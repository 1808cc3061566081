-- What stands behind a pool: invoices, properties, leases.
CREATE TABLE imports (
    id TEXT NOT NULL PRIMARY KEY,
    issuer_id TEXT NOT NULL REFERENCES issuers (id),
    kind TEXT NOT NULL CHECK (kind IN ('invoices', 'rent-roll')),
    accepted BIGINT NOT NULL,
    repeated BIGINT NOT NULL,
    rejected BIGINT NOT NULL,
    findings TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX imports_by_issuer ON imports (issuer_id, id);

CREATE TABLE properties (
    id TEXT NOT NULL PRIMARY KEY,
    issuer_id TEXT NOT NULL REFERENCES issuers (id),
    external_id TEXT NOT NULL,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    country TEXT NOT NULL,
    currency TEXT NOT NULL,
    valuation_minor BIGINT NOT NULL CHECK (valuation_minor >= 0),
    created_at TIMESTAMP NOT NULL,
    UNIQUE (issuer_id, external_id)
);

CREATE TABLE rental_units (
    id TEXT NOT NULL PRIMARY KEY,
    property_id TEXT NOT NULL REFERENCES properties (id),
    external_id TEXT NOT NULL,
    UNIQUE (property_id, external_id)
);

CREATE TABLE leases (
    id TEXT NOT NULL PRIMARY KEY,
    rental_unit_id TEXT NOT NULL REFERENCES rental_units (id),
    import_id TEXT NOT NULL REFERENCES imports (id),
    external_id TEXT NOT NULL,
    tenant_reference TEXT NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE,
    currency TEXT NOT NULL,
    rent_minor BIGINT NOT NULL CHECK (rent_minor > 0),
    terms TEXT NOT NULL,
    UNIQUE (rental_unit_id, external_id)
);

-- A pool of assets behind one token.
CREATE TABLE pools (
    id TEXT NOT NULL PRIMARY KEY,
    issuer_id TEXT NOT NULL REFERENCES issuers (id),
    asset_kind TEXT NOT NULL CHECK (asset_kind IN ('receivables', 'rental')),
    property_id TEXT UNIQUE REFERENCES properties (id),
    name TEXT NOT NULL,
    symbol TEXT NOT NULL UNIQUE,
    currency TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('draft', 'tokenising', 'offered', 'live', 'redeemed')),
    token_address TEXT UNIQUE,
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX pools_by_issuer ON pools (issuer_id, id);
CREATE INDEX pools_by_status ON pools (status, id);

CREATE TABLE partitions (
    id TEXT NOT NULL PRIMARY KEY,
    pool_id TEXT NOT NULL REFERENCES pools (id),
    name TEXT NOT NULL,
    seniority BIGINT NOT NULL,
    authorised_units BIGINT NOT NULL CHECK (authorised_units > 0),
    unit_price_minor BIGINT NOT NULL CHECK (unit_price_minor > 0),
    cap_bps BIGINT NOT NULL CHECK (cap_bps BETWEEN 1 AND 10000),
    coupon_rate TEXT NOT NULL,
    coupon_months BIGINT NOT NULL CHECK (coupon_months IN (1, 3, 6, 12)),
    day_count TEXT NOT NULL,
    first_period_start DATE NOT NULL,
    holder_limit BIGINT,
    locked_until TIMESTAMP,
    allowed_countries TEXT NOT NULL,
    allowed_classes TEXT NOT NULL,
    primary_closed BOOLEAN NOT NULL,
    UNIQUE (pool_id, name),
    UNIQUE (pool_id, seniority)
);

CREATE TABLE documents (
    id TEXT NOT NULL PRIMARY KEY,
    pool_id TEXT NOT NULL REFERENCES pools (id),
    name TEXT NOT NULL,
    version BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    media_type TEXT NOT NULL,
    content BYTEA NOT NULL,
    valid_from TIMESTAMP NOT NULL,
    UNIQUE (pool_id, name, version)
);

CREATE TABLE invoices (
    id TEXT NOT NULL PRIMARY KEY,
    issuer_id TEXT NOT NULL REFERENCES issuers (id),
    import_id TEXT NOT NULL REFERENCES imports (id),
    external_id TEXT NOT NULL,
    invoice_number TEXT NOT NULL,
    issue_date DATE NOT NULL,
    due_date DATE NOT NULL,
    currency TEXT NOT NULL,
    amount_minor BIGINT NOT NULL CHECK (amount_minor > 0),
    collected_minor BIGINT NOT NULL CHECK (collected_minor BETWEEN 0 AND amount_minor),
    seller_name TEXT NOT NULL,
    seller_vat_id TEXT,
    buyer_name TEXT NOT NULL,
    buyer_vat_id TEXT,
    buyer_country TEXT,
    source TEXT NOT NULL,
    source_sha256 TEXT NOT NULL,
    claim TEXT NOT NULL,
    fingerprint TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL CHECK (status IN ('available', 'pledged', 'disputed', 'defaulted', 'paid')),
    pool_id TEXT REFERENCES pools (id),
    created_at TIMESTAMP NOT NULL,
    UNIQUE (issuer_id, external_id)
);
CREATE INDEX invoices_by_pool ON invoices (pool_id, id);
CREATE INDEX invoices_by_issuer ON invoices (issuer_id, id);
CREATE INDEX invoices_by_status ON invoices (issuer_id, status, id);
CREATE INDEX invoices_by_import ON invoices (import_id, id);

-- Keyed fingerprints find an invoice that was brought before, by anyone and in another spelling: who shares one
-- is compared by the claims. Equal amount-tolerant fingerprints are the same invoice, so those are unique.
CREATE TABLE invoice_fingerprints (
    fingerprint TEXT NOT NULL,
    invoice_id TEXT NOT NULL REFERENCES invoices (id),
    PRIMARY KEY (fingerprint, invoice_id)
);
