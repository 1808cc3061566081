// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC20} from "../src/interfaces/IERC20.sol";
import {IERC1410} from "../src/interfaces/IERC1400.sol";
import {TokenState} from "../src/token/TokenState.sol";
import {Reasons, Status} from "../src/token/Reasons.sol";
import {Suite} from "./Suite.sol";

/// @title Transfers to many, which are the same as one after the other; and locks of a wallet.
contract TokenBatchesTest is Suite {
    address[] private to = [ben, cleo, ben, anna];
    uint256[] private units = [10, 20, 30, 40];

    function setUp() public override {
        super.setUp();
        issue(SENIOR, anna, 1000);
        issue(JUNIOR, anna, 60);
    }

    function test_a_batch_moves_what_single_transfers_would() external {
        batch("op", SENIOR);
        eq(held(SENIOR, anna), 940, "left");
        eq(held(SENIOR, ben), 40, "twice");
        eq(held(SENIOR, cleo), 20, "once");
        eq(holders(SENIOR), 3, "holders");
    }

    function test_a_batch_that_gives_up_the_last_units_counts_its_sender_out() external {
        vm.expectEmit(address(token));
        emit IERC20.Transfer(anna, ben, 10);
        vm.expectEmit(address(token));
        emit IERC1410.TransferByPartition(JUNIOR, anna, anna, ben, 10, "", "");
        (to, units) = (list(ben, cleo), sizes(10, 50));
        batch("op", JUNIOR);
        eq(held(JUNIOR, anna), 0, "nothing left");
        eq(holders(JUNIOR), 2, "ben and cleo");
    }

    function test_a_batch_cannot_spend_more_than_there_is_and_reverts_whole() external {
        (to, units) = (list(ben, cleo), sizes(600, 401));
        bytes memory input = abi.encodeCall(token.transferBatch, ("op", SENIOR, to, units));
        refuses(anna, input, no(Status.INSUFFICIENT_BALANCE, Reasons.BALANCE, 401, 400));
        eq(held(SENIOR, ben), 0, "nothing moved");
    }

    function test_frozen_units_count_what_the_batch_has_already_sent() external {
        vm.prank(officer);
        token.setFrozenTokens(anna, 900);
        (to, units) = (list(ben, cleo), sizes(100, 61));
        bytes memory input = abi.encodeCall(token.transferBatch, ("op", SENIOR, to, units));
        refuses(anna, input, no(Status.LOCKED, Reasons.FROZEN_UNITS, 61, 60));
        units = sizes(100, 60);
        batch("op", SENIOR);
        eq(held(SENIOR, cleo), 60, "just so many");
    }

    function test_the_cap_counts_what_the_batch_has_already_brought() external {
        issue(SENIOR, anna, 49_000);
        (to, units) = (list(ben, ben), sizes(30_000, 20_000));
        batch("op", SENIOR);
        eq(held(SENIOR, ben), 50_000, "the cap");
        issue(SENIOR, anna, 2);
        (to, units) = (list(cleo, ben), sizes(1, 1));
        bytes memory input = abi.encodeCall(token.transferBatch, ("op2", SENIOR, to, units));
        refuses(anna, input, no(Status.FAILURE, Reasons.CAP_HOLDER, 50_001, 50_000));
    }

    function test_an_operation_id_is_its_callers_own_and_works_once() external {
        issue(SENIOR, cleo, 100);
        batch("op", SENIOR);
        bytes32 used = keccak256(abi.encode(anna, bytes32("op")));
        vm.expectRevert(abi.encodeWithSelector(TokenState.OperationConsumed.selector, used));
        vm.prank(anna);
        token.transferBatch("op", SENIOR, to, units);
        vm.prank(cleo);
        token.transferBatch("op", SENIOR, list(ben, ben), sizes(1, 1));
        eq(held(SENIOR, ben), 42, "cleo's own");
    }

    function test_lists_of_unequal_length_are_refused() external {
        vm.expectRevert(abi.encodeWithSelector(TokenState.LengthMismatch.selector, 4, 1));
        vm.prank(anna);
        token.transferBatch("op", SENIOR, to, new uint256[](1));
    }

    function test_a_batch_keeps_the_record_of_everyone_in_it() external {
        vm.prank(issuer);
        token.scheduleRecordDate(START + 1);
        vm.warp(START + 1);
        batch("op", SENIOR);
        eq(token.balanceOfByPartitionAt(SENIOR, anna, 1), 1000, "anna's");
        eq(token.balanceOfByPartitionAt(SENIOR, ben, 1), 0, "ben's");
        eq(token.totalSupplyByPartitionAt(SENIOR, 1), 1000, "supply");
    }

    function test_a_locked_wallet_receives_and_is_free_from_the_second_on() external {
        vm.prank(officer);
        token.setWalletLock(anna, START + 10);
        eq(token.walletLock(anna), START + 10, "set");
        refusesTransfer(SENIOR, anna, ben, 1, no(Status.LOCKED, Reasons.LOCKED_HOLDER, START, START + 10));
        refusesTransfer(JUNIOR, anna, ben, 1, no(Status.LOCKED, Reasons.LOCKED_HOLDER, START, START + 10));
        bytes memory redemption = abi.encodeCall(token.redeem, (1, ""));
        refuses(anna, redemption, no(Status.LOCKED, Reasons.LOCKED_HOLDER, START, START + 10));
        issue(SENIOR, anna, 1);
        vm.warp(START + 10);
        send(SENIOR, anna, ben, 1);
        eq(held(SENIOR, anna), 1000, "units survive the lock");
    }

    function batch(bytes32 operationId, bytes32 partition) private {
        vm.prank(anna);
        token.transferBatch(operationId, partition, to, units);
    }

    function list(address first, address second) private pure returns (address[] memory both) {
        both = new address[](2);
        (both[0], both[1]) = (first, second);
    }

    function sizes(uint256 first, uint256 second) private pure returns (uint256[] memory both) {
        both = new uint256[](2);
        (both[0], both[1]) = (first, second);
    }
}
