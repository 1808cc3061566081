//! What the house asks of a chain, told once and run on the embedded chain and on anvil.
//!
//! The anvil half needs the program: `MUNIMENT_ANVIL=path cargo test -p muniment-tokenizer -- --ignored anvil`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests fail by panicking"
)]

mod coupons;
mod desk;
mod network;
mod register;
mod sending;
mod stage;

/// Declares each story as one test per network.
macro_rules! on_each_network {
    ($($room:ident::$story:ident,)*) => {
        mod embedded {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $story() {
                super::$room::$story(super::network::Network::embedded().await).await;
            })*
        }
        mod anvil {
            $(#[tokio::test(flavor = "multi_thread")]
            #[ignore = "needs the program anvil: set MUNIMENT_ANVIL to its path and run with --ignored anvil"]
            async fn $story() {
                super::$room::$story(super::network::Network::anvil().await).await;
            })*
        }
    };
}

on_each_network! {
    sending::signed_bytes_may_be_sent_again,
    sending::a_gap_in_the_nonces_waits_for_what_fills_it,
    sending::a_replacement_must_offer_more,
    sending::a_wallet_that_was_given_funds_pays_for_its_own_calls,
    sending::a_call_that_reverts_is_in_a_block_with_its_reason,
    register::eligible_holders_are_issued_and_transfer,
    register::a_stranger_is_refused_in_the_trial_and_by_a_raw_transaction,
    register::the_verdict_of_a_transfer_carries_the_words_and_numbers_of_the_engine,
    register::the_cap_refuses_the_first_unit_above_it,
    register::an_approval_that_has_run_out_refuses_by_the_time_of_the_next_block,
    register::a_batch_of_two_hundred_fits_one_transaction_and_works_once,
    register::what_the_office_does_is_told_by_events,
    register::each_movement_is_told_once_whichever_standard_it_came_by,
    register::events_of_a_block_that_was_reorganised_away_are_gone,
    desk::pledged_units_stay_their_holder_s_until_the_notary_or_the_secret_decides,
    desk::a_lost_wallet_is_recovered_with_its_pledge_and_never_acts_again,
    desk::a_redemption_pays_each_holder_or_leaves_its_units,
    desk::losses_are_borne_by_the_junior_first_and_told,
    desk::a_document_is_asked_as_of_a_time,
    desk::many_wallets_are_frozen_at_once,
    coupons::six_hundred_payees_are_paid_in_three_chunks_and_one_is_owed,
    coupons::a_payee_claims_alone_and_the_rest_goes_back,
    coupons::what_is_withheld_goes_to_the_tax_office,
    coupons::the_coupons_of_a_lost_wallet_go_to_its_owner_s_other_one,
}
