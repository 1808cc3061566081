// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {CouponBook} from "../src/CouponBook.sol";
import {CouponClaims} from "../src/CouponClaims.sol";
import {CouponPayer} from "../src/CouponPayer.sol";
import {CouponTree} from "../src/CouponTree.sol";
import {PaymentCalls} from "../src/PaymentCalls.sol";
import {CouponStage} from "./CouponStage.sol";
import {OddToken} from "./PaymentTokens.sol";

/// @title What is withheld for the tax office, several payment tokens, and tokens that take more than they are told.
contract CouponMoneyTest is CouponStage {
    address private office = account("tax office");

    /// @dev Four payees: 10, 20, 30 and 40, and of each a tenth besides is withheld.
    function withholdingCoupon() private {
        withholding = office;
        plan(4, 0);
        for (uint256 i = 0; i < 4; ++i) {
            payees[i].withheld = payees[i].amount / 10;
        }
        build();
        fund();
    }

    function withheld() private view returns (uint256) {
        return coupons.balanceOf(COUPON).withheld;
    }

    function test_what_is_withheld_from_a_chunk_is_remitted_to_the_declared_account() external {
        withholdingCoupon();
        eq(coupons.couponOf(COUPON).withholdingAccount, office, "declared");
        figures(110, 0, 0, 0, 110);
        vm.expectEmit(address(coupons));
        emit CouponPayer.CouponChunkPaid(COUPON, 0, 15, 10);
        push(0);
        figures(110, 100, 0, 0, 0);
        eq(withheld(), 10, "withheld");
        vm.expectEmit(address(coupons));
        emit CouponPayer.WithheldRemitted(COUPON, office, 10);
        coupons.remit(COUPON);
        eq(money.balanceOf(office), 10, "arrived");
        figures(110, 110, 0, 0, 0);
        vm.expectRevert(abi.encodeWithSelector(CouponPayer.NothingWithheld.selector, COUPON));
        coupons.remit(COUPON);
    }

    function test_a_declaration_says_to_whom_tax_is_remitted() external {
        withholding = office;
        plan(1, 0);
        money.mint(payer, 10);
        vm.expectEmit(address(coupons));
        emit CouponPayer.CouponWithholds(COUPON, office);
        vm.prank(payer);
        coupons.declare(COUPON, terms(10, nodes[1], 1, DEADLINE));
    }

    function test_a_claim_alone_is_withheld_from_too() external {
        withholdingCoupon();
        vm.expectEmit(address(coupons));
        emit CouponClaims.CouponPaid(COUPON, 3, payees[3].account, 40, 4);
        claim(3);
        eq(withheld(), 4, "withheld");
        coupons.remit(COUPON);
        push(0);
        eq(withheld(), 6, "the others' only");
        figures(110, 104, 0, 0, 0);
    }

    function test_what_is_withheld_outlives_the_deadline_and_a_payee_who_cannot_receive() external {
        withholdingCoupon();
        money.behave(payees[1].account, OddToken.Way.ReturnsFalse);
        push(0);
        vm.warp(DEADLINE);
        vm.expectRevert(abi.encodeWithSelector(CouponPayer.NothingOpen.selector, COUPON));
        coupons.reclaim(COUPON);
        figures(110, 80, 20, 0, 0);
        coupons.remit(COUPON);
        figures(110, 90, 20, 0, 0);
    }

    function test_an_office_that_cannot_receive_blocks_nobody_and_is_tried_again() external {
        withholdingCoupon();
        money.behave(office, OddToken.Way.ReturnsFalse);
        push(0);
        vm.expectRevert(abi.encodeWithSelector(PaymentCalls.SendFailed.selector, address(money), office, 10));
        coupons.remit(COUPON);
        figures(110, 100, 0, 0, 0);
        money.behave(office, OddToken.Way.Plain);
        coupons.remit(COUPON);
        figures(110, 110, 0, 0, 0);
    }

    function test_nothing_is_withheld_for_nobody() external {
        plan(2, 0);
        payees[1].withheld = 2;
        build();
        fund();
        refusesPush(0, abi.encodeWithSelector(CouponClaims.NoWithholdingAccount.selector, COUPON, 2));
        refusesClaim(1, abi.encodeWithSelector(CouponClaims.NoWithholdingAccount.selector, COUPON, 2));
        claim(0);
    }

    function test_what_is_withheld_fits_its_word() external {
        withholding = office;
        plan(1, 0);
        uint256 max = type(uint96).max;
        refusesDeclaration(
            max + 1, DEADLINE, abi.encodeWithSelector(CouponPayer.AmountTooLarge.selector, max + 1, max)
        );
        payees[0].withheld = uint128(max) - 10;
        build();
        fund();
        push(0);
        eq(withheld(), max - 10, "all of it");
        coupons.remit(COUPON);
        eq(money.balanceOf(office), max - 10, "arrived");
    }

    /// @dev A word that is no address is in no range, whatever the root says of it.
    function test_a_payee_out_of_range_is_refused() external {
        declared(1, 0);
        bytes memory input = abi.encodeCall(coupons.pay, (COUPON, 0, chunkOf(0), proofOf(0, 8)));
        // The account's word is the sixth after the selector: id, chunk, two offsets, the length, the payee.
        input[4 + 5 * 32] = 0x01;
        vm.prank(payer);
        (bool ok, bytes memory answer) = address(coupons).call(input);
        isTrue(!ok && bytes4(answer) == CouponTree.PayeeOutOfRange.selector, "refused by name");
    }

    function test_each_payment_token_has_one_number() external {
        OddToken other = new OddToken();
        plan(1, 0);
        declareIn("a", money);
        other.mint(payer, 10);
        CouponPayer.Declaration memory inOther = terms(10, nodes[1], 1, DEADLINE);
        inOther.paymentToken = address(other);
        vm.expectEmit(address(coupons));
        emit CouponBook.CurrencyAdded(address(other), 2);
        vm.prank(payer);
        coupons.declare("b", inOther);
        declareIn("c", money);
        address[] memory all = coupons.currencies();
        eq(all.length, 2, "two currencies");
        eq(all[0], address(money), "first");
        eq(all[1], address(other), "second");
        eq(coupons.couponOf("b").paymentToken, address(other), "b");
        eq(coupons.couponOf("c").paymentToken, address(money), "c");
        vm.warp(DEADLINE);
        coupons.reclaim("b");
        eq(other.balanceOf(payer), 10, "from its own pot");
        eq(money.balanceOf(address(coupons)), 20, "not from the other");
    }

    function test_a_token_without_code_is_refused() external {
        money = OddToken(account("nobody"));
        plan(1, 0);
        (bool ok,) = address(coupons).call(abi.encodeCall(coupons.declare, (COUPON, terms(10, nodes[1], 1, DEADLINE))));
        isTrue(!ok, "the payer role is needed");
        vm.prank(payer);
        (ok,) = address(coupons).call(abi.encodeCall(coupons.declare, (COUPON, terms(10, nodes[1], 1, DEADLINE))));
        isTrue(!ok, "and a token");
    }

    function test_a_token_that_takes_more_than_it_was_told_pays_nothing_from_other_coupons() external {
        declared(4, 0);
        declareIn("other", money);
        money.behave(payees[2].account, OddToken.Way.TakesMore);
        bytes memory push100 =
            abi.encodeWithSelector(PaymentCalls.TakenWithoutOrder.selector, address(money), 100, 101);
        refusesPush(0, push100);
        refusesClaim(2, abi.encodeWithSelector(PaymentCalls.TakenWithoutOrder.selector, address(money), 30, 31));
        claim(0);
        money.behave(payer, OddToken.Way.TakesMore);
        vm.warp(DEADLINE);
        vm.expectRevert(abi.encodeWithSelector(PaymentCalls.TakenWithoutOrder.selector, address(money), 90, 91));
        coupons.reclaim(COUPON);
        figures(100, 10, 0, 0, 90);
    }

    function test_a_payee_who_gives_back_while_being_paid_blocks_nobody() external {
        declared(4, 0);
        money.behave(payees[1].account, OddToken.Way.GivesBack);
        push(0);
        figures(100, 100, 0, 0, 0);
        eq(money.balanceOf(payees[3].account), 40, "the last payee");
    }

    /// @dev A token that starts to take a fee from the receiver after the declaration: the coupon was paid in full by
    /// what left it, and the receiver got what the token gave.
    function test_a_fee_that_the_receiver_bears_is_not_made_up_for() external {
        declared(4, 0);
        money.behave(payees[1].account, OddToken.Way.TakesFee);
        push(0);
        figures(100, 100, 0, 0, 0);
        eq(money.balanceOf(payees[1].account), 19, "less the fee");
    }

    function test_a_zero_claim_after_the_return_leaves_the_returned_figure() external {
        plan(2, 0);
        payees[1].amount = 0;
        build();
        fund();
        vm.warp(DEADLINE);
        coupons.reclaim(COUPON);
        claim(1);
        figures(10, 0, 0, 10, 0);
    }

    function declareIn(bytes32 id, OddToken currency) private {
        currency.mint(payer, 10);
        CouponPayer.Declaration memory declaration = terms(10, nodes[1], 1, DEADLINE);
        vm.prank(payer);
        coupons.declare(id, declaration);
    }
}
