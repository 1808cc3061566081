// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {RoleBook} from "../src/RoleBook.sol";
import {Reasons, Status} from "../src/token/Reasons.sol";
import {CallBatch} from "../src/CallBatch.sol";
import {TokenState} from "../src/token/TokenState.sol";
import {IGateway} from "./IGateway.sol";
import {Suite} from "./Suite.sol";

/// @title Batches of any calls: all or nothing, or without those that are refused.
contract TokenCallsTest is Suite {
    IGateway private gateway;
    bytes[] private calls;

    function setUp() public override {
        super.setUp();
        gateway = IGateway(address(token));
    }

    function test_one_bad_entry_reverts_all() external {
        issues();
        refuses(
            issuer,
            abi.encodeCall(gateway.batch, ("op", calls, false)),
            no(Status.INVALID_RECEIVER, Reasons.RECEIVER_UNKNOWN, 0, 0)
        );
        eq(held(SENIOR, anna), 0, "nothing");
        isTrue(!token.isConsumed(mine(issuer, "op")), "and the operation can be tried again");
    }

    function test_or_is_skipped_and_told() external {
        issues();
        bytes memory refusal = abi.encodeWithSelector(
            TokenState.TransferRefused.selector, Status.INVALID_RECEIVER, Reasons.RECEIVER_UNKNOWN, 0, 0
        );
        vm.expectEmit(address(token));
        emit CallBatch.CallSkipped("op", 1, refusal);
        vm.prank(issuer);
        gateway.batch("op", calls, true);
        eq(held(SENIOR, anna), 100, "the first");
        eq(held(JUNIOR, ben), 300, "and the third");
        eq(holders(SENIOR), 1, "counted");
    }

    function test_an_operation_works_once_and_another_s_does_not_use_it_up() external {
        issues();
        vm.prank(anna);
        gateway.batch("op", new bytes[](0), true);
        vm.startPrank(issuer);
        gateway.batch("op", calls, true);
        vm.expectRevert(abi.encodeWithSelector(TokenState.OperationConsumed.selector, mine(issuer, "op")));
        gateway.batch("op", calls, true);
        vm.stopPrank();
        eq(held(SENIOR, anna), 100, "once");
    }

    function test_everything_is_done_by_the_sender_s_own_right() external {
        issues();
        vm.expectRevert(abi.encodeWithSelector(RoleBook.MissingRole.selector, stranger, ISSUER));
        vm.prank(stranger);
        gateway.batch("op", calls, false);
        issue(SENIOR, anna, 10);
        delete calls;
        calls.push(abi.encodeCall(token.transfer, (ben, 4)));
        calls.push(abi.encodeCall(token.transferByPartition, (SENIOR, cleo, 5, "")));
        calls.push(abi.encodeCall(token.transfer, (ben, 2)));
        vm.prank(anna);
        gateway.batch("op", calls, true);
        eq(held(SENIOR, ben), 4, "sent");
        eq(held(SENIOR, cleo), 5, "sent too");
        eq(held(SENIOR, anna), 1, "the third was too much");
        calls.push(abi.encodeCall(token.grantRoles, (anna, 31)));
        vm.prank(anna);
        gateway.batch("op2", calls, true);
        eq(token.rolesOf(anna), 0, "no role by the way");
    }

    function test_what_fails_without_a_word_is_never_skipped() external {
        calls.push(hex"deadbeef");
        vm.expectRevert(abi.encodeWithSelector(CallBatch.EmptyRevert.selector, 0));
        gateway.batch("op", calls, true);
    }

    function test_freezes_of_many() external {
        address[] memory accounts = new address[](2);
        (accounts[0], accounts[1]) = (anna, ben);
        vm.expectRevert(abi.encodeWithSelector(RoleBook.MissingRole.selector, issuer, COMPLIANCE));
        vm.prank(issuer);
        gateway.setWalletsFrozen("op", accounts, true);
        vm.startPrank(officer);
        gateway.setWalletsFrozen("op", accounts, true);
        isTrue(token.isWalletFrozen(anna) && token.isWalletFrozen(ben), "frozen");
        vm.expectRevert(abi.encodeWithSelector(TokenState.OperationConsumed.selector, bytes32("op")));
        gateway.setWalletsFrozen("op", accounts, false);
        gateway.setWalletsFrozen("op2", accounts, false);
        isTrue(!token.isWalletFrozen(anna) && !token.isWalletFrozen(ben), "free");
        vm.stopPrank();
    }

    function test_gas() external {
        address[] memory accounts = new address[](100);
        for (uint256 i = 0; i < 100; ++i) {
            accounts[i] = account(string.concat("holder ", vm.toString(i)));
            register(accounts[i], uint64(100 + i));
        }
        vm.startPrank(officer);
        token.admit(accounts);
        gateway.setWalletsFrozen("op", accounts, true);
        noted("Desk", "freeze a batch of 100");
        gateway.setWalletsFrozen("op2", accounts, false);
        vm.stopPrank();
        for (uint256 i = 0; i < 100; ++i) {
            calls.push(abi.encodeCall(token.issue, (accounts[i], 100, "")));
        }
        vm.prank(issuer);
        gateway.batch("op3", calls, true);
        noted("Desk", "issue to 100 new holders, skipping those refused");
    }

    function issues() private {
        calls.push(abi.encodeCall(token.issue, (anna, 100, "")));
        calls.push(abi.encodeCall(token.issue, (stranger, 200, "")));
        calls.push(abi.encodeCall(token.issueByPartition, (JUNIOR, ben, 300, "")));
    }

    function mine(address sender, bytes32 operationId) private pure returns (bytes32) {
        return keccak256(abi.encode(sender, operationId));
    }
}
