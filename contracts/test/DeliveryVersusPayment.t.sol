// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {DeliveryVersusPayment, Trade} from "../src/DeliveryVersusPayment.sol";
import {PaymentCalls} from "../src/PaymentCalls.sol";
import {Reasons, Status} from "../src/token/Reasons.sol";
import {TokenState} from "../src/token/TokenState.sol";
import {OddToken} from "./PaymentTokens.sol";
import {Suite} from "./Suite.sol";

/// @title Units and money change hands together or not at all, under the rules of the token.
contract DeliveryVersusPaymentTest is Suite {
    bytes32 private constant SECRET = "open sesame";
    uint256 private constant UNITS = 100;
    uint256 private constant PRICE = 5000;
    DeliveryVersusPayment private dvp;
    OddToken private money;
    Trade private trade;

    function setUp() public override {
        super.setUp();
        dvp = DeliveryVersusPayment(create("DeliveryVersusPayment", ""));
        money = new OddToken();
        issue(JUNIOR, anna, 1000);
        issue(SENIOR, anna, 1000);
        money.mint(ben, PRICE);
        vm.prank(anna);
        token.authorizeOperatorByPartition(JUNIOR, address(dvp));
        vm.prank(anna);
        token.approve(address(dvp), UNITS);
        trade = Trade(anna, ben, address(token), JUNIOR, UNITS, address(money), PRICE, START + 1000, 0, 0);
    }

    function test_both_sides_move_in_one_transaction() external {
        vm.expectEmit(address(dvp));
        emit DeliveryVersusPayment.TradeAgreed(dvp.idOf(trade), anna, trade);
        agree(anna);
        eq(dvp.stateOf(dvp.idOf(trade)), 1, "the seller agreed");
        vm.expectEmit(address(dvp));
        emit DeliveryVersusPayment.TradeSettled(dvp.idOf(trade), anna, ben);
        settle(ben);
        isSettled();
        refuses_(ben, abi.encodeCall(dvp.settle, (trade)), error1(DeliveryVersusPayment.TradeOver.selector));
        refuses_(anna, abi.encodeCall(dvp.agree, (trade)), error1(DeliveryVersusPayment.TradeOver.selector));
        refuses_(anna, abi.encodeCall(dvp.withdraw, (trade)), error1(DeliveryVersusPayment.TradeOver.selector));
    }

    function test_the_default_partition_moves_by_allowance_as_any_erc20_does() external {
        trade.partition = 0;
        agree(ben);
        settle(anna);
        eq(token.balanceOfByPartition(SENIOR, ben), UNITS, "delivered");
        eq(money.balanceOf(anna), PRICE, "paid");
    }

    function test_one_party_alone_settles_nothing() external {
        refuses_(ben, abi.encodeCall(dvp.settle, (trade)), notAgreed(2));
        refuses_(anna, abi.encodeCall(dvp.settle, (trade)), notAgreed(1));
        agree(anna);
        refuses_(anna, abi.encodeCall(dvp.settle, (trade)), notAgreed(1));
        isUntouched();
    }

    function test_a_stranger_has_no_say() external {
        agree(anna);
        bytes memory expected = abi.encodeWithSelector(DeliveryVersusPayment.NotAParty.selector, stranger);
        refuses_(stranger, abi.encodeCall(dvp.agree, (trade)), expected);
        refuses_(stranger, abi.encodeCall(dvp.settle, (trade)), expected);
        refuses_(stranger, abi.encodeCall(dvp.withdraw, (trade)), expected);
        isUntouched();
    }

    function test_changed_terms_are_another_trade() external {
        agree(anna);
        trade.price = PRICE - 1;
        refuses_(ben, abi.encodeCall(dvp.settle, (trade)), notAgreed(2));
        isUntouched();
    }

    function test_an_agreement_can_be_taken_back_until_it_is_settled() external {
        agree(anna);
        refuses_(
            anna,
            abi.encodeCall(dvp.agree, (trade)),
            abi.encodeWithSelector(DeliveryVersusPayment.AlreadyAgreed.selector, dvp.idOf(trade), anna)
        );
        vm.expectEmit(address(dvp));
        emit DeliveryVersusPayment.AgreementWithdrawn(dvp.idOf(trade), anna);
        vm.prank(anna);
        dvp.withdraw(trade);
        refuses_(ben, abi.encodeCall(dvp.settle, (trade)), notAgreed(2));
        refuses_(anna, abi.encodeCall(dvp.withdraw, (trade)), notAgreed(0));
    }

    function test_a_trade_that_is_none_is_refused() external {
        Trade memory kept = trade;
        trade.buyer = anna;
        refuses_(
            anna,
            abi.encodeCall(dvp.agree, (trade)),
            abi.encodeWithSelector(DeliveryVersusPayment.PartiesAlike.selector, anna)
        );
        trade = kept;
        trade.units = 0;
        refuses_(
            anna,
            abi.encodeCall(dvp.agree, (trade)),
            abi.encodeWithSelector(DeliveryVersusPayment.NothingToTrade.selector, 0, PRICE)
        );
        (trade.units, trade.price) = (UNITS, 0);
        refuses_(
            anna,
            abi.encodeCall(dvp.agree, (trade)),
            abi.encodeWithSelector(DeliveryVersusPayment.NothingToTrade.selector, UNITS, 0)
        );
    }

    function test_a_trade_settles_to_the_second_before_its_expiry_and_not_from_it_on() external {
        agree(anna);
        vm.warp(trade.expiry);
        bytes memory expired =
            abi.encodeWithSelector(DeliveryVersusPayment.TradeExpired.selector, dvp.idOf(trade), trade.expiry);
        refuses_(ben, abi.encodeCall(dvp.settle, (trade)), expired);
        refuses_(ben, abi.encodeCall(dvp.agree, (trade)), expired);
        vm.warp(trade.expiry - 1);
        settle(ben);
        isSettled();
    }

    function test_a_refusal_of_the_token_keeps_the_money_where_it_is() external {
        agree(anna);
        vm.prank(officer);
        token.setWalletFrozen(ben, true);
        refuses_(
            ben,
            abi.encodeCall(dvp.settle, (trade)),
            abi.encodeWithSelector(
                TokenState.TransferRefused.selector, Status.INVALID_RECEIVER, Reasons.FROZEN, uint256(0), uint256(0)
            )
        );
        isUntouched();
    }

    function test_money_that_does_not_come_keeps_the_units_where_they_are() external {
        agree(anna);
        bytes memory input = abi.encodeCall(dvp.settle, (trade));
        bytes memory failed = abi.encodeWithSelector(PaymentCalls.PullFailed.selector, address(money), ben, PRICE);
        money.behaveOnPull(OddToken.Way.ReturnsFalse);
        refuses_(ben, input, failed);
        money.behaveOnPull(OddToken.Way.TakesFee);
        refuses_(
            ben, input, abi.encodeWithSelector(DeliveryVersusPayment.PriceMismatch.selector, PRICE, PRICE - 1)
        );
        isUntouched();
        money.behaveOnPull(OddToken.Way.ReturnsNothing);
        settle(ben);
        isSettled();
    }

    function test_a_security_that_takes_a_fee_is_refused() external {
        OddToken odd = new OddToken();
        odd.mint(anna, UNITS);
        odd.behaveOnPull(OddToken.Way.TakesFee);
        (trade.token, trade.partition) = (address(odd), 0);
        agree(anna);
        refuses_(
            ben,
            abi.encodeCall(dvp.settle, (trade)),
            abi.encodeWithSelector(DeliveryVersusPayment.DeliveryMismatch.selector, UNITS, UNITS - 1)
        );
    }

    function test_a_partition_that_delivers_less_is_refused() external {
        trade.token = address(new ShortPartition());
        agree(anna);
        refuses_(
            ben,
            abi.encodeCall(dvp.settle, (trade)),
            abi.encodeWithSelector(DeliveryVersusPayment.DeliveryMismatch.selector, UNITS, UNITS - 1)
        );
    }

    function test_a_token_that_calls_back_finds_the_door_shut() external {
        agree(anna);
        money.behaveOnPull(OddToken.Way.Reenters);
        money.reenterWith(address(dvp), abi.encodeCall(dvp.settle, (trade)));
        settle(ben);
        isTrue(!money.reentered(), "shut");
        isSettled();
    }

    function test_a_locked_trade_is_settled_by_whoever_shows_the_secret() external {
        lock();
        agree(anna);
        vm.expectEmit(address(dvp));
        emit DeliveryVersusPayment.PriceReceived(dvp.idOf(trade), ben, PRICE);
        agree(ben);
        eq(money.balanceOf(address(dvp)), PRICE, "locked");
        eq(dvp.stateOf(dvp.idOf(trade)), 7, "both agreed and the price is here");
        bytes memory wrong = error1(DeliveryVersusPayment.SecretWrong.selector);
        refuses_(stranger, abi.encodeCall(dvp.settleWithSecret, (trade, "guess")), wrong);
        refuses_(anna, abi.encodeCall(dvp.settle, (trade)), wrong);
        refuses_(
            ben, abi.encodeCall(dvp.withdraw, (trade)), error1(DeliveryVersusPayment.PriceIsLocked.selector)
        );
        vm.prank(stranger);
        dvp.settleWithSecret(trade, SECRET);
        isSettled();
        eq(money.balanceOf(address(dvp)), 0, "nothing stays");
        vm.warp(trade.expiry);
        refuses_(ben, abi.encodeCall(dvp.refund, (trade)), error1(DeliveryVersusPayment.NothingHeld.selector));
    }

    function test_the_secret_alone_moves_nothing() external {
        lock();
        refuses_(stranger, abi.encodeCall(dvp.settleWithSecret, (trade, SECRET)), notAgreed(0));
        agree(ben);
        refuses_(stranger, abi.encodeCall(dvp.settleWithSecret, (trade, SECRET)), notAgreed(6));
        eq(token.balanceOfByPartition(JUNIOR, ben), 0, "no units");
    }

    function test_a_locked_price_goes_back_from_the_expiry_on() external {
        lock();
        agree(anna);
        agree(ben);
        vm.warp(trade.expiry - 1);
        refuses_(
            ben,
            abi.encodeCall(dvp.refund, (trade)),
            abi.encodeWithSelector(DeliveryVersusPayment.TradeNotExpired.selector, dvp.idOf(trade), trade.expiry)
        );
        vm.warp(trade.expiry);
        bytes memory expired =
            abi.encodeWithSelector(DeliveryVersusPayment.TradeExpired.selector, dvp.idOf(trade), trade.expiry);
        refuses_(anna, abi.encodeCall(dvp.settleWithSecret, (trade, SECRET)), expired);
        vm.expectEmit(address(dvp));
        emit DeliveryVersusPayment.PriceReturned(dvp.idOf(trade), ben, PRICE);
        dvp.refund(trade);
        eq(money.balanceOf(ben), PRICE, "back");
        refuses_(ben, abi.encodeCall(dvp.refund, (trade)), error1(DeliveryVersusPayment.NothingHeld.selector));
        refuses_(anna, abi.encodeCall(dvp.withdraw, (trade)), error1(DeliveryVersusPayment.TradeOver.selector));
    }

    function test_a_seller_who_withdraws_leaves_the_price_to_be_refunded() external {
        lock();
        agree(anna);
        agree(ben);
        vm.prank(anna);
        dvp.withdraw(trade);
        refuses_(stranger, abi.encodeCall(dvp.settleWithSecret, (trade, SECRET)), notAgreed(6));
        vm.warp(trade.expiry);
        dvp.refund(trade);
        eq(money.balanceOf(ben), PRICE, "back");
    }

    function test_a_trade_without_locked_price_refunds_nothing() external {
        agree(anna);
        agree(ben);
        vm.warp(trade.expiry);
        refuses_(ben, abi.encodeCall(dvp.refund, (trade)), error1(DeliveryVersusPayment.NothingHeld.selector));
    }

    function test_gas() external {
        vm.prank(anna);
        dvp.agree(trade);
        noted("Settlement", "agree");
        settle(ben);
        noted("Settlement", "settle");
        lock();
        money.mint(ben, PRICE);
        agree(anna);
        agree(ben);
        noted("Settlement", "agree and lock the price");
        dvp.settleWithSecret(trade, SECRET);
        noted("Settlement", "settle with the secret");
    }

    function lock() private {
        trade.hashLock = sha256(abi.encodePacked(SECRET));
    }

    function agree(address party) private {
        vm.prank(party);
        dvp.agree(trade);
    }

    function settle(address party) private {
        vm.prank(party);
        dvp.settle(trade);
    }

    function isSettled() private view {
        eq(token.balanceOfByPartition(JUNIOR, ben), UNITS, "delivered");
        eq(token.balanceOfByPartition(JUNIOR, anna), 1000 - UNITS, "by the seller");
        eq(money.balanceOf(anna), PRICE, "paid");
        eq(money.balanceOf(ben), 0, "by the buyer");
    }

    function isUntouched() private view {
        eq(token.balanceOfByPartition(JUNIOR, ben), 0, "no units");
        eq(money.balanceOf(ben), PRICE, "the buyer's money");
        eq(money.balanceOf(anna), 0, "no money");
    }

    function notAgreed(uint256 state) private view returns (bytes memory) {
        return abi.encodeWithSelector(DeliveryVersusPayment.NotAgreed.selector, dvp.idOf(trade), state);
    }

    function error1(bytes4 selector) private view returns (bytes memory) {
        return abi.encodeWithSelector(selector, dvp.idOf(trade));
    }

    function refuses_(address sender, bytes memory input, bytes memory expected) private {
        vm.prank(sender);
        (bool ok, bytes memory answer) = address(dvp).call(input);
        isTrue(!ok, "refused");
        eq(keccak256(answer), keccak256(expected), "with its reason");
    }
}

/// @dev A partitioned token that moves one unit less than it is told.
contract ShortPartition {
    mapping(bytes32 partition => mapping(address holder => uint256)) public balanceOfByPartition;

    function operatorTransferByPartition(
        bytes32 partition,
        address,
        address to,
        uint256 value,
        bytes calldata,
        bytes calldata
    ) external returns (bytes32) {
        balanceOfByPartition[partition][to] += value - 1;
        return partition;
    }
}
