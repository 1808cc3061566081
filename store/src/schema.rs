//! The tables as diesel sees them; a test compares them with both migrated databases.

use diesel::{allow_tables_to_appear_in_same_query, joinable, table};

table! {
    issuers (id) {
        id -> Text,
        name -> Text,
        created_at -> Timestamp,
    }
}

table! {
    users (id) {
        id -> Text,
        email -> Text,
        password_hash -> Text,
        role -> Text,
        issuer_id -> Nullable<Text>,
        created_at -> Timestamp,
    }
}

table! {
    sessions (token_hash) {
        token_hash -> Text,
        user_id -> Text,
        created_at -> Timestamp,
        expires_at -> Timestamp,
    }
}

table! {
    idempotency_keys (user_id, idempotency_key) {
        user_id -> Text,
        idempotency_key -> Text,
        request_hash -> Text,
        response_status -> BigInt,
        response_body -> Text,
        created_at -> Timestamp,
    }
}

table! {
    audit_log (position) {
        position -> BigInt,
        at -> Timestamp,
        actor -> Text,
        action -> Text,
        subject -> Text,
        detail -> Text,
        previous_hash -> Text,
        hash -> Text,
    }
}

table! {
    settings (name) {
        name -> Text,
        value -> Text,
    }
}

table! {
    signers (address) {
        address -> Text,
        purpose -> Text,
        next_nonce -> Nullable<BigInt>,
    }
}

table! {
    chain_calls (id) {
        id -> Text,
        position -> BigInt,
        operation_key -> Text,
        kind -> Text,
        subject -> Text,
        signer -> Text,
        to_address -> Nullable<Text>,
        data -> Binary,
        value_wei -> Text,
        status -> Text,
        nonce -> Nullable<BigInt>,
        block -> Nullable<BigInt>,
        block_hash -> Nullable<Text>,
        contract_address -> Nullable<Text>,
        gas_used -> Nullable<BigInt>,
        refusal -> Nullable<Text>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

table! {
    chain_replacements (call_id) {
        call_id -> Text,
        replaced_by -> Text,
    }
}

table! {
    chain_submissions (hash) {
        hash -> Text,
        call_id -> Text,
        attempt -> BigInt,
        raw -> Binary,
        gas -> BigInt,
        max_fee_per_gas -> Text,
        max_priority_fee_per_gas -> Text,
        sent_at -> Timestamp,
    }
}

table! {
    chain_blocks (number) {
        number -> BigInt,
        hash -> Text,
        at -> Timestamp,
    }
}

table! {
    chain_contracts (address) {
        address -> Text,
        kind -> Text,
        subject -> Text,
        from_block -> BigInt,
    }
}

table! {
    chain_events (block, log_index) {
        block -> BigInt,
        log_index -> BigInt,
        transaction_hash -> Text,
        emitter -> Text,
        kind -> Text,
        wallet -> Nullable<Text>,
        payload -> Text,
    }
}

table! {
    jobs (id) {
        id -> Text,
        kind -> Text,
        subject -> Text,
        run_key -> Text,
        run_at -> Timestamp,
        status -> Text,
        attempts -> BigInt,
        progress_done -> BigInt,
        progress_total -> BigInt,
        lease_owner -> Nullable<Text>,
        lease_until -> Nullable<Timestamp>,
        last_error -> Nullable<Text>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

table! {
    schedules (kind) {
        kind -> Text,
        cron -> Text,
        last_due -> Timestamp,
    }
}

table! {
    duties (name) {
        name -> Text,
        owner -> Text,
        until -> Timestamp,
    }
}

table! {
    investors (id) {
        id -> Text,
        user_id -> Text,
        identity_number -> BigInt,
        investor_class -> Text,
        country -> Text,
        status -> Text,
        valid_until -> Nullable<Timestamp>,
        did -> Nullable<Text>,
        created_at -> Timestamp,
    }
}

table! {
    personal_data (investor_id) {
        investor_id -> Text,
        sealed -> Binary,
        sealed_key -> Nullable<Binary>,
        erased_at -> Nullable<Timestamp>,
    }
}

table! {
    wallets (address) {
        address -> Text,
        investor_id -> Text,
        managed -> Bool,
        registered -> Bool,
        created_at -> Timestamp,
    }
}

table! {
    wallet_proofs (wallet) {
        wallet -> Text,
        standard -> Text,
        statement -> Text,
        signature -> Text,
        did_signature -> Nullable<Text>,
        by_contract -> Bool,
        shown_at -> Timestamp,
    }
}

table! {
    identity_changes (block, log_index) {
        block -> BigInt,
        log_index -> BigInt,
        identity_number -> BigInt,
        wallet -> Nullable<Text>,
        removed -> Bool,
        country -> Nullable<Text>,
        investor_class -> Nullable<Text>,
        valid_until -> Nullable<Timestamp>,
        frozen -> Nullable<Bool>,
    }
}

table! {
    challenges (nonce) {
        nonce -> Text,
        investor_id -> Text,
        purpose -> Text,
        audience -> Text,
        issued_at -> Timestamp,
        expires_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

table! {
    wallet_requests (nonce) {
        nonce -> Text,
        session -> Text,
        code_hash -> Nullable<Text>,
        sealed_claims -> Nullable<Binary>,
        answered_at -> Nullable<Timestamp>,
        returned_at -> Nullable<Timestamp>,
    }
}

table! {
    credential_issuers (id) {
        id -> Text,
        did -> Text,
        name -> Text,
        credential_types -> Text,
        trusted_from -> Timestamp,
        trusted_until -> Nullable<Timestamp>,
    }
}

table! {
    presentations (id) {
        id -> Text,
        investor_id -> Text,
        accepted -> Bool,
        reasons -> Text,
        sealed_claims -> Nullable<Binary>,
        valid_until -> Nullable<Timestamp>,
        presented_at -> Timestamp,
    }
}

table! {
    issuing_keys (number) {
        number -> BigInt,
        created_at -> Timestamp,
    }
}

table! {
    issued_credentials (id) {
        id -> Text,
        investor_id -> Text,
        wallet -> Text,
        key_number -> BigInt,
        status_list -> BigInt,
        status_index -> BigInt,
        content -> Text,
        issued_at -> Timestamp,
        valid_until -> Timestamp,
        renews -> Nullable<Text>,
        revoked_at -> Nullable<Timestamp>,
    }
}

table! {
    sanctions_lists (name, sha256) {
        name -> Text,
        sha256 -> Text,
        version -> Text,
        format -> Text,
        entries -> BigInt,
        content -> Binary,
        loaded_at -> Timestamp,
        replaced_at -> Nullable<Timestamp>,
    }
}

table! {
    screenings (id) {
        id -> Text,
        investor_id -> Text,
        list_versions -> Text,
        configuration_hash -> Text,
        hit_count -> BigInt,
        sealed_record -> Binary,
        screened_at -> Timestamp,
        carried_to -> Nullable<Text>,
    }
}

table! {
    cases (id) {
        id -> Text,
        investor_id -> Text,
        status -> Text,
        opened_because -> Text,
        decided_by -> Nullable<Text>,
        decided_at -> Nullable<Timestamp>,
        reason -> Nullable<Text>,
        created_at -> Timestamp,
    }
}

table! {
    imports (id) {
        id -> Text,
        issuer_id -> Text,
        kind -> Text,
        accepted -> BigInt,
        repeated -> BigInt,
        rejected -> BigInt,
        findings -> Text,
        created_at -> Timestamp,
    }
}

table! {
    properties (id) {
        id -> Text,
        issuer_id -> Text,
        external_id -> Text,
        name -> Text,
        address -> Text,
        country -> Text,
        currency -> Text,
        valuation_minor -> BigInt,
        created_at -> Timestamp,
    }
}

table! {
    rental_units (id) {
        id -> Text,
        property_id -> Text,
        external_id -> Text,
    }
}

table! {
    leases (id) {
        id -> Text,
        rental_unit_id -> Text,
        import_id -> Text,
        external_id -> Text,
        tenant_reference -> Text,
        starts_on -> Date,
        ends_on -> Nullable<Date>,
        currency -> Text,
        rent_minor -> BigInt,
        terms -> Text,
    }
}

table! {
    holds (id) {
        id -> Text,
        chain_key -> Text,
        partition_id -> Text,
        holder_wallet -> Text,
        recipient_wallet -> Nullable<Text>,
        notary_wallet -> Nullable<Text>,
        units -> BigInt,
        executed_units -> BigInt,
        released_units -> BigInt,
        placed -> Bool,
        expires_at -> Timestamp,
        secret_hash -> Nullable<Text>,
        salt -> Text,
        purpose -> Nullable<Text>,
        requested_by -> Nullable<Text>,
        created_at -> Timestamp,
    }
}

table! {
    wallet_freezes (id) {
        id -> Text,
        pool_id -> Text,
        frozen -> Bool,
        reason -> Text,
        wallets -> Text,
        left_out -> Text,
        requested_by -> Nullable<Text>,
        created_at -> Timestamp,
    }
}

table! {
    orders (id) {
        id -> Text,
        kind -> Text,
        subject -> Text,
        asked -> Text,
        status -> Text,
        requested_by -> Nullable<Text>,
        decided_by -> Nullable<Text>,
        decided_at -> Nullable<Timestamp>,
        reason -> Nullable<Text>,
        created_at -> Timestamp,
        expires_at -> Timestamp,
    }
}

table! {
    redemptions (id) {
        id -> Text,
        partition_id -> Text,
        kind -> Text,
        division -> Text,
        units -> BigInt,
        price_minor -> BigInt,
        amount_minor -> BigInt,
        contributed_minor -> BigInt,
        currency -> Text,
        record_date -> Date,
        payment_date -> Date,
        notice_sha256 -> Nullable<Text>,
        seed -> Nullable<Text>,
        status -> Text,
        record_number -> Nullable<BigInt>,
        record_block -> Nullable<BigInt>,
        record_block_hash -> Nullable<Text>,
        document_hash -> Nullable<Text>,
        requested_by -> Nullable<Text>,
        created_at -> Timestamp,
    }
}

table! {
    redemption_lines (id) {
        id -> Text,
        redemption_id -> Text,
        investor_id -> Text,
        wallet -> Text,
        held_units -> BigInt,
        units -> BigInt,
        amount_minor -> BigInt,
        status -> Text,
        batch -> Nullable<BigInt>,
        place -> Nullable<BigInt>,
        refusal -> Nullable<Text>,
        transaction_hash -> Nullable<Text>,
    }
}

table! {
    recoveries (id) {
        id -> Text,
        investor_id -> Text,
        lost_wallet -> Text,
        replacement_wallet -> Text,
        reason -> Text,
        requested_by -> Nullable<Text>,
        created_at -> Timestamp,
    }
}

table! {
    pools (id) {
        id -> Text,
        issuer_id -> Text,
        asset_kind -> Text,
        property_id -> Nullable<Text>,
        name -> Text,
        symbol -> Text,
        currency -> Text,
        status -> Text,
        token_address -> Nullable<Text>,
        created_at -> Timestamp,
    }
}

table! {
    partitions (id) {
        id -> Text,
        pool_id -> Text,
        name -> Text,
        seniority -> BigInt,
        authorised_units -> BigInt,
        unit_price_minor -> BigInt,
        cap_bps -> BigInt,
        coupon_rate -> Text,
        coupon_months -> BigInt,
        day_count -> Text,
        first_period_start -> Date,
        holder_limit -> Nullable<BigInt>,
        locked_until -> Nullable<Timestamp>,
        allowed_countries -> Text,
        allowed_classes -> Text,
        primary_closed -> Bool,
    }
}

table! {
    documents (id) {
        id -> Text,
        pool_id -> Text,
        name -> Text,
        version -> BigInt,
        sha256 -> Text,
        media_type -> Text,
        content -> Binary,
        valid_from -> Timestamp,
    }
}

table! {
    invoices (id) {
        id -> Text,
        issuer_id -> Text,
        import_id -> Text,
        external_id -> Text,
        invoice_number -> Text,
        issue_date -> Date,
        due_date -> Date,
        currency -> Text,
        amount_minor -> BigInt,
        collected_minor -> BigInt,
        seller_name -> Text,
        seller_vat_id -> Nullable<Text>,
        buyer_name -> Text,
        buyer_vat_id -> Nullable<Text>,
        buyer_country -> Nullable<Text>,
        source -> Text,
        source_sha256 -> Text,
        claim -> Text,
        fingerprint -> Text,
        status -> Text,
        pool_id -> Nullable<Text>,
        created_at -> Timestamp,
    }
}

table! {
    invoice_fingerprints (fingerprint, invoice_id) {
        fingerprint -> Text,
        invoice_id -> Text,
    }
}

table! {
    allocations (id) {
        id -> Text,
        partition_id -> Text,
        available_units -> BigInt,
        asked_units -> BigInt,
        allocated_units -> BigInt,
        created_at -> Timestamp,
    }
}

table! {
    subscriptions (id) {
        id -> Text,
        partition_id -> Text,
        investor_id -> Text,
        wallet -> Text,
        units -> BigInt,
        allocated_units -> BigInt,
        status -> Text,
        allocation_id -> Nullable<Text>,
        batch -> Nullable<BigInt>,
        refusals -> Text,
        transaction_hash -> Nullable<Text>,
        created_at -> Timestamp,
    }
}

table! {
    transfers (id) {
        id -> Text,
        partition_id -> Text,
        from_wallet -> Text,
        to_wallet -> Text,
        units -> BigInt,
        status -> Text,
        refusals -> Text,
        requested_by -> Text,
        transaction_hash -> Nullable<Text>,
        created_at -> Timestamp,
    }
}

table! {
    movements (block, log_index) {
        block -> BigInt,
        log_index -> BigInt,
        transaction_hash -> Text,
        partition_id -> Text,
        from_wallet -> Nullable<Text>,
        to_wallet -> Nullable<Text>,
        units -> BigInt,
        at -> Timestamp,
    }
}

table! {
    holdings (partition_id, wallet) {
        partition_id -> Text,
        wallet -> Text,
        units -> BigInt,
    }
}

table! {
    partition_totals (partition_id) {
        partition_id -> Text,
        outstanding_units -> BigInt,
    }
}

table! {
    ledger_transactions (id) {
        id -> Text,
        operation_key -> Text,
        kind -> Text,
        subject -> Text,
        at -> Timestamp,
    }
}

table! {
    ledger_postings (ledger_transaction_id, line) {
        ledger_transaction_id -> Text,
        line -> BigInt,
        account -> Text,
        currency -> Text,
        amount_minor -> BigInt,
    }
}

table! {
    breaks (id) {
        id -> Text,
        kind -> Text,
        subject -> Text,
        detail -> Text,
        found_at -> Timestamp,
        resolved_at -> Nullable<Timestamp>,
    }
}

table! {
    collections (id) {
        id -> Text,
        pool_id -> Text,
        invoice_id -> Nullable<Text>,
        lease_id -> Nullable<Text>,
        external_id -> Text,
        currency -> Text,
        amount_minor -> BigInt,
        received_on -> Date,
        created_at -> Timestamp,
    }
}

table! {
    coupons (id) {
        id -> Text,
        partition_id -> Text,
        number -> BigInt,
        period_start -> Date,
        period_end -> Date,
        record_date -> Date,
        payment_date -> Date,
        currency -> Text,
        due_minor -> BigInt,
        amount_minor -> BigInt,
        status -> Text,
        record_block -> Nullable<BigInt>,
        merkle_root -> Nullable<Text>,
        created_at -> Timestamp,
    }
}

table! {
    entitlements (id) {
        id -> Text,
        coupon_id -> Text,
        leaf_index -> Nullable<BigInt>,
        investor_id -> Text,
        wallet -> Text,
        units -> BigInt,
        amount_minor -> BigInt,
        status -> Text,
        transaction_hash -> Nullable<Text>,
    }
}

joinable!(users -> issuers (issuer_id));
joinable!(sessions -> users (user_id));
joinable!(idempotency_keys -> users (user_id));
joinable!(chain_submissions -> chain_calls (call_id));
joinable!(chain_events -> chain_blocks (block));
joinable!(investors -> users (user_id));
joinable!(personal_data -> investors (investor_id));
joinable!(wallets -> investors (investor_id));
joinable!(wallet_proofs -> wallets (wallet));
joinable!(challenges -> investors (investor_id));
joinable!(wallet_requests -> challenges (nonce));
joinable!(presentations -> investors (investor_id));
joinable!(screenings -> investors (investor_id));
joinable!(cases -> investors (investor_id));
joinable!(cases -> users (decided_by));
joinable!(imports -> issuers (issuer_id));
joinable!(properties -> issuers (issuer_id));
joinable!(rental_units -> properties (property_id));
joinable!(leases -> rental_units (rental_unit_id));
joinable!(leases -> imports (import_id));
joinable!(pools -> issuers (issuer_id));
joinable!(pools -> properties (property_id));
joinable!(partitions -> pools (pool_id));
joinable!(documents -> pools (pool_id));
joinable!(invoices -> issuers (issuer_id));
joinable!(invoices -> imports (import_id));
joinable!(invoices -> pools (pool_id));
joinable!(invoice_fingerprints -> invoices (invoice_id));
joinable!(allocations -> partitions (partition_id));
joinable!(subscriptions -> allocations (allocation_id));
joinable!(subscriptions -> partitions (partition_id));
joinable!(subscriptions -> investors (investor_id));
joinable!(subscriptions -> wallets (wallet));
joinable!(transfers -> partitions (partition_id));
joinable!(transfers -> users (requested_by));
joinable!(movements -> partitions (partition_id));
joinable!(holdings -> partitions (partition_id));
joinable!(holds -> partitions (partition_id));
joinable!(wallet_freezes -> pools (pool_id));
joinable!(partition_totals -> partitions (partition_id));
joinable!(ledger_postings -> ledger_transactions (ledger_transaction_id));
joinable!(collections -> pools (pool_id));
joinable!(collections -> invoices (invoice_id));
joinable!(collections -> leases (lease_id));
joinable!(coupons -> partitions (partition_id));
joinable!(entitlements -> coupons (coupon_id));
joinable!(redemptions -> partitions (partition_id));
joinable!(redemption_lines -> redemptions (redemption_id));
joinable!(redemption_lines -> investors (investor_id));
joinable!(entitlements -> investors (investor_id));

allow_tables_to_appear_in_same_query!(
    issuers,
    users,
    sessions,
    idempotency_keys,
    audit_log,
    settings,
    signers,
    chain_calls,
    chain_replacements,
    chain_submissions,
    chain_blocks,
    chain_contracts,
    chain_events,
    jobs,
    schedules,
    duties,
    investors,
    personal_data,
    wallets,
    wallet_proofs,
    identity_changes,
    challenges,
    wallet_requests,
    credential_issuers,
    presentations,
    sanctions_lists,
    screenings,
    cases,
    imports,
    properties,
    rental_units,
    leases,
    pools,
    partitions,
    documents,
    invoices,
    invoice_fingerprints,
    issued_credentials,
    issuing_keys,
    recoveries,
    holds,
    wallet_freezes,
    orders,
    allocations,
    subscriptions,
    transfers,
    movements,
    holdings,
    partition_totals,
    ledger_transactions,
    ledger_postings,
    breaks,
    collections,
    coupons,
    entitlements,
    redemptions,
    redemption_lines,
);
