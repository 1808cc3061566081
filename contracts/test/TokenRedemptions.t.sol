// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {PaymentCalls} from "../src/PaymentCalls.sol";
import {RoleBook} from "../src/RoleBook.sol";
import {Reasons, Status} from "../src/token/Reasons.sol";
import {Hold} from "../src/token/TokenHolds.sol";
import {RedemptionTerms, TokenRedemptions} from "../src/token/TokenRedemptions.sol";
import {IGateway} from "./IGateway.sol";
import {OddToken} from "./PaymentTokens.sol";
import {Suite} from "./Suite.sol";

/// @title Redemption: at maturity or early, all or a part, pro rata or of whom was drawn, and never without its money.
contract TokenRedemptionsTest is Suite {
    IGateway private gateway;
    OddToken private money;
    RedemptionTerms private terms_;

    function setUp() public override {
        super.setUp();
        gateway = IGateway(address(token));
        money = new OddToken();
        issue(JUNIOR, anna, 700);
        issue(JUNIOR, ben, 200);
        issue(JUNIOR, cleo, 101);
        money.mint(agent, 1_000_000);
        terms_ = RedemptionTerms(JUNIOR, address(money), 105, 1001, 0, START + 10, "notice");
    }

    function test_at_maturity_units_end_with_their_payment() external {
        fails(anna, 700, abi.encodeWithSelector(TokenRedemptions.RedemptionTooEarly.selector, START + 10));
        vm.warp(START + 10);
        vm.expectEmit(address(token));
        emit TokenRedemptions.RedemptionOpened("R", terms_);
        vm.expectEmit(address(token));
        emit TokenRedemptions.RedemptionPaid("R", anna, 700, 73_500);
        redeem(anna, 700);
        redeem(ben, 200);
        redeem(cleo, 101);
        eq(money.balanceOf(anna), 73_500, "paid");
        eq(token.totalSupplyByPartition(JUNIOR), 0, "all ended");
        eq(holders(JUNIOR), 0, "nobody left");
        eq(gateway.redeemedOf("R"), 1001, "counted");
        isTrue(gateway.isRedeemed("R", anna) && !gateway.isRedeemed("S", anna), "known");
    }

    function test_each_holder_once_in_a_redemption() external {
        vm.warp(START + 10);
        redeem(anna, 100);
        fails(anna, 100, abi.encodeWithSelector(TokenRedemptions.RedeemedAlready.selector, bytes32("R"), anna));
        vm.prank(agent);
        gateway.redeemAgainstPayment("S", terms_, anna, 100);
        eq(held(JUNIOR, anna), 500, "another redemption is another");
    }

    function test_the_terms_are_fixed_by_the_first_call_and_bound_the_whole() external {
        vm.warp(START + 10);
        terms_.units = 250;
        redeem(anna, 200);
        fails(ben, 51, abi.encodeWithSelector(TokenRedemptions.RedemptionExceeded.selector, bytes32("R"), 51, 50));
        terms_.price = 104;
        fails(ben, 50, abi.encodeWithSelector(TokenRedemptions.RedemptionTermsDiffer.selector, bytes32("R")));
        terms_.price = 105;
        fails(ben, 0, abi.encodeWithSelector(TokenRedemptions.NothingToRedeem.selector));
        redeem(ben, 50);
    }

    function test_pro_rata_is_proved_by_the_record_to_a_unit_up_or_down() external {
        record();
        // 500 of 1001: 349.65 for anna, 99.90 for ben, 50.45 for cleo.
        (terms_.units, terms_.record) = (500, 1);
        fails(anna, 348, notProRata(anna, 348, 349));
        fails(anna, 351, notProRata(anna, 351, 349));
        fails(ben, 101, notProRata(ben, 101, 99));
        fails(stranger, 1, notProRata(stranger, 1, 0));
        redeem(anna, 350);
        redeem(ben, 100);
        fails(cleo, 51, abi.encodeWithSelector(TokenRedemptions.RedemptionExceeded.selector, bytes32("R"), 51, 50));
        redeem(cleo, 50);
        eq(gateway.redeemedOf("R"), 500, "to the last unit");
        eq(token.totalSupplyByPartition(JUNIOR), 501, "the rest lives on");
    }

    function test_what_divides_has_no_room() external {
        record();
        (terms_.units, terms_.record) = (1001, 1);
        fails(anna, 699, notProRata(anna, 699, 700));
        redeem(anna, 700);
    }

    function test_a_recovered_wallet_is_redeemed_where_its_units_are() external {
        record();
        address fresh = account("fresh");
        addWallet(anna, fresh);
        vm.startPrank(agent);
        token.recoverWallet(anna, fresh, "");
        vm.stopPrank();
        (terms_.units, terms_.record) = (1001, 1);
        redeem(anna, 700);
        eq(money.balanceOf(fresh), 73_500, "paid to the new wallet");
        eq(held(JUNIOR, fresh), 0, "redeemed there");
    }

    function test_without_the_money_the_units_stay() external {
        vm.warp(START + 10);
        money.behaveOnPull(OddToken.Way.ReturnsFalse);
        fails(anna, 700, abi.encodeWithSelector(PaymentCalls.PullFailed.selector, address(money), agent, 73_500));
        money.behaveOnPull(OddToken.Way.TakesFee);
        fails(
            anna, 700, abi.encodeWithSelector(TokenRedemptions.RedemptionPaymentMismatch.selector, 73_500, 73_499)
        );
        eq(held(JUNIOR, anna), 700, "still there");
        money.behaveOnPull(OddToken.Way.ReturnsNothing);
        redeem(anna, 700);
    }

    function test_in_a_batch_one_who_cannot_be_redeemed_is_skipped() external {
        vm.warp(START + 10);
        bytes[] memory calls = new bytes[](3);
        calls[0] = abi.encodeCall(gateway.redeemAgainstPayment, ("R", terms_, anna, 700));
        calls[1] = abi.encodeCall(gateway.redeemAgainstPayment, ("R", terms_, ben, 201));
        calls[2] = abi.encodeCall(gateway.redeemAgainstPayment, ("R", terms_, cleo, 101));
        vm.prank(agent);
        gateway.batch("op", calls, true);
        eq(token.totalSupplyByPartition(JUNIOR), 200, "two of three");
        eq(money.balanceOf(ben), 0, "and no money for the third");
        eq(gateway.redeemedOf("R"), 801, "nor is it counted");
    }

    function test_a_write_off_pays_nothing_and_needs_no_currency() external {
        vm.warp(START + 10);
        (terms_.price, terms_.paymentToken) = (0, address(0));
        redeem(anna, 700);
        eq(held(JUNIOR, anna), 0, "ended");
    }

    function test_held_units_and_lost_control_stop_it() external {
        vm.prank(anna);
        token.createHold(Hold(JUNIOR, anna, ben, agent, 300, START + 99, 0, 0));
        vm.warp(START + 10);
        bytes memory input = abi.encodeCall(gateway.redeemAgainstPayment, ("R", terms_, anna, 401));
        refuses(agent, input, no(Status.LOCKED, Reasons.HELD_UNITS, 401, 400));
        vm.prank(admin);
        token.renounceControl();
        refuses(agent, input, no(Status.FAILURE, Reasons.NOT_CONTROLLABLE, 0, 0));
    }

    function test_only_the_agent_redeems() external {
        vm.warp(START + 10);
        vm.expectRevert(abi.encodeWithSelector(RoleBook.MissingRole.selector, issuer, TRANSFER_AGENT));
        vm.prank(issuer);
        gateway.redeemAgainstPayment("R", terms_, anna, 1);
    }

    function test_a_payment_token_that_calls_back_redeems_nothing_twice() external {
        vm.warp(START + 10);
        money.reenterWith(
            address(token), abi.encodeCall(gateway.redeemAgainstPayment, ("R", terms_, anna, 100))
        );
        money.behaveOnPull(OddToken.Way.Reenters);
        redeem(anna, 100);
        isTrue(!money.reentered(), "no role");
        eq(held(JUNIOR, anna), 600, "once");
    }

    function test_gas() external {
        record();
        (terms_.units, terms_.record) = (1001, 1);
        redeem(anna, 700);
        redeem(ben, 200);
        noted("Desk", "redeem one pro rata against payment");
    }

    function record() private {
        vm.prank(issuer);
        token.scheduleRecordDate(START + 5);
        vm.warp(START + 10);
    }

    function redeem(address holder, uint256 units) private {
        vm.prank(agent);
        gateway.redeemAgainstPayment("R", terms_, holder, units);
    }

    function fails(address holder, uint256 units, bytes memory expected) private {
        vm.expectRevert(expected);
        redeem(holder, units);
    }

    function notProRata(address holder, uint256 units, uint256 share) private pure returns (bytes memory) {
        return abi.encodeWithSelector(TokenRedemptions.NotProRata.selector, holder, units, share);
    }
}
