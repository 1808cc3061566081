// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC20} from "../src/interfaces/IERC20.sol";
import {IERC1410, IERC1594} from "../src/interfaces/IERC1400.sol";
import {RoleBook} from "../src/RoleBook.sol";
import {PartitionTerms, TokenState} from "../src/token/TokenState.sol";
import {Reasons, Status} from "../src/token/Reasons.sol";
import {Suite} from "./Suite.sol";

/// @title Issue, transfer and redeem, on every path, with their events and what they do to supply and counts.
contract TokenMovesTest is Suite {
    address private operator = account("operator");

    function setUp() public override {
        super.setUp();
        issue(SENIOR, anna, 1000);
        issue(JUNIOR, anna, 500);
    }

    function test_the_token_describes_itself() external view {
        eq(keccak256(bytes(token.name())), keccak256("Pool One"), "name");
        eq(keccak256(bytes(token.symbol())), keccak256("POOL1"), "symbol");
        eq(token.decimals(), 0, "decimals");
        eq(token.registry(), address(registry), "registry");
        eq(token.defaultPartition(), SENIOR, "default partition");
        bytes32[] memory all = token.partitions();
        eq(all.length, 2, "partitions");
        eq(all[0], SENIOR, "first");
        eq(all[1], JUNIOR, "second");
    }

    function test_balance_and_supply_are_the_sums_over_partitions() external view {
        eq(token.balanceOf(anna), 1500, "balance");
        eq(token.totalSupply(), 1500, "supply");
        eq(token.totalSupplyByPartition(SENIOR), 1000, "senior supply");
        eq(token.totalSupplyByPartition(JUNIOR), 500, "junior supply");
        eq(token.partitionsOf(anna).length, 2, "held");
        eq(token.partitionsOf(ben).length, 0, "held by nobody");
    }

    function test_issuing_tells_erc20_and_the_standard_that_was_called() external {
        vm.expectEmit(address(token));
        emit IERC20.Transfer(address(0), ben, 9);
        vm.expectEmit(address(token));
        emit IERC1410.IssuedByPartition(JUNIOR, ben, 9, "note");
        vm.prank(issuer);
        token.issueByPartition(JUNIOR, ben, 9, "note");
        vm.expectEmit(address(token));
        emit IERC20.Transfer(address(0), ben, 7);
        vm.expectEmit(address(token));
        emit IERC1594.Issued(issuer, ben, 7, "note");
        vm.prank(issuer);
        token.issue(ben, 7, "note");
        eq(held(SENIOR, ben), 7, "units");
        eq(holders(SENIOR), 2, "holders");
    }

    function test_a_batch_is_issued_once() external {
        address[] memory to = new address[](3);
        uint256[] memory sizes = new uint256[](3);
        (to[0], to[1], to[2]) = (ben, cleo, ben);
        (sizes[0], sizes[1], sizes[2]) = (10, 20, 5);
        vm.expectEmit(address(token));
        emit TokenState.OperationDone("op");
        vm.prank(issuer);
        token.issueBatch("op", JUNIOR, to, sizes);
        eq(held(JUNIOR, ben), 15, "ben");
        eq(held(JUNIOR, cleo), 20, "cleo");
        eq(token.totalSupplyByPartition(JUNIOR), 535, "supply");
        eq(holders(JUNIOR), 3, "holders");
        isTrue(token.isConsumed("op"), "consumed");
        vm.expectRevert(abi.encodeWithSelector(TokenState.OperationConsumed.selector, bytes32("op")));
        vm.prank(issuer);
        token.issueBatch("op", JUNIOR, to, sizes);
    }

    function test_a_batch_with_one_refusal_issues_nothing_and_keeps_its_id() external {
        address[] memory to = new address[](2);
        uint256[] memory sizes = new uint256[](2);
        (to[0], to[1]) = (ben, stranger);
        (sizes[0], sizes[1]) = (10, 20);
        bytes memory input = abi.encodeCall(token.issueBatch, ("op", JUNIOR, to, sizes));
        refuses(issuer, input, no(Status.INVALID_RECEIVER, Reasons.RECEIVER_UNKNOWN, 0, 0));
        eq(held(JUNIOR, ben), 0, "nothing issued");
        isTrue(!token.isConsumed("op"), "may be tried again");
    }

    function test_a_batch_of_unequal_lists_is_refused() external {
        vm.expectRevert(abi.encodeWithSelector(TokenState.LengthMismatch.selector, 2, 1));
        vm.prank(issuer);
        token.issueBatch("op", JUNIOR, new address[](2), new uint256[](1));
    }

    function test_only_the_issuer_issues() external {
        bytes[3] memory inputs = [
            abi.encodeCall(token.issue, (ben, 1, "")),
            abi.encodeCall(token.issueByPartition, (JUNIOR, ben, 1, "")),
            abi.encodeCall(token.issueBatch, ("op", JUNIOR, new address[](0), new uint256[](0)))
        ];
        for (uint256 i = 0; i < inputs.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(RoleBook.MissingRole.selector, agent, ISSUER));
            vm.prank(agent);
            (bool ok,) = address(token).call(inputs[i]);
            isTrue(ok, "refused");
        }
    }

    function test_the_erc20_path_moves_the_default_partition_alone() external {
        vm.expectEmit(address(token));
        emit IERC20.Transfer(anna, ben, 300);
        vm.prank(anna);
        isTrue(token.transfer(ben, 300), "returns true");
        eq(held(SENIOR, anna), 700, "senior left");
        eq(held(SENIOR, ben), 300, "senior arrived");
        eq(held(JUNIOR, anna), 500, "junior untouched");
        eq(held(JUNIOR, ben), 0, "junior untouched");
    }

    function test_the_erc20_path_never_reaches_a_restricted_partition() external {
        vm.prank(anna);
        token.transfer(ben, 1000);
        refusesTransfer(SENIOR, anna, ben, 1, no(Status.INSUFFICIENT_BALANCE, Reasons.BALANCE, 1, 0));
        eq(token.balanceOf(anna), 500, "the junior units are still hers");
    }

    function test_a_transfer_in_a_partition_answers_with_the_partition() external {
        vm.expectEmit(address(token));
        emit IERC20.Transfer(anna, ben, 20);
        vm.expectEmit(address(token));
        emit IERC1410.TransferByPartition(JUNIOR, anna, anna, ben, 20, "why", "");
        vm.prank(anna);
        eq(token.transferByPartition(JUNIOR, ben, 20, "why"), JUNIOR, "partition");
        eq(held(JUNIOR, anna), 480, "left");
        eq(held(JUNIOR, ben), 20, "arrived");
        eq(held(SENIOR, ben), 0, "senior untouched");
    }

    function test_a_transfer_to_oneself_changes_nothing() external {
        send(SENIOR, anna, anna, 1000);
        send(JUNIOR, anna, anna, 500);
        eq(held(SENIOR, anna), 1000, "senior");
        eq(held(JUNIOR, anna), 500, "junior");
        eq(holders(SENIOR), 1, "holders");
    }

    function test_nothing_can_be_moved_without_changing_the_count() external {
        send(SENIOR, anna, ben, 0);
        eq(holders(SENIOR), 1, "holders");
        eq(held(SENIOR, ben), 0, "units");
    }

    function test_an_allowance_is_spent_on_every_path() external {
        vm.expectEmit(address(token));
        emit IERC20.Approval(anna, operator, 30);
        vm.prank(anna);
        token.approve(operator, 30);
        vm.startPrank(operator);
        isTrue(token.transferFrom(anna, ben, 10), "returns true");
        eq(token.allowance(anna, operator), 20, "after transferFrom");
        vm.expectEmit(address(token));
        emit IERC1410.TransferByPartition(SENIOR, operator, anna, ben, 5, "d", "");
        token.transferFromWithData(anna, ben, 5, "d");
        eq(token.allowance(anna, operator), 15, "after transferFromWithData");
        vm.expectEmit(address(token));
        emit IERC1594.Redeemed(operator, anna, 15, "r");
        token.redeemFrom(anna, 15, "r");
        eq(token.allowance(anna, operator), 0, "after redeemFrom");
        vm.stopPrank();
        eq(held(SENIOR, anna), 970, "left");
        eq(token.totalSupply(), 1485, "supply");
    }

    function test_the_largest_allowance_is_without_limit() external {
        vm.prank(anna);
        token.approve(operator, type(uint256).max);
        vm.prank(operator);
        token.transferFrom(anna, ben, 10);
        eq(token.allowance(anna, operator), type(uint256).max, "not counted down");
    }

    function test_an_allowance_gives_no_power_in_other_partitions() external {
        vm.prank(anna);
        token.approve(operator, type(uint256).max);
        bytes memory input = abi.encodeCall(token.operatorTransferByPartition, (JUNIOR, anna, ben, 1, "", ""));
        refuses(operator, input, no(Status.INVALID_OPERATOR, Reasons.OPERATOR, 0, 0));
    }

    function test_an_operator_of_one_partition() external {
        vm.expectEmit(address(token));
        emit IERC1410.AuthorizedOperatorByPartition(JUNIOR, operator, anna);
        vm.prank(anna);
        token.authorizeOperatorByPartition(JUNIOR, operator);
        isTrue(token.isOperatorForPartition(JUNIOR, operator, anna), "junior");
        isTrue(!token.isOperatorForPartition(SENIOR, operator, anna), "senior");
        isTrue(!token.isOperator(operator, anna), "whole");
        vm.startPrank(operator);
        vm.expectEmit(address(token));
        emit IERC1410.TransferByPartition(JUNIOR, operator, anna, ben, 5, "a", "b");
        eq(token.operatorTransferByPartition(JUNIOR, anna, ben, 5, "a", "b"), JUNIOR, "partition");
        vm.expectEmit(address(token));
        emit IERC1410.RedeemedByPartition(JUNIOR, operator, anna, 5, "a", "b");
        token.operatorRedeemByPartition(JUNIOR, anna, 5, "a", "b");
        vm.stopPrank();
        eq(held(JUNIOR, anna), 490, "left");
        vm.expectEmit(address(token));
        emit IERC1410.RevokedOperatorByPartition(JUNIOR, operator, anna);
        vm.prank(anna);
        token.revokeOperatorByPartition(JUNIOR, operator);
        bytes memory input = abi.encodeCall(token.operatorTransferByPartition, (JUNIOR, anna, ben, 1, "", ""));
        refuses(operator, input, no(Status.INVALID_OPERATOR, Reasons.OPERATOR, 0, 0));
    }

    function test_an_operator_of_all_partitions() external {
        vm.expectEmit(address(token));
        emit IERC1410.AuthorizedOperator(operator, anna);
        vm.prank(anna);
        token.authorizeOperator(operator);
        isTrue(token.isOperator(operator, anna), "whole");
        isTrue(token.isOperatorForPartition(JUNIOR, operator, anna), "junior");
        isTrue(!token.isOperator(operator, ben), "of nobody else");
        isTrue(token.isOperator(anna, anna), "of oneself");
        vm.prank(operator);
        token.operatorTransferByPartition(SENIOR, anna, ben, 5, "", "");
        vm.expectEmit(address(token));
        emit IERC1410.RevokedOperator(operator, anna);
        vm.prank(anna);
        token.revokeOperator(operator);
        isTrue(!token.isOperator(operator, anna), "revoked");
    }

    function test_an_operator_is_bound_by_every_rule_of_the_holder() external {
        vm.prank(anna);
        token.authorizeOperator(operator);
        bytes memory transfer = abi.encodeCall(token.operatorTransferByPartition, (JUNIOR, anna, ben, 1, "", ""));
        vm.prank(officer);
        token.setWalletFrozen(anna, true);
        refuses(operator, transfer, no(Status.INVALID_SENDER, Reasons.FROZEN, 0, 0));
        vm.prank(officer);
        token.setWalletFrozen(anna, false);
        vm.prank(pauser);
        token.pause();
        refuses(operator, transfer, no(Status.HALTED, Reasons.PAUSED, 0, 0));
        vm.prank(pauser);
        token.unpause();
        bytes memory past = abi.encodeCall(token.operatorTransferByPartition, (JUNIOR, anna, stranger, 1, "", ""));
        refuses(operator, past, no(Status.INVALID_RECEIVER, Reasons.RECEIVER_UNKNOWN, 0, 0));
    }

    function test_redeeming_lowers_supply_and_count() external {
        vm.expectEmit(address(token));
        emit IERC20.Transfer(anna, address(0), 1000);
        vm.expectEmit(address(token));
        emit IERC1594.Redeemed(anna, anna, 1000, "bye");
        vm.prank(anna);
        token.redeem(1000, "bye");
        eq(token.totalSupplyByPartition(SENIOR), 0, "supply");
        eq(holders(SENIOR), 0, "holders");
        eq(token.partitionsOf(anna).length, 1, "only junior is left");
        eq(token.partitionsOf(anna)[0], JUNIOR, "junior");
    }

    function testFuzz_units_are_neither_made_nor_lost(uint256 first, uint256 second, bool junior) external {
        bytes32 partition = junior ? JUNIOR : SENIOR;
        uint256 balance = held(partition, anna);
        first = bound(first, 0, balance);
        send(partition, anna, ben, first);
        second = bound(second, 0, first);
        send(partition, ben, cleo, second);
        eq(held(partition, anna), balance - first, "anna");
        eq(held(partition, ben), first - second, "ben");
        eq(held(partition, cleo), second, "cleo");
        eq(token.totalSupplyByPartition(partition), balance, "supply");
        uint256 count = (first == balance ? 0 : 1) + (first == second ? 0 : 1) + (second == 0 ? 0 : 1);
        eq(holders(partition), count, "holders");
    }
}
