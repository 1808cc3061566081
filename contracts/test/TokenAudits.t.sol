// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {CouponPayer} from "../src/CouponPayer.sol";
import {CouponTree, Payee} from "../src/CouponTree.sol";
import {PartitionTerms} from "../src/token/TokenState.sol";
import {Reasons, Status} from "../src/token/Reasons.sol";
import {OddToken} from "./PaymentTokens.sol";
import {Suite} from "./Suite.sol";

/// @title What audits of other security tokens found in 2026, tried on this one: each by its name.
contract TokenAuditsTest is Suite {
    function setUp() public override {
        super.setUp();
        issue(SENIOR, anna, 1000);
        issue(JUNIOR, anna, 500);
    }

    function test_a_forced_transfer_to_oneself_unfreezes_nothing() external {
        vm.prank(officer);
        token.setFrozenTokens(anna, 1400);
        vm.startPrank(agent);
        token.forcedTransfer(anna, anna, 1000);
        token.controllerTransfer(anna, anna, 1000, "", "");
        token.controllerTransferByPartition(JUNIOR, anna, anna, 500, "", "");
        vm.stopPrank();
        eq(token.getFrozenTokens(anna), 1400, "still frozen");
        eq(token.balanceOf(anna), 1500, "still there");
        refusesTransfer(SENIOR, anna, ben, 101, no(Status.LOCKED, Reasons.FROZEN_UNITS, 101, 100));
    }

    function test_a_forced_transfer_between_wallets_of_one_owner_thaws_what_it_takes_and_no_more() external {
        address second = account("anna's second wallet");
        addWallet(anna, second);
        vm.prank(officer);
        token.setFrozenTokens(anna, 1400);
        vm.prank(agent);
        token.forcedTransfer(anna, second, 150);
        eq(token.getFrozenTokens(anna), 1350, "100 were free, 50 were not");
        eq(holders(SENIOR), 1, "one owner");
    }

    /// @dev Valid while the time is below the expiry, in every question and every call: never > here and >= there.
    function test_an_expiry_ends_at_the_same_second_everywhere() external {
        vm.prank(officer);
        registry.setValidUntil(ben, START + 10);
        vm.warp(START + 9);
        isTrue(token.canReceive(ben) && token.canSend(ben), "the last second of it");
        send(SENIOR, anna, ben, 2);
        issue(SENIOR, ben, 1);
        send(SENIOR, ben, anna, 1);
        vm.prank(agent);
        token.forcedTransfer(anna, ben, 1);
        vm.warp(START + 10);
        isTrue(!token.canReceive(ben) && !token.canSend(ben), "over");
        Refusal memory receiving = no(Status.INVALID_RECEIVER, Reasons.KYC_EXPIRED, START + 10, START + 10);
        Refusal memory sending = no(Status.INVALID_SENDER, Reasons.KYC_EXPIRED, START + 10, START + 10);
        refusesTransfer(SENIOR, anna, ben, 1, receiving);
        refusesTransfer(SENIOR, ben, anna, 1, sending);
        refuses(issuer, abi.encodeCall(token.issue, (ben, 1, "")), receiving);
        refuses(agent, abi.encodeCall(token.forcedTransfer, (anna, ben, 1)), receiving);
        refuses(ben, batchOf(anna), sending);
        refuses(anna, batchOf(ben), receiving);
    }

    /// @dev The same of a lock-up of the partition, of one wallet, and of a record date.
    function test_a_lock_ends_at_the_same_second_everywhere() external {
        PartitionTerms memory locked = terms(SENIOR);
        locked.lockedUntil = START + 10;
        setTerms(locked);
        vm.prank(officer);
        token.setWalletLock(anna, START + 20);
        vm.warp(START + 9);
        refusesTransfer(SENIOR, anna, ben, 1, no(Status.LOCKED, Reasons.LOCKED, START + 9, START + 10));
        vm.warp(START + 10);
        Refusal memory own = no(Status.LOCKED, Reasons.LOCKED_HOLDER, START + 10, START + 20);
        refusesTransfer(SENIOR, anna, ben, 1, own);
        refuses(anna, abi.encodeCall(token.redeem, (1, "")), own);
        vm.warp(START + 20);
        send(SENIOR, anna, ben, 1);
    }

    function test_a_lapsed_approval_traps_nobodys_own_units() external {
        vm.prank(issuer);
        uint256 record = token.scheduleRecordDate(START + 5);
        vm.prank(officer);
        registry.setValidUntil(anna, START);
        vm.warp(START + 5);
        refusesTransfer(SENIOR, anna, ben, 1, no(Status.INVALID_SENDER, Reasons.KYC_EXPIRED, START + 5, START));
        vm.startPrank(anna);
        token.redeem(400, "");
        token.redeemByPartition(JUNIOR, 500, "");
        vm.stopPrank();
        eq(token.balanceOf(anna), 600, "redeemed");
        eq(token.balanceOfByPartitionAt(SENIOR, anna, record), 1000, "still counted for the coupon");
        eq(holders(SENIOR), 1, "still an owner");
    }

    /// @dev Entitlements are of the record date; who holds at the payment gets nothing for it.
    function test_a_coupon_is_of_the_record_date_and_not_of_now() external {
        vm.prank(issuer);
        uint256 record = token.scheduleRecordDate(START + 5);
        vm.warp(START + 5);
        send(SENIOR, anna, ben, 1000);
        eq(token.balanceOfByPartitionAt(SENIOR, anna, record), 1000, "entitled");
        eq(token.balanceOfByPartitionAt(SENIOR, ben, record), 0, "not entitled");
        eq(token.totalSupplyByPartitionAt(SENIOR, record), 1000, "of so many");
        OddToken money = new OddToken();
        CouponPayer coupons = CouponPayer(create("CouponPayer", abi.encode(admin)));
        vm.prank(admin);
        coupons.grantRoles(payer, PAYER);
        Payee memory payee = Payee(anna, uint128(token.balanceOfByPartitionAt(SENIOR, anna, record)), 0);
        bytes32[] memory proof = new bytes32[](CouponTree.CHUNK_DEPTH);
        bytes32 root = keccak256(bytes.concat(keccak256(abi.encode(bytes32("COUPON"), uint256(0), payee))));
        for (uint256 i = 0; i < proof.length; ++i) {
            root = keccak256(abi.encodePacked(root, proof[i]));
        }
        money.mint(payer, 1000);
        vm.prank(payer);
        coupons.declare(
            "COUPON",
            CouponPayer.Declaration(address(token), address(money), 1000, root, 1, START + 30 days, address(0))
        );
        Payee memory buyer = Payee(ben, payee.amount, 0);
        vm.expectRevert(abi.encodeWithSelector(bytes4(keccak256("ProofInvalid(bytes32)")), bytes32("COUPON")));
        coupons.claim("COUPON", 0, buyer, proof);
        coupons.claim("COUPON", 0, payee, proof);
        eq(money.balanceOf(anna), 1000, "paid to who held then");
        eq(money.balanceOf(ben), 0, "not to who holds now");
    }

    /// @dev A record date cannot be run ahead of: what happens in its very second is after it.
    function test_a_purchase_in_the_second_of_the_record_date_is_too_late() external {
        vm.prank(issuer);
        uint256 record = token.scheduleRecordDate(START + 5);
        vm.warp(START + 4);
        send(SENIOR, anna, ben, 300);
        vm.warp(START + 5);
        send(SENIOR, anna, ben, 700);
        eq(token.balanceOfByPartitionAt(SENIOR, ben, record), 300, "until the date");
    }

    function test_erc20_calls_never_reach_a_restricted_partition() external {
        PartitionTerms memory closed = terms(JUNIOR);
        (closed.countryMask, closed.classMask) = (0, 0);
        setTerms(closed);
        vm.prank(anna);
        token.approve(stranger, type(uint256).max);
        // All of the default partition is gone: what is left must not be taken from the other.
        vm.prank(anna);
        isTrue(token.transfer(ben, 1000), "all of it");
        Refusal memory expected = no(Status.INSUFFICIENT_BALANCE, Reasons.BALANCE, 1, 0);
        refuses(anna, abi.encodeCall(token.transfer, (ben, 1)), expected);
        refuses(anna, abi.encodeCall(token.transferWithData, (ben, 1, "")), expected);
        refuses(stranger, abi.encodeCall(token.transferFrom, (anna, ben, 1)), expected);
        refuses(stranger, abi.encodeCall(token.transferFromWithData, (anna, ben, 1, "")), expected);
        refuses(anna, abi.encodeCall(token.redeem, (1, "")), expected);
        refuses(stranger, abi.encodeCall(token.redeemFrom, (anna, 1, "")), expected);
        eq(held(JUNIOR, anna), 500, "untouched");
    }

    /// @dev An allowance is of the default partition alone, and an operator of one partition is none of another.
    function test_an_allowance_opens_no_other_partition() external {
        vm.prank(anna);
        token.approve(stranger, 1000);
        bytes memory input = abi.encodeCall(token.operatorTransferByPartition, (JUNIOR, anna, ben, 1, "", ""));
        refuses(stranger, input, no(Status.INVALID_OPERATOR, Reasons.OPERATOR, 0, 0));
        vm.prank(anna);
        token.authorizeOperatorByPartition(SENIOR, stranger);
        refuses(stranger, input, no(Status.INVALID_OPERATOR, Reasons.OPERATOR, 0, 0));
    }

    /// @dev The rules see holder and receiver whoever calls; an operator that is no holder needs no identity.
    function test_an_operator_is_not_hidden_from_the_rules() external {
        vm.prank(anna);
        token.authorizeOperator(stranger);
        bytes memory toBen = abi.encodeCall(token.operatorTransferByPartition, (JUNIOR, anna, ben, 1, "", ""));
        bytes memory toNobody = abi.encodeCall(token.operatorTransferByPartition, (JUNIOR, anna, stranger, 1, "", ""));
        refuses(stranger, toNobody, no(Status.INVALID_RECEIVER, Reasons.RECEIVER_UNKNOWN, 0, 0));
        vm.prank(officer);
        token.setWalletFrozen(anna, true);
        refuses(stranger, toBen, no(Status.INVALID_SENDER, Reasons.FROZEN, 0, 0));
        (bytes1 status, bytes32 reason) = token.canOperatorTransferByPartition(stranger, JUNIOR, anna, ben, 1, "");
        judged(status, reason, 0, 0, no(Status.INVALID_SENDER, Reasons.FROZEN, 0, 0));
        vm.prank(officer);
        token.setWalletFrozen(anna, false);
        vm.prank(pauser);
        token.pause();
        refuses(stranger, toBen, no(Status.HALTED, Reasons.PAUSED, 0, 0));
        bytes memory redeeming = abi.encodeCall(token.operatorRedeemByPartition, (JUNIOR, anna, 1, "", ""));
        refuses(stranger, redeeming, no(Status.HALTED, Reasons.PAUSED, 0, 0));
    }

    /// @dev Force is not bound by cap and count, and is counted all the same: supply, owners, caps, records.
    function test_no_controller_action_escapes_the_counters() external {
        vm.prank(issuer);
        uint256 record = token.scheduleRecordDate(START + 5);
        vm.warp(START + 5);
        vm.startPrank(agent);
        token.forcedTransfer(anna, ben, 400);
        eq(holders(SENIOR), 2, "ben entered");
        token.controllerTransfer(anna, cleo, 600, "", "");
        eq(holders(SENIOR), 2, "anna left, cleo entered");
        token.controllerRedeem(ben, 400, "", "");
        eq(holders(SENIOR), 1, "ben left");
        token.controllerTransferByPartition(JUNIOR, anna, ben, 500, "", "");
        token.controllerRedeemByPartition(JUNIOR, ben, 499, "", "");
        vm.stopPrank();
        eq(holders(JUNIOR), 1, "ben holds one");
        eq(token.totalSupply(), 601, "supply");
        eq(token.totalSupplyByPartition(SENIOR), 600, "of the default partition");
        eq(token.balanceOfByPartitionAt(SENIOR, anna, record), 1000, "the record was taken before");
        eq(token.totalSupplyByPartitionAt(JUNIOR, record), 500, "for the other partition too");
        // What force brought counts against the cap of what is bought.
        PartitionTerms memory strict = terms(SENIOR);
        (strict.authorised, strict.capBps) = (6000, 1000);
        setTerms(strict);
        issue(SENIOR, anna, 1);
        refusesTransfer(SENIOR, anna, cleo, 1, no(Status.FAILURE, Reasons.CAP_HOLDER, 601, 600));
    }

    function batchOf(address to) private returns (bytes memory) {
        address[] memory receivers = new address[](1);
        uint256[] memory units = new uint256[](1);
        (receivers[0], units[0]) = (to, 1);
        return abi.encodeCall(token.transferBatch, (operation(), SENIOR, receivers, units));
    }
}
