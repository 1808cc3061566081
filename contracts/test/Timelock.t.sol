// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {RoleBook} from "../src/RoleBook.sol";
import {Timelock} from "../src/Timelock.sol";
import {PartitionTerms, TokenState} from "../src/token/TokenState.sol";
import {Suite} from "./Suite.sol";

/// @title Rules and registry change after notice; what protects holders at once does not wait.
contract TimelockTest is Suite {
    uint256 private constant DELAY = 2 days;
    Timelock private lock;

    function setUp() public override {
        super.setUp();
        Timelock.Urgent[] memory urgent = new Timelock.Urgent[](1);
        urgent[0] = Timelock.Urgent(address(token), token.setWalletFrozen.selector);
        lock = Timelock(create("Timelock", abi.encode(admin, DELAY, urgent)));
        vm.startPrank(admin);
        lock.grantRoles(officer, COMPLIANCE);
        lock.grantRoles(pauser, PAUSER);
        // From now on the rules of the token change through the timelock alone.
        token.revokeRoles(officer, COMPLIANCE);
        token.grantRoles(address(lock), COMPLIANCE);
        token.offerAdmin(address(lock));
        vm.stopPrank();
    }

    function rule() private view returns (bytes memory) {
        PartitionTerms memory terms_ = token.termsOf(SENIOR);
        terms_.capBps = 700;
        return abi.encodeCall(token.setPartitionTerms, (terms_));
    }

    function schedule(address target, bytes memory data) private returns (bytes32) {
        vm.prank(officer);
        return lock.schedule(target, data, "salt");
    }

    function refused(address sender, bytes memory input, bytes memory expected) private {
        vm.prank(sender);
        (bool ok, bytes memory answer) = address(lock).call(input);
        isTrue(!ok, "refused");
        eq(keccak256(answer), keccak256(expected), "with its reason");
    }

    function execution(address target, bytes memory data) private view returns (bytes memory) {
        return abi.encodeCall(lock.execute, (target, data, "salt"));
    }

    function test_a_rule_changes_after_the_delay_and_before_it_lapses() external {
        bytes memory change = rule();
        bytes32 id = lock.idOf(address(token), change, "salt");
        vm.expectEmit(address(lock));
        emit Timelock.CallScheduled(id, address(token), change, "salt", START + DELAY);
        schedule(address(token), change);
        eq(lock.readyAt(id), START + DELAY, "announced");
        vm.warp(START + DELAY - 1);
        refused(
            officer,
            execution(address(token), change),
            abi.encodeWithSelector(Timelock.OperationNotReady.selector, id, START + DELAY)
        );
        vm.warp(START + DELAY + lock.GRACE());
        refused(
            officer,
            execution(address(token), change),
            abi.encodeWithSelector(Timelock.OperationLapsed.selector, id, block.timestamp)
        );
        vm.warp(START + DELAY);
        vm.expectEmit(address(lock));
        emit Timelock.CallExecuted(id, address(token));
        vm.prank(officer);
        lock.execute(address(token), change, "salt");
        eq(token.termsOf(SENIOR).capBps, 700, "changed");
        eq(lock.readyAt(id), 0, "over");
        refused(
            officer,
            execution(address(token), change),
            abi.encodeWithSelector(Timelock.OperationNotOpen.selector, id)
        );
        refused(
            officer,
            abi.encodeCall(lock.schedule, (address(token), change, "salt")),
            abi.encodeWithSelector(Timelock.OperationKnown.selector, id)
        );
    }

    function test_nobody_changes_a_rule_around_it() external {
        vm.expectRevert(abi.encodeWithSelector(RoleBook.MissingRole.selector, officer, COMPLIANCE));
        vm.prank(officer);
        token.setPartitionTerms(terms(SENIOR));
        bytes memory change = rule();
        refused(
            officer,
            abi.encodeCall(lock.callUrgently, (address(token), change)),
            abi.encodeWithSelector(Timelock.NotUrgent.selector, address(token), token.setPartitionTerms.selector)
        );
    }

    function test_a_freeze_does_not_wait() external {
        vm.expectEmit(address(lock));
        emit Timelock.UrgentCallMade(address(token), token.setWalletFrozen.selector, officer);
        vm.prank(officer);
        lock.callUrgently(address(token), abi.encodeCall(token.setWalletFrozen, (anna, true)));
        isTrue(!token.canSend(anna), "frozen");
        // Named for this contract alone.
        refused(
            officer,
            abi.encodeCall(
                lock.callUrgently, (address(registry), abi.encodeCall(token.setWalletFrozen, (anna, true)))
            ),
            abi.encodeWithSelector(Timelock.NotUrgent.selector, address(registry), token.setWalletFrozen.selector)
        );
    }

    function test_an_announced_change_can_be_taken_back() external {
        address[3] memory who = [officer, pauser, admin];
        for (uint256 i = 0; i < 3; ++i) {
            bytes memory change = abi.encodeCall(token.setWalletFrozen, (account("x"), i == 0));
            vm.prank(officer);
            bytes32 id = lock.schedule(address(token), change, bytes32(i));
            refused(
                stranger,
                abi.encodeCall(lock.cancel, (id)),
                abi.encodeWithSelector(RoleBook.MissingRole.selector, stranger, COMPLIANCE | PAUSER)
            );
            vm.expectEmit(address(lock));
            emit Timelock.CallCancelled(id);
            vm.prank(who[i]);
            lock.cancel(id);
            refused(
                who[i],
                abi.encodeCall(lock.cancel, (id)),
                abi.encodeWithSelector(Timelock.OperationNotOpen.selector, id)
            );
        }
    }

    function test_only_compliance_announces_executes_and_hurries() external {
        bytes memory change = rule();
        bytes memory missing = abi.encodeWithSelector(RoleBook.MissingRole.selector, admin, COMPLIANCE);
        refused(admin, abi.encodeCall(lock.schedule, (address(token), change, "salt")), missing);
        refused(admin, execution(address(token), change), missing);
        refused(admin, abi.encodeCall(lock.callUrgently, (address(token), change)), missing);
    }

    function test_it_takes_the_administration_over_in_two_steps_and_hands_it_on_after_notice() external {
        bytes memory accept = abi.encodeCall(token.acceptAdmin, ());
        schedule(address(token), accept);
        vm.warp(START + DELAY);
        vm.prank(officer);
        lock.execute(address(token), accept, "salt");
        eq(token.admin(), address(lock), "the timelock administers");
        bytes memory offer = abi.encodeCall(token.offerAdmin, (anna));
        schedule(address(token), offer);
        vm.warp(START + 2 * DELAY);
        vm.prank(officer);
        lock.execute(address(token), offer, "salt");
        vm.prank(anna);
        token.acceptAdmin();
        eq(token.admin(), anna, "handed on");
    }

    function test_what_need_not_wait_and_the_delay_change_after_the_delay() external {
        refused(
            admin,
            abi.encodeCall(lock.setDelay, (1 hours)),
            abi.encodeWithSelector(Timelock.NotTheTimelock.selector, admin)
        );
        refused(
            officer,
            abi.encodeCall(lock.setUrgent, (address(token), token.setPartitionTerms.selector, true)),
            abi.encodeWithSelector(Timelock.NotTheTimelock.selector, officer)
        );
        bytes memory hurry =
            abi.encodeCall(lock.setUrgent, (address(token), token.setPartitionTerms.selector, true));
        bytes memory shorter = abi.encodeCall(lock.setDelay, (1 hours));
        schedule(address(lock), hurry);
        schedule(address(lock), shorter);
        vm.warp(START + DELAY);
        vm.startPrank(officer);
        lock.execute(address(lock), hurry, "salt");
        lock.execute(address(lock), shorter, "salt");
        lock.callUrgently(address(token), rule());
        vm.stopPrank();
        eq(token.termsOf(SENIOR).capBps, 700, "changed at once");
        eq(lock.delay(), 1 hours, "shorter");
    }

    function test_a_delay_out_of_range_is_refused() external {
        uint256[2] memory delays = [uint256(1 hours - 1), 30 days + 1];
        for (uint256 i = 0; i < 2; ++i) {
            bytes memory change = abi.encodeCall(lock.setDelay, (delays[i]));
            schedule(address(lock), change);
            vm.warp(block.timestamp + DELAY);
            refused(
                officer,
                execution(address(lock), change),
                abi.encodeWithSelector(Timelock.DelayOutOfRange.selector, delays[i], 1 hours, 30 days)
            );
        }
    }

    function test_the_target_s_own_refusal_is_passed_on_and_the_call_stays_announced() external {
        PartitionTerms memory wrong = token.termsOf(SENIOR);
        wrong.capBps = 10_001;
        bytes memory change = abi.encodeCall(token.setPartitionTerms, (wrong));
        bytes32 id = schedule(address(token), change);
        vm.warp(START + DELAY);
        refused(
            officer,
            execution(address(token), change),
            abi.encodeWithSelector(TokenState.CapOutOfRange.selector, 10_001, 10_000)
        );
        eq(lock.readyAt(id), START + DELAY, "still announced");
    }

    function test_a_target_without_code_is_refused() external {
        schedule(stranger, "");
        vm.warp(START + DELAY);
        refused(officer, execution(stranger, ""), abi.encodeWithSelector(Timelock.NoCode.selector, stranger));
    }
}
