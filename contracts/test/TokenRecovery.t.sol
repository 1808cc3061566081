// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC20} from "../src/interfaces/IERC20.sol";
import {IERC1410} from "../src/interfaces/IERC1400.sol";
import {RoleBook} from "../src/RoleBook.sol";
import {Reasons, Status} from "../src/token/Reasons.sol";
import {Hold, TokenHolds} from "../src/token/TokenHolds.sol";
import {TokenRecovery} from "../src/token/TokenRecovery.sol";
import {TokenState} from "../src/token/TokenState.sol";
import {Suite} from "./Suite.sol";

/// @title Anna loses her wallet; all that it had is in her new one, and the lost one never acts again.
contract TokenRecoveryTest is Suite {
    address private fresh = account("anna's new wallet");
    address private notary = account("notary");
    Hold private hold;

    function setUp() public override {
        super.setUp();
        issue(SENIOR, anna, 1000);
        issue(JUNIOR, anna, 500);
        hold = Hold(SENIOR, anna, ben, notary, 300, START + 30 days, 0, "1");
        addWallet(anna, fresh);
    }

    function test_a_dry_run_of_nothing_by_force_from_a_lost_wallet_says_what_the_call_does() external {
        vm.prank(anna);
        token.createHold(hold);
        recover(anna, fresh);
        (bytes1 status,,,) = token.judgeForcedTransfer(SENIOR, anna, ben, 0);
        isTrue(status == Status.SUCCESS, "allowed");
        vm.prank(agent);
        token.forcedTransfer(anna, ben, 0);
    }

    function test_everything_moves_and_nothing_is_counted_twice() external {
        vm.prank(issuer);
        token.scheduleRecordDate(START + 1);
        vm.startPrank(officer);
        token.setFrozenTokens(anna, 40);
        token.setWalletLock(anna, START + 99);
        vm.stopPrank();
        vm.startPrank(anna);
        token.createHold(hold);
        hold.partition = JUNIOR;
        token.createHold(hold);
        vm.stopPrank();
        vm.warp(START + 2);
        vm.expectEmit(address(token));
        emit IERC20.Transfer(anna, fresh, 1000);
        vm.expectEmit(address(token));
        emit IERC20.Transfer(anna, fresh, 500);
        vm.expectEmit(address(token));
        emit IERC1410.TransferByPartition(JUNIOR, agent, anna, fresh, 500, "case 9", "");
        vm.expectEmit(address(token));
        emit TokenRecovery.WalletRecovered(anna, fresh, agent, "case 9");
        recover(anna, fresh);
        isMoved(SENIOR, 1000, 300);
        isMoved(JUNIOR, 500, 300);
        eq(token.balanceOf(anna), 0, "nothing left");
        eq(token.getFrozenTokens(anna), 0, "nothing frozen there");
        eq(token.getFrozenTokens(fresh), 40, "frozen here");
        eq(token.walletLock(anna), 0, "no lock there");
        eq(token.walletLock(fresh), START + 99, "locked here");
        eq(token.currentWalletOf(anna), fresh, "who is paid for a record date");
        eq(token.currentWalletOf(fresh), fresh, "itself");
        eq(token.balanceOfByPartitionAt(SENIOR, anna, 1), 1000, "the record shows who held it then");
        eq(token.balanceOfByPartitionAt(SENIOR, fresh, 1), 0, "and who did not");
    }

    function test_a_hold_of_the_lost_wallet_is_executed_from_the_new_one() external {
        vm.prank(anna);
        token.createHold(hold);
        recover(anna, fresh);
        refusesTransfer(SENIOR, fresh, ben, 701, no(Status.LOCKED, Reasons.HELD_UNITS, 701, 700));
        vm.prank(notary);
        token.executeHold(hold, ben, 100);
        eq(held(SENIOR, ben), 100, "delivered");
        isMoved(SENIOR, 900, 200);
        vm.prank(notary);
        token.releaseHold(hold);
        isMoved(SENIOR, 900, 0);
        send(SENIOR, fresh, ben, 900);
    }

    function test_a_lost_recipient_is_delivered_to_its_new_wallet() external {
        (hold.holder, hold.recipient) = (ben, anna);
        issue(SENIOR, ben, 300);
        vm.prank(ben);
        token.createHold(hold);
        recover(anna, fresh);
        vm.prank(notary);
        token.executeHold(hold, anna, 300);
        isMoved(SENIOR, 1300, 0);
    }

    function test_a_lost_notary_decides_no_more_and_its_new_wallet_does() external {
        (hold.holder, hold.recipient, hold.notary) = (ben, cleo, anna);
        issue(SENIOR, ben, 300);
        vm.prank(ben);
        token.createHold(hold);
        recover(anna, fresh);
        vm.expectRevert(abi.encodeWithSelector(TokenHolds.NotTheNotary.selector, anna));
        vm.prank(anna);
        token.executeHold(hold, cleo, 300);
        refuses(
            anna, abi.encodeCall(token.releaseHold, (hold)), no(Status.INVALID_OPERATOR, Reasons.RECOVERED, 0, 0)
        );
        vm.prank(fresh);
        token.executeHold(hold, cleo, 300);
        eq(held(SENIOR, cleo), 300, "delivered");
    }

    function test_the_old_wallet_can_never_act_again() external {
        recover(anna, fresh);
        Refusal memory sender = no(Status.INVALID_SENDER, Reasons.FROZEN, 0, 0);
        refusesTransfer(SENIOR, anna, ben, 0, sender);
        refuses(anna, abi.encodeCall(token.redeem, (0, "")), sender);
        refuses(anna, abi.encodeCall(token.createHold, (hold)), no(Status.INVALID_OPERATOR, Reasons.RECOVERED, 0, 0));
        Refusal memory receiver = no(Status.INVALID_RECEIVER, Reasons.FROZEN, 0, 0);
        refusesTransfer(SENIOR, fresh, anna, 1, receiver);
        refuses(issuer, abi.encodeCall(token.issue, (anna, 1, "")), receiver);
        refuses(agent, abi.encodeCall(token.controllerTransfer, (fresh, anna, 1, "", "")), receiver);
        vm.startPrank(officer);
        token.setWalletFrozen(anna, false);
        registry.setFrozen(anna, false);
        registry.setValidUntil(anna, VALID_UNTIL + 1);
        vm.expectRevert(abi.encodeWithSelector(TokenState.WalletIsRecovered.selector, anna));
        token.setFrozenTokens(anna, 1);
        vm.stopPrank();
        refusesTransfer(SENIOR, anna, ben, 0, sender);
        isTrue(!token.canSend(anna) && !token.canReceive(anna), "dead");
        eq(token.currentWalletOf(anna), fresh, "still");
    }

    function test_it_goes_to_another_wallet_of_the_same_owner_and_to_nobody_else() external {
        refusesRecovery(anna, ben, abi.encodeWithSelector(TokenRecovery.NotOneOwner.selector, anna, ben));
        refusesRecovery(anna, anna, abi.encodeWithSelector(TokenRecovery.NotOneOwner.selector, anna, anna));
        refusesRecovery(anna, stranger, abi.encodeWithSelector(TokenRecovery.NotOneOwner.selector, anna, stranger));
        address other = account("another unknown");
        refusesRecovery(stranger, other, abi.encodeWithSelector(TokenRecovery.NotOneOwner.selector, stranger, other));
    }

    function test_it_goes_to_no_wallet_that_is_removed_or_lost_itself() external {
        address third = account("third");
        addWallet(anna, third);
        recover(fresh, third);
        bytes memory unusable = abi.encodeWithSelector(TokenRecovery.ReplacementUnusable.selector, fresh);
        refusesRecovery(anna, fresh, unusable);
        refusesRecovery(fresh, third, abi.encodeWithSelector(TokenState.WalletIsRecovered.selector, fresh));
        vm.prank(officer);
        registry.removeWallet(third);
        refusesRecovery(anna, third, abi.encodeWithSelector(TokenRecovery.ReplacementUnusable.selector, third));
    }

    function test_a_wallet_lost_twice_leads_to_the_last() external {
        address third = account("third");
        addWallet(anna, third);
        vm.prank(anna);
        token.createHold(hold);
        recover(anna, fresh);
        recover(fresh, third);
        eq(token.currentWalletOf(anna), third, "two steps");
        vm.prank(notary);
        token.executeHold(hold, ben, 300);
        eq(held(SENIOR, third), 700, "from the last");
    }

    function test_a_removed_or_expired_wallet_can_be_recovered() external {
        vm.prank(officer);
        registry.removeWallet(anna);
        vm.warp(VALID_UNTIL + 1);
        recover(anna, fresh);
        isMoved(SENIOR, 1000, 0);
        refusesTransfer(
            SENIOR, fresh, ben, 1, no(Status.INVALID_SENDER, Reasons.KYC_EXPIRED, VALID_UNTIL + 1, VALID_UNTIL)
        );
    }

    function test_a_freeze_is_not_shaken_off() external {
        vm.prank(officer);
        token.setWalletFrozen(anna, true);
        recover(anna, fresh);
        refusesTransfer(SENIOR, fresh, ben, 1, no(Status.INVALID_SENDER, Reasons.FROZEN, 0, 0));
    }

    function test_what_the_new_wallet_had_stays_and_adds_up() external {
        issue(SENIOR, fresh, 70);
        vm.startPrank(officer);
        token.setFrozenTokens(anna, 40);
        token.setFrozenTokens(fresh, 2);
        token.setWalletLock(anna, START + 5);
        token.setWalletLock(fresh, START + 6);
        vm.stopPrank();
        eq(holders(SENIOR), 1, "one owner");
        (hold.holder, hold.units) = (fresh, 20);
        vm.prank(fresh);
        token.createHold(hold);
        recover(anna, fresh);
        isMoved(SENIOR, 1070, 20);
        eq(token.getFrozenTokens(fresh), 42, "both freezes");
        eq(token.walletLock(fresh), START + 6, "the later lock");
        eq(holders(SENIOR), 1, "still one owner");
        eq(token.totalSupply(), 1570, "supply");
    }

    function test_freezes_beyond_all_measure_add_up_to_the_largest() external {
        uint256 max = (1 << 192) - 1;
        vm.startPrank(officer);
        vm.expectRevert(abi.encodeWithSelector(TokenState.TermOutOfRange.selector, bytes32("frozen"), max + 1, max));
        token.setFrozenTokens(anna, max + 1);
        token.setFrozenTokens(anna, max);
        token.setFrozenTokens(fresh, max);
        vm.stopPrank();
        recover(anna, fresh);
        eq(token.getFrozenTokens(fresh), max, "all there can be");
    }

    function test_only_the_agent_recovers_and_only_while_there_is_control() external {
        vm.expectRevert(abi.encodeWithSelector(RoleBook.MissingRole.selector, issuer, TRANSFER_AGENT));
        vm.prank(issuer);
        token.recoverWallet(anna, fresh, "");
        vm.prank(admin);
        token.renounceControl();
        refuses(
            agent,
            abi.encodeCall(token.recoverWallet, (anna, fresh, "")),
            no(Status.FAILURE, Reasons.NOT_CONTROLLABLE, 0, 0)
        );
    }

    function test_a_token_without_copies_recovers_too() external {
        token = bare(create("SecurityTokenBackOffice", ""));
        issue(SENIOR, anna, 1000);
        issue(JUNIOR, anna, 500);
        recover(anna, fresh);
        isMoved(SENIOR, 1000, 0);
        refusesTransfer(SENIOR, fresh, anna, 1, no(Status.INVALID_RECEIVER, Reasons.FROZEN, 0, 0));
        send(SENIOR, fresh, ben, 1000);
        eq(holders(SENIOR), 1, "counted");
    }

    function test_gas() external {
        address[] memory wallets = new address[](1);
        wallets[0] = fresh;
        vm.startPrank(officer);
        token.admit(wallets);
        token.setFrozenTokens(anna, 40);
        token.setWalletLock(anna, START + 99);
        vm.stopPrank();
        vm.prank(anna);
        token.createHold(hold);
        recover(anna, fresh);
        noted("Desk", "wallet recovery: units in two partitions, frozen, held, locked");
    }

    function test_gas_in_one_partition() external {
        recoverInOnePartition();
        noted("Desk", "wallet recovery: a token's first, units in one partition, frozen, held, locked");
    }

    function test_gas_in_a_token_that_had_a_recovery_before() external {
        address another = account("cleo's new wallet");
        addWallet(cleo, another);
        recover(cleo, another);
        recoverInOnePartition();
        noted("Desk", "wallet recovery: units in one partition, frozen, held, locked");
    }

    function recoverInOnePartition() private {
        vm.prank(anna);
        token.redeemByPartition(JUNIOR, 500, "");
        address[] memory wallets = new address[](1);
        wallets[0] = fresh;
        vm.startPrank(officer);
        token.admit(wallets);
        token.setFrozenTokens(anna, 40);
        token.setWalletLock(anna, START + 99);
        vm.stopPrank();
        vm.prank(anna);
        token.createHold(hold);
        recover(anna, fresh);
    }

    function recover(address lost, address replacement) private {
        vm.prank(agent);
        token.recoverWallet(lost, replacement, "case 9");
    }

    function refusesRecovery(address lost, address replacement, bytes memory expected) private {
        vm.expectRevert(expected);
        recover(lost, replacement);
    }

    function isMoved(bytes32 partition, uint256 units, uint256 kept) private view {
        address now_ = token.currentWalletOf(anna);
        eq(held(partition, anna), 0, "the lost wallet has nothing");
        eq(token.heldByPartition(partition, anna), 0, "and holds nothing");
        eq(held(partition, now_), units, "the new one has it");
        eq(token.heldByPartition(partition, now_), kept, "held");
    }
}
