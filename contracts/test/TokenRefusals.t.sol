// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {PartitionTerms} from "../src/token/TokenState.sol";
import {Reasons, Status} from "../src/token/Reasons.sol";
import {Suite} from "./Suite.sol";

/// @title Every reason, with its numbers, the same in the dry run and in the revert.
contract TokenRefusalsTest is Suite {
    bytes32[2] private both = [SENIOR, JUNIOR];

    function setUp() public override {
        super.setUp();
        issue(SENIOR, anna, 1000);
        issue(JUNIOR, anna, 1000);
    }

    function test_an_unknown_partition() external {
        refusesTransfer("OTHER", anna, ben, 1, no(Status.FAILURE, Reasons.PARTITION_UNKNOWN, 0, 0));
    }

    function test_a_paused_token_moves_nothing_in_any_partition() external {
        vm.prank(pauser);
        token.pause();
        isTrue(token.paused(), "paused");
        for (uint256 i = 0; i < 2; ++i) {
            refusesTransfer(both[i], anna, ben, 1, no(Status.HALTED, Reasons.PAUSED, 0, 0));
            refusesIssue(both[i], ben, 1, no(Status.HALTED, Reasons.PAUSED, 0, 0));
            refusesRedeem(both[i], anna, 1, no(Status.HALTED, Reasons.PAUSED, 0, 0));
        }
        vm.prank(pauser);
        token.unpause();
        send(SENIOR, anna, ben, 1);
    }

    function test_a_paused_partition_leaves_the_other_alone() external {
        vm.prank(pauser);
        token.setPartitionPaused(JUNIOR, true);
        refusesTransfer(JUNIOR, anna, ben, 1, no(Status.HALTED, Reasons.PARTITION_PAUSED, 0, 0));
        refusesIssue(JUNIOR, ben, 1, no(Status.HALTED, Reasons.PARTITION_PAUSED, 0, 0));
        refusesRedeem(JUNIOR, anna, 1, no(Status.HALTED, Reasons.PARTITION_PAUSED, 0, 0));
        send(SENIOR, anna, ben, 1);
        vm.prank(pauser);
        token.setPartitionPaused(JUNIOR, false);
        send(JUNIOR, anna, ben, 1);
    }

    function test_an_unknown_sender() external {
        refusesTransfer(SENIOR, stranger, ben, 0, no(Status.INVALID_SENDER, Reasons.SENDER_UNKNOWN, 0, 0));
        refusesRedeem(SENIOR, stranger, 0, no(Status.INVALID_SENDER, Reasons.SENDER_UNKNOWN, 0, 0));
    }

    function test_a_removed_wallet_neither_sends_nor_receives() external {
        vm.prank(officer);
        registry.removeWallet(anna);
        refusesTransfer(SENIOR, anna, ben, 1, no(Status.INVALID_SENDER, Reasons.SENDER_UNKNOWN, 0, 0));
        refusesRedeem(SENIOR, anna, 1, no(Status.INVALID_SENDER, Reasons.SENDER_UNKNOWN, 0, 0));
        refusesTransfer(SENIOR, ben, anna, 0, no(Status.INVALID_RECEIVER, Reasons.RECEIVER_UNKNOWN, 0, 0));
        refusesIssue(SENIOR, anna, 1, no(Status.INVALID_RECEIVER, Reasons.RECEIVER_UNKNOWN, 0, 0));
    }

    function test_a_frozen_identity_on_either_side() external {
        vm.prank(officer);
        registry.setFrozen(anna, true);
        for (uint256 i = 0; i < 2; ++i) {
            refusesTransfer(both[i], anna, ben, 1, no(Status.INVALID_SENDER, Reasons.FROZEN, 0, 0));
            refusesTransfer(both[i], ben, anna, 0, no(Status.INVALID_RECEIVER, Reasons.FROZEN, 0, 0));
            refusesIssue(both[i], anna, 1, no(Status.INVALID_RECEIVER, Reasons.FROZEN, 0, 0));
            refusesRedeem(both[i], anna, 1, no(Status.INVALID_SENDER, Reasons.FROZEN, 0, 0));
        }
        vm.prank(officer);
        registry.setFrozen(anna, false);
        send(SENIOR, anna, ben, 1);
    }

    function test_a_frozen_wallet_on_either_side() external {
        vm.prank(officer);
        token.setWalletFrozen(anna, true);
        isTrue(token.isWalletFrozen(anna), "frozen");
        for (uint256 i = 0; i < 2; ++i) {
            refusesTransfer(both[i], anna, ben, 1, no(Status.INVALID_SENDER, Reasons.FROZEN, 0, 0));
            refusesTransfer(both[i], ben, anna, 0, no(Status.INVALID_RECEIVER, Reasons.FROZEN, 0, 0));
            refusesRedeem(both[i], anna, 1, no(Status.INVALID_SENDER, Reasons.FROZEN, 0, 0));
        }
        eq(held(SENIOR, anna), 1000, "a freeze keeps the units");
        vm.prank(officer);
        token.setWalletFrozen(anna, false);
        send(SENIOR, anna, ben, 1);
    }

    function test_an_expired_sender_may_still_redeem() external {
        vm.prank(officer);
        registry.setValidUntil(anna, START + 10);
        vm.warp(START + 9);
        send(SENIOR, anna, ben, 1);
        vm.warp(START + 10);
        refusesTransfer(SENIOR, anna, ben, 1, no(Status.INVALID_SENDER, Reasons.KYC_EXPIRED, START + 10, START + 10));
        vm.prank(anna);
        token.redeemByPartition(SENIOR, 1, "");
        eq(held(SENIOR, anna), 998, "one sent, one redeemed");
    }

    function test_an_expired_receiver() external {
        vm.prank(officer);
        registry.setValidUntil(ben, START + 10);
        vm.warp(START + 10);
        refusesTransfer(SENIOR, anna, ben, 1, no(Status.INVALID_RECEIVER, Reasons.KYC_EXPIRED, START + 10, START + 10));
        refusesIssue(SENIOR, ben, 1, no(Status.INVALID_RECEIVER, Reasons.KYC_EXPIRED, START + 10, START + 10));
        vm.warp(START + 9);
        send(SENIOR, anna, ben, 1);
    }

    function test_more_than_the_balance_of_the_partition() external {
        refusesTransfer(SENIOR, anna, ben, 1001, no(Status.INSUFFICIENT_BALANCE, Reasons.BALANCE, 1001, 1000));
        refusesTransfer(JUNIOR, anna, ben, 1001, no(Status.INSUFFICIENT_BALANCE, Reasons.BALANCE, 1001, 1000));
        refusesTransfer(
            SENIOR,
            anna,
            ben,
            type(uint256).max,
            no(Status.INSUFFICIENT_BALANCE, Reasons.BALANCE, type(uint256).max, 1000)
        );
        refusesRedeem(JUNIOR, anna, 1001, no(Status.INSUFFICIENT_BALANCE, Reasons.BALANCE, 1001, 1000));
    }

    function test_frozen_units_are_counted_over_all_partitions() external {
        vm.prank(officer);
        token.setFrozenTokens(anna, 1500);
        refusesTransfer(SENIOR, anna, ben, 501, no(Status.LOCKED, Reasons.FROZEN_UNITS, 501, 500));
        refusesRedeem(JUNIOR, anna, 501, no(Status.LOCKED, Reasons.FROZEN_UNITS, 501, 500));
        send(JUNIOR, anna, ben, 500);
        refusesTransfer(SENIOR, anna, ben, 1, no(Status.LOCKED, Reasons.FROZEN_UNITS, 1, 0));
    }

    function test_a_freeze_may_exceed_the_balance() external {
        vm.prank(officer);
        token.setFrozenTokens(anna, 5000);
        refusesTransfer(SENIOR, anna, ben, 1, no(Status.LOCKED, Reasons.FROZEN_UNITS, 1, 0));
        issue(SENIOR, anna, 10);
        refusesTransfer(SENIOR, anna, ben, 1, no(Status.LOCKED, Reasons.FROZEN_UNITS, 1, 0));
    }

    function test_a_lock_up_holds_until_its_second() external {
        PartitionTerms memory changed = terms(SENIOR);
        changed.lockedUntil = START + 100;
        setTerms(changed);
        vm.warp(START + 99);
        refusesTransfer(SENIOR, anna, ben, 1, no(Status.LOCKED, Reasons.LOCKED, START + 99, START + 100));
        refusesRedeem(SENIOR, anna, 1, no(Status.LOCKED, Reasons.LOCKED, START + 99, START + 100));
        issue(SENIOR, ben, 1);
        send(JUNIOR, anna, ben, 1);
        vm.warp(START + 100);
        send(SENIOR, anna, ben, 1);
    }

    function test_an_unknown_receiver() external {
        refusesTransfer(SENIOR, anna, stranger, 1, no(Status.INVALID_RECEIVER, Reasons.RECEIVER_UNKNOWN, 0, 0));
        refusesTransfer(SENIOR, anna, address(0), 1, no(Status.INVALID_RECEIVER, Reasons.RECEIVER_UNKNOWN, 0, 0));
        refusesIssue(SENIOR, stranger, 1, no(Status.INVALID_RECEIVER, Reasons.RECEIVER_UNKNOWN, 0, 0));
    }

    function test_a_country_that_the_partition_does_not_allow() external {
        PartitionTerms memory changed = terms(JUNIOR);
        changed.countryMask = 1 << uint256(FRANCE);
        setTerms(changed);
        refusesTransfer(
            JUNIOR, anna, ben, 1, no(Status.INVALID_RECEIVER, Reasons.COUNTRY, GERMANY, 1 << uint256(FRANCE))
        );
        refusesIssue(JUNIOR, ben, 1, no(Status.INVALID_RECEIVER, Reasons.COUNTRY, GERMANY, 1 << uint256(FRANCE)));
        send(SENIOR, anna, ben, 1);
        vm.prank(officer);
        registry.setProfile(ben, FRANCE, 0);
        send(JUNIOR, anna, ben, 1);
    }

    function test_the_last_country_fits_the_mask() external {
        vm.prank(officer);
        registry.setProfile(ben, 249, 6);
        PartitionTerms memory changed = terms(SENIOR);
        (changed.countryMask, changed.classMask) = (1 << 249, 1 << 6);
        setTerms(changed);
        send(SENIOR, anna, ben, 1);
        refusesTransfer(SENIOR, anna, cleo, 1, no(Status.INVALID_RECEIVER, Reasons.COUNTRY, GERMANY, 1 << 249));
    }

    function test_an_investor_class_that_the_partition_does_not_allow() external {
        PartitionTerms memory changed = terms(SENIOR);
        changed.classMask = 1 << 2 | 1 << 6;
        setTerms(changed);
        refusesTransfer(SENIOR, anna, ben, 1, no(Status.INVALID_RECEIVER, Reasons.CLASS, 0, 68));
        refusesIssue(SENIOR, ben, 1, no(Status.INVALID_RECEIVER, Reasons.CLASS, 0, 68));
        vm.prank(officer);
        registry.setProfile(ben, GERMANY, 6);
        send(SENIOR, anna, ben, 1);
    }

    function test_more_than_authorised() external {
        PartitionTerms memory changed = terms(JUNIOR);
        (changed.authorised, changed.capBps) = (1500, 0);
        setTerms(changed);
        refusesIssue(JUNIOR, ben, 501, no(Status.FAILURE, Reasons.AUTHORISED, 1501, 1500));
        refusesIssue(JUNIOR, ben, type(uint256).max, no(Status.FAILURE, Reasons.AUTHORISED, type(uint256).max, 1500));
        issue(JUNIOR, ben, 500);
    }

    function test_nothing_is_issued_after_the_primary() external {
        vm.prank(issuer);
        token.closePrimary();
        refusesIssue(SENIOR, ben, 1, no(Status.FAILURE, Reasons.NOT_ISSUABLE, 0, 0));
        refusesIssue(JUNIOR, ben, 1, no(Status.FAILURE, Reasons.NOT_ISSUABLE, 0, 0));
        isTrue(!token.isIssuable(), "no longer issuable");
    }

    function test_fifty_thousand_of_a_million_is_accepted_and_one_more_is_not() external {
        refusesIssue(SENIOR, ben, 50_001, no(Status.FAILURE, Reasons.CAP_HOLDER, 50_001, 50_000));
        issue(SENIOR, ben, 50_000);
        refusesTransfer(SENIOR, anna, ben, 1, no(Status.FAILURE, Reasons.CAP_HOLDER, 50_001, 50_000));
        refusesIssue(SENIOR, ben, 1, no(Status.FAILURE, Reasons.CAP_HOLDER, 50_001, 50_000));
    }

    function test_one_owner_too_many() external {
        PartitionTerms memory changed = terms(SENIOR);
        changed.holderLimit = 2;
        setTerms(changed);
        send(SENIOR, anna, ben, 1);
        refusesTransfer(SENIOR, anna, cleo, 1, no(Status.FAILURE, Reasons.HOLDER_COUNT, 3, 2));
        refusesIssue(SENIOR, cleo, 1, no(Status.FAILURE, Reasons.HOLDER_COUNT, 3, 2));
        send(SENIOR, ben, cleo, 1);
        eq(holders(SENIOR), 2, "one left as one entered");
    }

    function test_an_operator_without_authority() external {
        (bytes1 status, bytes32 reason) = token.canOperatorTransferByPartition(stranger, JUNIOR, anna, ben, 1, "");
        eq(bytes32(status), bytes32(Status.INVALID_OPERATOR), "status");
        eq(reason, Reasons.OPERATOR, "reason");
        bytes memory transfer = abi.encodeCall(token.operatorTransferByPartition, (JUNIOR, anna, ben, 1, "", ""));
        refuses(stranger, transfer, no(Status.INVALID_OPERATOR, Reasons.OPERATOR, 0, 0));
        refuses(agent, transfer, no(Status.INVALID_OPERATOR, Reasons.OPERATOR, 0, 0));
        bytes memory redemption = abi.encodeCall(token.operatorRedeemByPartition, (JUNIOR, anna, 1, "", ""));
        refuses(stranger, redemption, no(Status.INVALID_OPERATOR, Reasons.OPERATOR, 0, 0));
    }

    function test_more_than_the_allowance() external {
        vm.prank(anna);
        token.approve(cleo, 9);
        vm.prank(cleo);
        (bytes1 status, bytes32 reason) = token.canTransferFrom(anna, ben, 10, "");
        eq(bytes32(status), bytes32(Status.INSUFFICIENT_ALLOWANCE), "status");
        eq(reason, Reasons.ALLOWANCE, "reason");
        bytes[3] memory inputs = [
            abi.encodeCall(token.transferFrom, (anna, ben, 10)),
            abi.encodeCall(token.transferFromWithData, (anna, ben, 10, "")),
            abi.encodeCall(token.redeemFrom, (anna, 10, ""))
        ];
        for (uint256 i = 0; i < 3; ++i) {
            refuses(cleo, inputs[i], no(Status.INSUFFICIENT_ALLOWANCE, Reasons.ALLOWANCE, 10, 9));
        }
    }

    function test_the_first_of_many_reasons_is_the_one_in_the_list() external {
        vm.startPrank(officer);
        registry.setFrozen(ben, true);
        registry.setValidUntil(ben, START);
        registry.setValidUntil(anna, START);
        registry.setFrozen(anna, true);
        vm.stopPrank();
        vm.startPrank(pauser);
        token.setPartitionPaused(JUNIOR, true);
        token.pause();
        refusesLater(no(Status.HALTED, Reasons.PAUSED, 0, 0));
        token.unpause();
        refusesLater(no(Status.HALTED, Reasons.PARTITION_PAUSED, 0, 0));
        token.setPartitionPaused(JUNIOR, false);
        vm.stopPrank();
        vm.startPrank(officer);
        refusesLater(no(Status.INVALID_SENDER, Reasons.FROZEN, 0, 0));
        registry.setFrozen(anna, false);
        refusesLater(no(Status.INVALID_SENDER, Reasons.KYC_EXPIRED, START, START));
        registry.setValidUntil(anna, VALID_UNTIL);
        token.setFrozenTokens(anna, 2000);
        PartitionTerms memory changed = terms(JUNIOR);
        (changed.lockedUntil, changed.countryMask, changed.classMask, changed.capBps, changed.holderLimit) =
        (START + 1, 0, 0, 1, 1);
        token.setPartitionTerms(changed);
        refusesLater(no(Status.INSUFFICIENT_BALANCE, Reasons.BALANCE, 1001, 1000));
        issueLocked();
        refusesLater(no(Status.LOCKED, Reasons.FROZEN_UNITS, 1001, 10));
        token.setFrozenTokens(anna, 0);
        refusesLater(no(Status.LOCKED, Reasons.LOCKED, START, START + 1));
        changed.lockedUntil = 0;
        token.setPartitionTerms(changed);
        refusesLater(no(Status.INVALID_RECEIVER, Reasons.FROZEN, 0, 0));
        registry.setFrozen(ben, false);
        refusesLater(no(Status.INVALID_RECEIVER, Reasons.KYC_EXPIRED, START, START));
        registry.setValidUntil(ben, VALID_UNTIL);
        refusesLater(no(Status.INVALID_RECEIVER, Reasons.COUNTRY, GERMANY, 0));
        changed.countryMask = ALL_COUNTRIES;
        token.setPartitionTerms(changed);
        refusesLater(no(Status.INVALID_RECEIVER, Reasons.CLASS, 0, 0));
        changed.classMask = 1;
        token.setPartitionTerms(changed);
        refusesLater(no(Status.FAILURE, Reasons.CAP_HOLDER, 1001, 100));
        changed.capBps = 500;
        token.setPartitionTerms(changed);
        refusesLater(no(Status.FAILURE, Reasons.HOLDER_COUNT, 2, 1));
        changed.holderLimit = 2;
        token.setPartitionTerms(changed);
        refusesLater(no(Status.SUCCESS, 0, 0, 0));
    }

    /// @dev Ten more units for Anna while the terms refuse everyone: the terms are opened for the moment.
    function issueLocked() private {
        PartitionTerms memory changed = token.termsOf(JUNIOR);
        token.setPartitionTerms(terms(JUNIOR));
        vm.stopPrank();
        issue(JUNIOR, anna, 10);
        vm.startPrank(officer);
        token.setPartitionTerms(changed);
    }

    function refusesLater(Refusal memory expected) private view {
        (bytes1 status, bytes32 reason, uint256 value, uint256 limit) = token.judgeTransfer(JUNIOR, anna, ben, 1001);
        judged(status, reason, value, limit, expected);
    }
}
