// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {CouponBook} from "../src/CouponBook.sol";
import {CouponClaims} from "../src/CouponClaims.sol";
import {CouponPayer} from "../src/CouponPayer.sol";
import {Payee} from "../src/CouponTree.sol";
import {PaymentCalls} from "../src/PaymentCalls.sol";
import {RoleBook} from "../src/RoleBook.sol";
import {CouponStage} from "./CouponStage.sol";
import {OddToken} from "./PaymentTokens.sol";

/// @title Each entitlement once, nobody blocked by another, and every unit of money accounted for.
contract CouponPayerTest is CouponStage {
    function test_a_leaf_and_a_node_are_hashed_as_the_specification_says() external {
        plan(1, 0);
        bytes32 inner = keccak256(abi.encode(COUPON, uint256(0), payees[0].account, uint256(10), uint256(0)));
        eq(nodes[width], keccak256(bytes.concat(inner)), "leaf");
        eq(width, 256, "at least 256 leaves");
        eq(nodes[width + 1], 0, "filled up with zero words");
        bytes32 zeros = 0;
        bytes32 expected = nodes[width];
        for (uint256 level = 0; level < 8; ++level) {
            expected = keccak256(abi.encodePacked(expected, zeros));
            zeros = keccak256(abi.encodePacked(zeros, zeros));
        }
        eq(nodes[1], expected, "root");
    }

    function test_a_declaration_pulls_the_funds() external {
        plan(3, 0);
        money.mint(payer, 1000);
        vm.expectEmit(address(coupons));
        emit CouponPayer.CouponDeclared(COUPON, pool, address(money), payer, 60, nodes[1], 3, DEADLINE);
        vm.prank(payer);
        coupons.declare(COUPON, terms(60, nodes[1], 3, DEADLINE));
        eq(money.balanceOf(payer), 940, "pulled");
        figures(60, 0, 0, 0, 60);
        CouponBook.CouponTerms memory coupon = coupons.couponOf(COUPON);
        eq(coupon.root, nodes[1], "root");
        eq(coupon.paymentToken, address(money), "payment token");
        eq(coupon.funder, payer, "funder");
        eq(coupon.payees, 3, "payees");
        eq(coupon.claimDeadline, DEADLINE, "deadline");
    }

    function test_a_chunk_is_pushed_once() external {
        declared(3, 0);
        for (uint32 i = 0; i < 3; ++i) {
            vm.expectCall(address(money), abi.encodeCall(money.transfer, (payees[i].account, payees[i].amount)));
        }
        vm.expectEmit(address(coupons));
        emit CouponPayer.CouponChunkPaid(COUPON, 0, 7, 0);
        push(0);
        for (uint32 i = 0; i < 3; ++i) {
            eq(money.balanceOf(payees[i].account), payees[i].amount, "paid");
            isTrue(coupons.isPaid(COUPON, i), "marked");
        }
        figures(60, 60, 0, 0, 0);
        refusesPush(0, abi.encodeWithSelector(CouponClaims.AlreadyPaid.selector, COUPON, 0));
    }

    function test_many_chunks_each_with_its_proof_in_any_order() external {
        declared(700, 0);
        push(2);
        push(0);
        isTrue(!coupons.isChunkPaid(COUPON, 1) && coupons.isChunkPaid(COUPON, 2), "two of three");
        push(1);
        figures(total(), total(), 0, 0, 0);
        eq(money.balanceOf(payees[699].account), payees[699].amount, "the last");
        eq(money.balanceOf(address(coupons)), 0, "nothing stays");
    }

    function test_a_chunk_must_be_the_right_one_and_whole() external {
        declared(300, 0);
        Payee[] memory chunk = chunkOf(1);
        bytes32[] memory proof = proofOf(1, 8);
        vm.startPrank(payer);
        vm.expectRevert(abi.encodeWithSelector(CouponPayer.ChunkOutOfRange.selector, 2, 2));
        coupons.pay(COUPON, 2, chunk, proof);
        vm.expectRevert(abi.encodeWithSelector(CouponPayer.ChunkSizeWrong.selector, 44, 256));
        coupons.pay(COUPON, 0, chunk, proof);
        vm.expectRevert(abi.encodeWithSelector(CouponClaims.ProofInvalid.selector, COUPON));
        coupons.pay(COUPON, 1, chunk, new bytes32[](0));
        chunk[7].amount += 1;
        vm.expectRevert(abi.encodeWithSelector(CouponClaims.ProofInvalid.selector, COUPON));
        coupons.pay(COUPON, 1, chunk, proof);
        chunk[7].amount -= 1;
        (chunk[0], chunk[1]) = (chunk[1], chunk[0]);
        vm.expectRevert(abi.encodeWithSelector(CouponClaims.ProofInvalid.selector, COUPON));
        coupons.pay(COUPON, 1, chunk, proof);
        vm.stopPrank();
        figures(total(), 0, 0, 0, total());
    }

    function test_a_holder_claims_alone_and_the_chunk_skips_it() external {
        declared(300, 0);
        uint256 amount = payees[260].amount;
        vm.expectEmit(address(coupons));
        emit CouponClaims.CouponPaid(COUPON, 260, payees[260].account, amount, 0);
        claim(260);
        eq(money.balanceOf(payees[260].account), amount, "claimed");
        isTrue(coupons.isPaid(COUPON, 260) && !coupons.isPaid(COUPON, 261), "one bit");
        refusesClaim(260, abi.encodeWithSelector(CouponClaims.AlreadyPaid.selector, COUPON, 260));
        push(1);
        eq(money.balanceOf(payees[260].account), amount, "not twice");
        eq(money.balanceOf(payees[261].account), payees[261].amount, "its neighbour");
        refusesClaim(261, abi.encodeWithSelector(CouponClaims.AlreadyPaid.selector, COUPON, 261));
        push(0);
        figures(total(), total(), 0, 0, 0);
    }

    function test_a_claim_of_something_else_is_refused() external {
        declared(300, 0);
        bytes32[] memory proof = proofOf(5, 0);
        Payee memory payee = payees[5];
        bytes memory invalid = abi.encodeWithSelector(CouponClaims.ProofInvalid.selector, COUPON);
        payee.amount += 1;
        vm.expectRevert(invalid);
        coupons.claim(COUPON, 5, payee, proof);
        (payee.amount, payee.withheld) = (payee.amount - 1, 1);
        vm.expectRevert(invalid);
        coupons.claim(COUPON, 5, payee, proof);
        (payee.withheld, payee.account) = (0, address(this));
        vm.expectRevert(invalid);
        coupons.claim(COUPON, 5, payee, proof);
        payee.account = payees[5].account;
        vm.expectRevert(invalid);
        coupons.claim(COUPON, 6, payee, proof);
        vm.expectRevert(invalid);
        coupons.claim(COUPON, 5, payee, proofOf(0, 8));
        vm.expectRevert(abi.encodeWithSelector(CouponClaims.IndexOutOfRange.selector, 300, 300));
        coupons.claim(COUPON, 300, payee, proof);
    }

    function test_a_payee_that_cannot_receive_is_owed_and_blocks_nobody() external {
        declared(4, 0);
        money.behave(payees[1].account, OddToken.Way.ReturnsFalse);
        money.behave(payees[2].account, OddToken.Way.EatsGas);
        vm.expectEmit(address(coupons));
        emit CouponPayer.CouponOwed(COUPON, 1, payees[1].account, 20);
        push(0);
        eq(money.balanceOf(payees[0].account), 10, "before it");
        eq(money.balanceOf(payees[3].account), 40, "after it");
        figures(100, 50, 50, 0, 0);
        eq(coupons.owedTo(COUPON, payees[1].account), 20, "owed");
        refusesClaim(1, abi.encodeWithSelector(CouponClaims.AlreadyPaid.selector, COUPON, 1));
        vm.expectRevert(
            abi.encodeWithSelector(PaymentCalls.SendFailed.selector, address(money), payees[1].account, 20)
        );
        coupons.payOwed(COUPON, payees[1].account);
        figures(100, 50, 50, 0, 0);
        money.behave(payees[1].account, OddToken.Way.Plain);
        vm.expectEmit(address(coupons));
        emit CouponClaims.OwedPaid(COUPON, payees[1].account, 20);
        coupons.payOwed(COUPON, payees[1].account);
        eq(money.balanceOf(payees[1].account), 20, "paid at last");
        figures(100, 70, 30, 0, 0);
        vm.expectRevert(abi.encodeWithSelector(CouponClaims.NothingOwed.selector, COUPON, payees[1].account));
        coupons.payOwed(COUPON, payees[1].account);
    }

    function test_a_claim_that_cannot_be_sent_changes_nothing() external {
        declared(4, 0);
        money.behave(payees[1].account, OddToken.Way.ReturnsFalse);
        refusesClaim(
            1, abi.encodeWithSelector(PaymentCalls.SendFailed.selector, address(money), payees[1].account, 20)
        );
        isTrue(!coupons.isPaid(COUPON, 1), "still to be claimed");
        figures(100, 0, 0, 0, 100);
    }

    function test_too_little_gas_starves_nobody() external {
        declared(40, 0);
        bytes memory input = abi.encodeCall(coupons.pay, (COUPON, 0, chunkOf(0), proofOf(0, 8)));
        for (uint256 gasLimit = 100_000; gasLimit < 2_500_000; gasLimit += 50_000) {
            vm.prank(payer);
            (bool ok,) = address(coupons).call{gas: gasLimit}(input);
            eq(coupons.balanceOf(COUPON).owed, 0, "all or nothing, and never owed for want of gas");
            if (ok) return figures(total(), total(), 0, 0, 0);
        }
        isTrue(false, "enough gas in the end");
    }

    function test_tokens_that_return_nothing_or_much_are_paid_in() external {
        money.behaveOnPull(OddToken.Way.ReturnsNothing);
        declared(3, 0);
        money.behave(payees[0].account, OddToken.Way.ReturnsNothing);
        money.behave(payees[1].account, OddToken.Way.AnswersLong);
        push(0);
        figures(60, 60, 0, 0, 0);
    }

    function test_a_token_that_takes_a_fee_is_refused() external {
        plan(3, 0);
        money.mint(payer, 60);
        money.behaveOnPull(OddToken.Way.TakesFee);
        refusesDeclaration(60, DEADLINE, abi.encodeWithSelector(CouponPayer.FundingMismatch.selector, 60, 59));
    }

    function test_a_declaration_is_refused_for_what_is_wrong_with_it() external {
        plan(3, 0);
        money.mint(payer, 60);
        uint256 max = type(uint128).max;
        refusesDeclaration(
            max + 1, DEADLINE, abi.encodeWithSelector(CouponPayer.AmountTooLarge.selector, max + 1, max)
        );
        uint40 now_ = uint40(block.timestamp);
        refusesDeclaration(60, now_, abi.encodeWithSelector(CouponPayer.DeadlinePassed.selector, now_));
        money.behaveOnPull(OddToken.Way.ReturnsFalse);
        refusesDeclaration(
            60, DEADLINE, abi.encodeWithSelector(PaymentCalls.PullFailed.selector, address(money), payer, 60)
        );
        money.behaveOnPull(OddToken.Way.Plain);
        vm.startPrank(payer);
        vm.expectRevert(CouponPayer.NoPayees.selector);
        coupons.declare(COUPON, terms(60, nodes[1], 0, DEADLINE));
        coupons.declare(COUPON, terms(60, nodes[1], 3, DEADLINE));
        vm.expectRevert(abi.encodeWithSelector(CouponPayer.CouponKnown.selector, COUPON));
        coupons.declare(COUPON, terms(60, nodes[1], 3, DEADLINE));
        vm.stopPrank();
    }

    function test_a_root_that_promises_more_than_was_funded_pays_no_more_than_was_funded() external {
        plan(300, 0);
        uint256 funded = total() - payees[299].amount;
        money.mint(payer, funded);
        vm.prank(payer);
        coupons.declare(COUPON, terms(funded, nodes[1], 300, DEADLINE));
        push(0);
        uint256 open = coupons.balanceOf(COUPON).open;
        uint256 needed = open + payees[299].amount;
        refusesPush(1, abi.encodeWithSelector(CouponBook.Underfunded.selector, COUPON, needed, open));
        claim(257);
    }

    function test_the_rest_goes_back_to_the_funder_from_the_deadline_on() external {
        declared(4, 0);
        claim(0);
        money.behave(payees[1].account, OddToken.Way.ReturnsFalse);
        vm.expectRevert(abi.encodeWithSelector(CouponPayer.DeadlineNotReached.selector, DEADLINE));
        coupons.reclaim(COUPON);
        vm.warp(DEADLINE - 1);
        vm.expectRevert(abi.encodeWithSelector(CouponPayer.DeadlineNotReached.selector, DEADLINE));
        coupons.reclaim(COUPON);
        vm.warp(DEADLINE);
        vm.expectEmit(address(coupons));
        emit CouponPayer.CouponReclaimed(COUPON, payer, 90);
        coupons.reclaim(COUPON);
        eq(money.balanceOf(payer), 90, "returned");
        figures(100, 10, 0, 90, 0);
        vm.expectRevert(abi.encodeWithSelector(CouponPayer.NothingOpen.selector, COUPON));
        coupons.reclaim(COUPON);
        refusesClaim(2, abi.encodeWithSelector(CouponBook.Underfunded.selector, COUPON, 30, 0));
    }

    function test_what_is_owed_outlives_the_deadline() external {
        declared(4, 0);
        money.behave(payees[1].account, OddToken.Way.ReturnsFalse);
        push(0);
        vm.warp(DEADLINE);
        vm.expectRevert(abi.encodeWithSelector(CouponPayer.NothingOpen.selector, COUPON));
        coupons.reclaim(COUPON);
        money.behave(payees[1].account, OddToken.Way.Plain);
        coupons.payOwed(COUPON, payees[1].account);
        figures(100, 100, 0, 0, 0);
    }

    function test_a_payment_token_that_calls_back_finds_the_door_shut() external {
        declared(300, 0);
        bytes[4] memory inputs = [
            abi.encodeCall(coupons.claim, (COUPON, 5, payees[5], proofOf(5, 0))),
            abi.encodeCall(coupons.claim, (COUPON, 280, payees[280], proofOf(280, 0))),
            abi.encodeCall(coupons.payOwed, (COUPON, payees[5].account)),
            abi.encodeCall(coupons.reclaim, (COUPON))
        ];
        money.behave(payees[0].account, OddToken.Way.Reenters);
        for (uint256 i = 0; i < inputs.length; ++i) {
            money.reenterWith(address(coupons), inputs[i]);
            uint256 before = money.balanceOf(payees[0].account);
            if (i == 0) push(0);
            else claimAgain(i);
            isTrue(!money.reentered(), "refused");
            isTrue(money.balanceOf(payees[0].account) > before, "and the payment itself went through");
        }
    }

    function test_one_account_may_stand_at_several_places() external {
        plan(4, 0);
        payees[3].account = payees[0].account;
        build();
        fund();
        money.behave(payees[0].account, OddToken.Way.ReturnsFalse);
        push(0);
        eq(coupons.owedTo(COUPON, payees[0].account), 50, "owed the sum");
        money.behave(payees[0].account, OddToken.Way.Plain);
        coupons.payOwed(COUPON, payees[0].account);
        figures(100, 100, 0, 0, 0);
    }

    function test_only_the_payer_declares_and_pushes() external {
        declared(3, 0);
        vm.expectRevert(abi.encodeWithSelector(RoleBook.MissingRole.selector, address(this), 8));
        coupons.pay(COUPON, 0, chunkOf(0), proofOf(0, 8));
        vm.expectRevert(abi.encodeWithSelector(RoleBook.MissingRole.selector, address(this), 8));
        coupons.declare("other", terms(1, 0, 1, DEADLINE));
    }

    function test_unknown_coupons_are_named() external {
        bytes memory expected = abi.encodeWithSelector(CouponBook.CouponUnknown.selector, bytes32("none"));
        vm.expectRevert(expected);
        coupons.couponOf("none");
        vm.expectRevert(expected);
        coupons.balanceOf("none");
        vm.expectRevert(expected);
        coupons.reclaim("none");
        vm.expectRevert(expected);
        coupons.payOwed("none", payer);
        vm.expectRevert(expected);
        coupons.claim("none", 0, Payee(payer, 1, 0), new bytes32[](8));
        vm.expectRevert(expected);
        coupons.remit("none");
        vm.expectRevert(expected);
        vm.prank(payer);
        coupons.pay("none", 0, new Payee[](0), new bytes32[](0));
    }

    function testFuzz_the_figures_add_up_whatever_the_order(uint256 seed) external {
        uint256 count = bound(seed, 1, 600);
        declared(count, seed);
        for (uint256 step = 0; step < 12; ++step) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint32 index = uint32(seed >> 8) % uint32(count);
            if (coupons.isPaid(COUPON, index)) continue;
            OddToken.Way way = seed & 3 == 0 ? OddToken.Way.ReturnsFalse : OddToken.Way.Plain;
            money.behave(payees[index].account, way);
            if (seed & 4 != 0) push(index / 256);
            else if (way == OddToken.Way.Plain) claim(index);
        }
        CouponBook.CouponFigures memory all = coupons.balanceOf(COUPON);
        eq(all.funded, total(), "funded");
        eq(all.paid + all.owed + all.returned + all.open, all.funded, "adds up");
        eq(money.balanceOf(address(coupons)), all.owed + all.open, "and is there");
        uint256 received = 0;
        for (uint256 i = 0; i < count; ++i) {
            received += money.balanceOf(payees[i].account);
        }
        eq(received, all.paid, "what was paid arrived");
    }
}
