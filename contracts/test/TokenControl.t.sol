// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC20} from "../src/interfaces/IERC20.sol";
import {IERC1410, IERC1644} from "../src/interfaces/IERC1400.sol";
import {IERC7943} from "../src/interfaces/IERC7943.sol";
import {RoleBook} from "../src/RoleBook.sol";
import {PartitionTerms} from "../src/token/TokenState.sol";
import {Reasons, Status} from "../src/token/Reasons.sol";
import {Suite} from "./Suite.sol";

/// @title Freezes and forced movements: who may, what binds them, and what becomes of frozen units.
contract TokenControlTest is Suite {
    function setUp() public override {
        super.setUp();
        issue(SENIOR, anna, 1000);
        issue(JUNIOR, anna, 500);
    }

    function test_the_agent_moves_units_with_data_on_record() external {
        vm.expectEmit(address(token));
        emit IERC20.Transfer(anna, ben, 100);
        vm.expectEmit(address(token));
        emit IERC1644.ControllerTransfer(agent, anna, ben, 100, "order", "case 7");
        vm.prank(agent);
        token.controllerTransfer(anna, ben, 100, "order", "case 7");
        eq(held(SENIOR, ben), 100, "moved");
        eq(holders(SENIOR), 2, "counted");
    }

    function test_the_agent_moves_and_redeems_in_any_partition() external {
        vm.startPrank(agent);
        vm.expectEmit(address(token));
        emit IERC1410.TransferByPartition(JUNIOR, agent, anna, ben, 500, "", "c");
        token.controllerTransferByPartition(JUNIOR, anna, ben, 500, "", "c");
        eq(holders(JUNIOR), 1, "one left, one entered");
        vm.expectEmit(address(token));
        emit IERC1644.ControllerRedemption(agent, ben, 500, "d", "e");
        token.controllerRedeemByPartition(JUNIOR, ben, 500, "d", "e");
        eq(token.totalSupplyByPartition(JUNIOR), 0, "supply");
        eq(holders(JUNIOR), 0, "holders");
        token.controllerRedeem(anna, 1, "", "");
        eq(held(SENIOR, anna), 999, "default partition");
        vm.stopPrank();
    }

    function test_a_forced_transfer_tells_erc7943() external {
        vm.expectEmit(address(token));
        emit IERC7943.ForcedTransfer(anna, ben, 3);
        vm.prank(agent);
        isTrue(token.forcedTransfer(anna, ben, 3), "returns true");
        eq(held(SENIOR, ben), 3, "moved");
    }

    function test_only_the_agent_forces() external {
        bytes[5] memory inputs = forced(ben, 1);
        for (uint256 i = 0; i < inputs.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(RoleBook.MissingRole.selector, issuer, TRANSFER_AGENT));
            vm.prank(issuer);
            (bool ok,) = address(token).call(inputs[i]);
            isTrue(ok, "refused");
        }
    }

    function test_force_passes_pause_freeze_expiry_lock_cap_and_limit_of_the_sender() external {
        PartitionTerms memory strict = terms(SENIOR);
        (strict.lockedUntil, strict.countryMask, strict.classMask, strict.capBps, strict.holderLimit) =
        (START + 10, 0, 0, 1, 1);
        vm.startPrank(officer);
        registry.setFrozen(anna, true);
        registry.setValidUntil(anna, START);
        token.setWalletFrozen(anna, true);
        token.setPartitionTerms(strict);
        vm.stopPrank();
        vm.prank(pauser);
        token.pause();
        vm.prank(agent);
        token.forcedTransfer(anna, ben, 900);
        eq(held(SENIOR, ben), 900, "moved, above the cap of 100");
        eq(holders(SENIOR), 2, "counted although above the limit");
    }

    function test_force_still_asks_for_an_eligible_receiver() external {
        refusesForce(stranger, 1, no(Status.INVALID_RECEIVER, Reasons.RECEIVER_UNKNOWN, 0, 0));
        vm.startPrank(officer);
        registry.setFrozen(ben, true);
        registry.setValidUntil(cleo, START);
        vm.stopPrank();
        refusesForce(ben, 1, no(Status.INVALID_RECEIVER, Reasons.FROZEN, 0, 0));
        refusesForce(cleo, 1, no(Status.INVALID_RECEIVER, Reasons.KYC_EXPIRED, START, START));
    }

    function test_force_cannot_move_what_is_not_there() external {
        refusesForce(ben, 1001, no(Status.INSUFFICIENT_BALANCE, Reasons.BALANCE, 1001, 1000));
        bytes memory input = abi.encodeCall(token.controllerRedeem, (anna, 1001, "", ""));
        refuses(agent, input, no(Status.INSUFFICIENT_BALANCE, Reasons.BALANCE, 1001, 1000));
        input = abi.encodeCall(token.controllerTransferByPartition, ("OTHER", anna, ben, 0, "", ""));
        refuses(agent, input, no(Status.FAILURE, Reasons.PARTITION_UNKNOWN, 0, 0));
    }

    function test_control_is_given_up_for_good_by_the_administrator() external {
        vm.expectRevert(abi.encodeWithSelector(RoleBook.NotAdmin.selector, agent));
        vm.prank(agent);
        token.renounceControl();
        isTrue(token.isControllable(), "controllable");
        vm.prank(admin);
        token.renounceControl();
        isTrue(!token.isControllable(), "given up");
        bytes[5] memory inputs = forced(ben, 1);
        for (uint256 i = 0; i < inputs.length; ++i) {
            refuses(agent, inputs[i], no(Status.FAILURE, Reasons.NOT_CONTROLLABLE, 0, 0));
        }
    }

    function test_a_freeze_shrinks_by_exactly_the_frozen_units_that_force_takes() external {
        freeze(anna, 1200);
        vm.prank(agent);
        token.forcedTransfer(anna, ben, 300);
        eq(token.getFrozenTokens(anna), 1200, "the free 300 went first");
        vm.expectEmit(address(token));
        emit IERC7943.Frozen(anna, 1100);
        vm.prank(agent);
        token.forcedTransfer(anna, ben, 100);
        eq(token.getFrozenTokens(anna), 1100, "100 frozen ones left");
        vm.prank(agent);
        token.controllerRedeemByPartition(JUNIOR, anna, 500, "", "");
        eq(token.getFrozenTokens(anna), 600, "and 500 more");
        eq(token.balanceOf(anna), 600, "all that is left is frozen");
    }

    function test_the_excess_of_a_freeze_survives_force() external {
        freeze(anna, 2000);
        vm.prank(agent);
        token.forcedTransfer(anna, ben, 1000);
        eq(token.getFrozenTokens(anna), 1000, "500 held and 500 not yet");
        vm.prank(ben);
        token.transfer(anna, 600);
        eq(token.balanceOf(anna), 1100, "back");
        refusesTransfer(SENIOR, anna, ben, 101, no(Status.LOCKED, Reasons.FROZEN_UNITS, 101, 100));
    }

    function test_a_forced_transfer_to_oneself_unfreezes_nothing() external {
        freeze(anna, 1500);
        vm.prank(agent);
        token.forcedTransfer(anna, anna, 1000);
        eq(token.getFrozenTokens(anna), 1500, "still frozen");
        eq(held(SENIOR, anna), 1000, "still there");
        eq(holders(SENIOR), 1, "still one");
    }

    function test_freezing_is_told_and_set_not_added() external {
        vm.expectEmit(address(token));
        emit IERC7943.Frozen(anna, 40);
        vm.prank(officer);
        isTrue(token.setFrozenTokens(anna, 40), "returns true");
        freeze(anna, 30);
        eq(token.getFrozenTokens(anna), 30, "set");
        freeze(anna, 0);
        eq(token.getFrozenTokens(anna), 0, "none");
        send(SENIOR, anna, ben, 1000);
    }

    function test_only_compliance_freezes_and_only_the_pauser_pauses() external {
        bytes[3] memory compliance = [
            abi.encodeCall(token.setFrozenTokens, (anna, 1)),
            abi.encodeCall(token.setWalletFrozen, (anna, true)),
            abi.encodeCall(token.setPartitionTerms, (terms(SENIOR)))
        ];
        for (uint256 i = 0; i < compliance.length; ++i) {
            missesRole(agent, COMPLIANCE, compliance[i]);
        }
        bytes[3] memory pauses = [
            abi.encodeCall(token.pause, ()),
            abi.encodeCall(token.unpause, ()),
            abi.encodeCall(token.setPartitionPaused, (SENIOR, true))
        ];
        for (uint256 i = 0; i < pauses.length; ++i) {
            missesRole(officer, PAUSER, pauses[i]);
        }
    }

    function test_who_may_send_and_receive_at_all() external {
        isTrue(token.canSend(anna) && token.canReceive(anna), "eligible");
        isTrue(!token.canSend(stranger) && !token.canReceive(stranger), "unknown");
        vm.prank(officer);
        token.setWalletFrozen(anna, true);
        isTrue(!token.canSend(anna) && !token.canReceive(anna), "frozen wallet");
        vm.prank(officer);
        registry.setFrozen(ben, true);
        isTrue(!token.canSend(ben) && !token.canReceive(ben), "frozen identity");
        vm.warp(VALID_UNTIL - 1);
        isTrue(token.canSend(cleo), "valid to the last second");
        vm.warp(VALID_UNTIL);
        isTrue(!token.canSend(cleo) && !token.canReceive(cleo), "expired");
    }

    function test_erc7943_says_yes_exactly_when_erc20_works() external {
        isTrue(token.canTransfer(anna, ben, 1000), "yes");
        isTrue(!token.canTransfer(anna, ben, 1001), "more than the default partition holds");
        vm.prank(anna);
        token.transfer(ben, 1000);
    }

    function freeze(address holder, uint256 amount) private {
        vm.prank(officer);
        token.setFrozenTokens(holder, amount);
    }

    function missesRole(address sender, uint256 role, bytes memory input) private {
        vm.expectRevert(abi.encodeWithSelector(RoleBook.MissingRole.selector, sender, role));
        vm.prank(sender);
        (bool ok,) = address(token).call(input);
        isTrue(ok, "refused");
    }

    function forced(address to, uint256 amount) private view returns (bytes[5] memory) {
        return [
            abi.encodeCall(token.controllerTransfer, (anna, to, amount, "", "")),
            abi.encodeCall(token.controllerTransferByPartition, (SENIOR, anna, to, amount, "", "")),
            abi.encodeCall(token.forcedTransfer, (anna, to, amount)),
            abi.encodeCall(token.controllerRedeem, (anna, amount, "", "")),
            abi.encodeCall(token.controllerRedeemByPartition, (SENIOR, anna, amount, "", ""))
        ];
    }

    function refusesForce(address to, uint256 amount, Refusal memory expected) private {
        (bytes1 status, bytes32 reason, uint256 value, uint256 limit) =
            token.judgeForcedTransfer(SENIOR, anna, to, amount);
        judged(status, reason, value, limit, expected);
        bytes[5] memory inputs = forced(to, amount);
        for (uint256 i = 0; i < 3; ++i) {
            refuses(agent, inputs[i], expected);
        }
    }
}
