//! The main stories once more, as a company runs them: on anvil through `--rpc-url`, a network with a clock of its own,
//! and on PostgreSQL where a cluster is named.

use crate::network::on_anvil;

/// Declares each story as a test whose houses stand on anvil.
macro_rules! told_on_anvil {
    ($($($room:ident)::+ => $story:ident,)*) => {
        $(#[test]
        #[ignore = "needs the program anvil: set MUNIMENT_ANVIL to its path and run with --ignored anvil"]
        fn $story() {
            on_anvil(crate::$($room)::+::$story);
        })*
    };
}

told_on_anvil! {
    main_job => invoices_and_rents_become_tokens_and_their_holders_are_paid,
    transfers => orders_are_served_minted_and_seen_on_the_register,
    transfers => one_lapsed_holder_costs_only_their_own_order,
    transfers => a_transfer_settles_or_is_refused_with_every_reason_by_the_engine_and_by_the_contract,
    transfers => a_wallet_of_ones_own_signs_what_the_answer_prepares,
    coupons => twelve_thousand_over_333_333_and_334_units_pays_every_cent_once,
    coupons => a_payee_who_cannot_receive_is_owed_and_holds_up_nobody,
    coupons => a_coupon_for_nobody_is_carried_to_the_next_one,
    redemptions => an_amortisation_in_two_steps_ends_units_by_the_largest_remainder_to_the_last_one,
    desk::recovery => a_lost_wallet_is_replaced_with_its_units_and_its_unpaid_coupons,
    desk::recovery => a_lost_wallet_ends_where_it_was_only_allowed_to_act,
    desk::orders => an_order_is_confirmed_by_another_officer_alone,
    desk::holds => a_pledge_is_kept_paid_delivered_in_part_and_freed,
    desk::freezes => a_list_of_wallets_is_frozen_once_and_freed,
    desk::rules => a_rule_is_shown_changed_and_kept,
    desk::limits => owners_are_counted_by_country_and_by_class,
    desk::cosignatures => a_transfer_of_a_protected_partition_waits_for_the_issuer,
    desk::distress => losses_are_borne_by_the_junior_first_and_interest_follows,
    desk::distress => the_chain_keeps_the_order_of_losses_too,
    desk::roles => roles_and_powers_are_read_from_the_chain,
    reorganised => a_payment_that_was_reorganised_away_is_made_again_with_the_same_bytes_and_once,
    reorganised => units_that_were_reorganised_away_leave_the_register_and_come_back_once,
    reorganised => a_reorganisation_deeper_than_its_confirmations_stops_payments_until_an_operator_lets_them_go_on,
    reorganised => what_the_network_forgot_is_sent_again_with_the_same_bytes,
    sent_again => a_chunk_that_was_refused_inside_a_block_is_sent_again_under_another_nonce,
    sent_again => a_call_whose_nonce_another_program_used_is_sent_under_the_next,
    sent_again => what_is_mined_the_moment_it_is_sent_again_becomes_final_without_another_block,
    sent_again => a_database_that_is_behind_the_chain_goes_on_with_the_nonce_of_the_chain,
    sent_again => a_managed_wallet_that_ran_out_of_fees_is_given_more_and_holds_up_nobody,
    sent_again => a_platform_that_ran_out_of_fees_says_so_and_holds_up_nobody,
    sent_again => a_revert_that_may_be_taken_back_is_no_refusal_yet,
    fees => a_call_that_became_too_cheap_is_sent_again_with_a_higher_fee_under_its_nonce,
    fees => a_fee_ends_at_its_limit_and_the_call_waits_for_cheaper_blocks,
}
