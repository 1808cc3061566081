// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC20} from "../src/interfaces/IERC20.sol";
import {IERC1410} from "../src/interfaces/IERC1400.sol";
import {PartitionTerms} from "../src/token/TokenState.sol";
import {Reasons, Status} from "../src/token/Reasons.sol";
import {Hold, TokenHolds} from "../src/token/TokenHolds.sol";
import {Suite} from "./Suite.sol";

/// @title Holds: anna's units are kept for ben until cleo, the notary, or a secret decides.
contract TokenHoldsTest is Suite {
    bytes32 private constant SECRET = "open sesame";
    uint40 private constant EXPIRY = START + 30 days;
    address private notary = account("notary");
    Hold private hold;

    function setUp() public override {
        super.setUp();
        issue(SENIOR, anna, 1000);
        issue(JUNIOR, anna, 500);
        issue(SENIOR, cleo, 1000);
        hold = Hold(SENIOR, anna, ben, notary, 300, EXPIRY, 0, "1");
    }

    function test_a_hold_keeps_units_and_the_holder_stays_their_owner() external {
        vm.prank(issuer);
        token.scheduleRecordDate(START + 1 days);
        vm.expectEmit(address(token));
        emit TokenHolds.HoldCreated(token.holdIdOf(hold), anna, anna, hold);
        create(anna);
        figures(SENIOR, 1000, 300);
        eq(holders(SENIOR), 2, "nobody entered");
        vm.warp(START + 2 days);
        eq(token.balanceOfByPartitionAt(SENIOR, anna, 1), 1000, "paid for all of them");
        isKept(true, 300);
        refusesTransfer(SENIOR, anna, cleo, 701, no(Status.LOCKED, Reasons.HELD_UNITS, 701, 700));
        send(SENIOR, anna, cleo, 700);
        figures(SENIOR, 300, 300);
        refusesTransfer(SENIOR, anna, cleo, 1, no(Status.LOCKED, Reasons.HELD_UNITS, 1, 0));
        send(JUNIOR, anna, cleo, 500);
    }

    function test_neither_redemption_nor_operator_nor_allowance_takes_held_units() external {
        create(anna);
        Refusal memory expected = no(Status.LOCKED, Reasons.HELD_UNITS, 701, 700);
        (bytes1 status, bytes32 reason, uint256 value, uint256 limit) = token.judgeRedeem(SENIOR, anna, 701);
        judged(status, reason, value, limit, expected);
        refuses(anna, abi.encodeCall(token.redeem, (701, "")), expected);
        vm.startPrank(anna);
        token.approve(cleo, 1000);
        token.authorizeOperator(cleo);
        vm.stopPrank();
        refuses(cleo, abi.encodeCall(token.transferFrom, (anna, cleo, 701)), expected);
        refuses(
            cleo, abi.encodeCall(token.operatorTransferByPartition, (SENIOR, anna, cleo, 701, "", "")), expected
        );
    }

    function test_a_controller_action_does_not_escape_a_hold() external {
        create(anna);
        Refusal memory expected = no(Status.LOCKED, Reasons.HELD_UNITS, 701, 700);
        (bytes1 status, bytes32 reason, uint256 value, uint256 limit) =
            token.judgeForcedTransfer(SENIOR, anna, cleo, 701);
        judged(status, reason, value, limit, expected);
        refuses(agent, abi.encodeCall(token.controllerTransfer, (anna, cleo, 701, "", "")), expected);
        refuses(agent, abi.encodeCall(token.controllerRedeem, (anna, 701, "", "")), expected);
        vm.startPrank(agent);
        token.forcedTransfer(anna, anna, 1000);
        token.controllerTransfer(anna, cleo, 700, "", "");
        vm.stopPrank();
        figures(SENIOR, 300, 300);
    }

    function test_the_notary_executes_in_parts() external {
        create(anna);
        bytes32 holdId = token.holdIdOf(hold);
        vm.expectEmit(address(token));
        emit IERC20.Transfer(anna, ben, 100);
        vm.expectEmit(address(token));
        emit TokenHolds.HoldExecuted(holdId, notary, ben, 100, 0);
        execute(ben, 100);
        figures(SENIOR, 900, 200);
        isKept(true, 200);
        eq(held(SENIOR, ben), 100, "delivered");
        eq(holders(SENIOR), 3, "ben entered");
        fails(notary, abi.encodeCall(token.executeHold, (hold, ben, 201)), tooSmall(201, 200));
        fails(notary, abi.encodeCall(token.executeHold, (hold, ben, 0)), tooSmall(0, 200));
        execute(ben, 200);
        figures(SENIOR, 700, 0);
        isKept(true, 0);
        fails(notary, abi.encodeCall(token.executeHold, (hold, ben, 1)), over());
        fails(notary, abi.encodeCall(token.releaseHold, (hold)), over());
        fails(anna, abi.encodeCall(token.createHold, (hold)), abi.encodeWithSelector(TokenHolds.HoldKnown.selector, holdId));
    }

    function test_in_another_partition_the_movement_names_it() external {
        hold.partition = JUNIOR;
        create(anna);
        figures(JUNIOR, 500, 300);
        figures(SENIOR, 1000, 0);
        vm.expectEmit(address(token));
        emit IERC1410.TransferByPartition(JUNIOR, notary, anna, ben, 300, "", "");
        execute(ben, 300);
        figures(JUNIOR, 200, 0);
        eq(held(JUNIOR, ben), 300, "delivered");
        eq(holders(JUNIOR), 2, "counted");
        send(JUNIOR, anna, ben, 200);
        eq(holders(JUNIOR), 1, "anna left");
    }

    function test_the_secret_executes_for_anyone_and_only_for_the_recipient() external {
        (hold.secretHash, hold.notary) = (sha256(abi.encodePacked(SECRET)), address(0));
        create(anna);
        bytes memory wrong = abi.encodeWithSelector(TokenHolds.SecretWrong.selector, token.holdIdOf(hold));
        fails(ben, abi.encodeCall(token.executeHoldWithSecret, (hold, "wrong")), wrong);
        fails(stranger, abi.encodeCall(token.executeHold, (hold, ben, 1)), notNotary(stranger));
        vm.expectEmit(address(token));
        emit TokenHolds.HoldExecuted(token.holdIdOf(hold), stranger, ben, 300, SECRET);
        vm.prank(stranger);
        token.executeHoldWithSecret(hold, SECRET);
        eq(held(SENIOR, ben), 300, "delivered");
        fails(stranger, abi.encodeCall(token.executeHoldWithSecret, (hold, SECRET)), over());
    }

    function test_a_hold_without_a_secret_hash_is_opened_by_no_secret() external {
        create(anna);
        bytes memory wrong = abi.encodeWithSelector(TokenHolds.SecretWrong.selector, token.holdIdOf(hold));
        fails(notary, abi.encodeCall(token.executeHoldWithSecret, (hold, SECRET)), wrong);
    }

    function test_only_the_notary_executes_and_only_for_whom_the_hold_names() external {
        create(anna);
        fails(anna, abi.encodeCall(token.executeHold, (hold, ben, 1)), notNotary(anna));
        fails(ben, abi.encodeCall(token.executeHold, (hold, ben, 1)), notNotary(ben));
        bytes memory isFixed = abi.encodeWithSelector(TokenHolds.RecipientFixed.selector, ben);
        fails(notary, abi.encodeCall(token.executeHold, (hold, cleo, 1)), isFixed);
        (hold.recipient, hold.salt) = (address(0), "2");
        create(anna);
        bytes memory back = abi.encodeWithSelector(TokenHolds.HoldToItsHolder.selector, anna);
        fails(notary, abi.encodeCall(token.executeHold, (hold, anna, 1)), back);
        execute(cleo, 300);
        eq(held(SENIOR, cleo), 1300, "whom the notary names");
    }

    function test_a_hold_that_is_unknown_keeps_nothing() external {
        isKept(false, 0);
        fails(notary, abi.encodeCall(token.executeHold, (hold, ben, 1)), over());
        fails(notary, abi.encodeCall(token.releaseHold, (hold)), over());
    }

    function test_a_hold_born_expired_is_refused() external {
        hold.expiry = START;
        bytes memory expired =
            abi.encodeWithSelector(TokenHolds.HoldExpired.selector, token.holdIdOf(hold), hold.expiry);
        fails(anna, abi.encodeCall(token.createHold, (hold)), expired);
        hold.expiry = START + 1;
        create(anna);
    }

    function test_it_executes_before_its_expiry_and_is_free_from_that_second_on() external {
        create(anna);
        bytes32 holdId = token.holdIdOf(hold);
        bytes memory early = abi.encodeWithSelector(TokenHolds.HoldNotExpired.selector, holdId, EXPIRY);
        vm.warp(EXPIRY - 1);
        fails(anna, abi.encodeCall(token.releaseHold, (hold)), early);
        fails(stranger, abi.encodeCall(token.releaseHold, (hold)), early);
        execute(ben, 1);
        vm.warp(EXPIRY);
        bytes memory expired = abi.encodeWithSelector(TokenHolds.HoldExpired.selector, holdId, EXPIRY);
        fails(notary, abi.encodeCall(token.executeHold, (hold, ben, 1)), expired);
        vm.expectEmit(address(token));
        emit TokenHolds.HoldReleased(holdId, anna, stranger, 299);
        vm.prank(stranger);
        token.releaseHold(hold);
        figures(SENIOR, 999, 0);
    }

    function test_notary_recipient_and_agent_release_early() external {
        address[3] memory releasers = [notary, ben, agent];
        for (uint256 i = 0; i < 3; ++i) {
            hold.salt = bytes32(i);
            create(anna);
            vm.prank(releasers[i]);
            token.releaseHold(hold);
            figures(SENIOR, 1000, 0);
        }
        send(SENIOR, anna, cleo, 1000);
    }

    function test_an_agent_without_control_releases_and_makes_no_hold() external {
        create(anna);
        vm.prank(admin);
        token.renounceControl();
        Refusal memory expected = no(Status.FAILURE, Reasons.NOT_CONTROLLABLE, 0, 0);
        refuses(agent, abi.encodeCall(token.releaseHold, (hold)), expected);
        hold.salt = "2";
        refuses(agent, abi.encodeCall(token.createHold, (hold)), expected);
    }

    function test_holder_operator_and_agent_make_holds_and_nobody_else() external {
        refuses(
            ben, abi.encodeCall(token.createHold, (hold)), no(Status.INVALID_OPERATOR, Reasons.OPERATOR, 0, 0)
        );
        vm.prank(anna);
        token.authorizeOperatorByPartition(SENIOR, ben);
        create(ben);
        hold.salt = "2";
        create(agent);
        figures(SENIOR, 1000, 600);
        (hold.salt, hold.units) = ("3", 401);
        refuses(agent, abi.encodeCall(token.createHold, (hold)), no(Status.LOCKED, Reasons.HELD_UNITS, 401, 400));
        hold.units = 1001;
        refuses(
            agent,
            abi.encodeCall(token.createHold, (hold)),
            no(Status.INSUFFICIENT_BALANCE, Reasons.BALANCE, 1001, 1000)
        );
        hold.partition = JUNIOR;
        refuses(
            ben, abi.encodeCall(token.createHold, (hold)), no(Status.INVALID_OPERATOR, Reasons.OPERATOR, 0, 0)
        );
    }

    function test_terms_that_nobody_could_use_are_refused() external {
        bytes memory noKey = abi.encodeWithSelector(TokenHolds.HoldWithoutKey.selector);
        hold.notary = address(0);
        fails(anna, abi.encodeCall(token.createHold, (hold)), noKey);
        (hold.secretHash, hold.recipient) = ("hash", address(0));
        fails(anna, abi.encodeCall(token.createHold, (hold)), noKey);
        hold.notary = notary;
        fails(anna, abi.encodeCall(token.createHold, (hold)), noKey);
        (hold.secretHash, hold.units) = (0, 0);
        bytes memory none = abi.encodeWithSelector(TokenHolds.HoldWithoutUnits.selector);
        fails(anna, abi.encodeCall(token.createHold, (hold)), none);
        (hold.units, hold.recipient) = (1, anna);
        bytes memory back = abi.encodeWithSelector(TokenHolds.HoldToItsHolder.selector, anna);
        fails(anna, abi.encodeCall(token.createHold, (hold)), back);
    }

    function test_only_free_units_are_held() external {
        hold.units = 1001;
        refusesCreation(no(Status.INSUFFICIENT_BALANCE, Reasons.BALANCE, 1001, 1000));
        vm.prank(officer);
        token.setFrozenTokens(anna, 1300);
        hold.units = 201;
        refusesCreation(no(Status.LOCKED, Reasons.FROZEN_UNITS, 201, 200));
        hold.units = 150;
        create(anna);
        (hold.units, hold.salt) = (51, "2");
        refusesCreation(no(Status.LOCKED, Reasons.FROZEN_UNITS, 51, 50));
        hold.units = 851;
        refusesCreation(no(Status.LOCKED, Reasons.HELD_UNITS, 851, 850));
        hold.partition = "NONE";
        refusesCreation(no(Status.FAILURE, Reasons.PARTITION_UNKNOWN, 0, 0));
    }

    function test_a_holder_who_may_not_send_makes_no_hold() external {
        vm.prank(pauser);
        token.pause();
        refusesCreation(no(Status.HALTED, Reasons.PAUSED, 0, 0));
        vm.prank(pauser);
        token.unpause();
        vm.prank(officer);
        token.setWalletFrozen(anna, true);
        refusesCreation(no(Status.INVALID_SENDER, Reasons.FROZEN, 0, 0));
        vm.prank(officer);
        token.setWalletFrozen(anna, false);
        vm.warp(VALID_UNTIL);
        hold.expiry = VALID_UNTIL + 1;
        refusesCreation(no(Status.INVALID_SENDER, Reasons.KYC_EXPIRED, VALID_UNTIL, VALID_UNTIL));
    }

    function test_a_lapsed_kyc_of_the_holder_traps_no_hold() external {
        expire(anna);
        execute(ben, 100);
        eq(held(SENIOR, ben), 100, "the notary delivers");
        vm.prank(notary);
        token.releaseHold(hold);
        figures(SENIOR, 900, 0);
    }

    function test_a_lapsed_kyc_of_the_recipient_stops_the_delivery_and_not_the_release() external {
        expire(ben);
        Refusal memory expected = no(Status.INVALID_RECEIVER, Reasons.KYC_EXPIRED, block.timestamp, START + 1 days);
        refusesExecution(expected);
        vm.prank(notary);
        token.releaseHold(hold);
        figures(SENIOR, 1000, 0);
    }

    function test_every_other_rule_binds_an_execution() external {
        create(anna);
        vm.prank(pauser);
        token.pause();
        refusesExecution(no(Status.HALTED, Reasons.PAUSED, 0, 0));
        vm.prank(pauser);
        token.unpause();
        vm.startPrank(officer);
        token.setWalletFrozen(anna, true);
        vm.stopPrank();
        refusesExecution(no(Status.INVALID_SENDER, Reasons.FROZEN, 0, 0));
        vm.startPrank(officer);
        token.setWalletFrozen(anna, false);
        token.setWalletLock(anna, START + 7);
        vm.stopPrank();
        refusesExecution(no(Status.LOCKED, Reasons.LOCKED_HOLDER, START, START + 7));
        vm.startPrank(officer);
        token.setWalletLock(anna, 0);
        vm.stopPrank();
        PartitionTerms memory strict = terms(SENIOR);
        strict.lockedUntil = START + 9;
        setTerms(strict);
        refusesExecution(no(Status.LOCKED, Reasons.LOCKED, START, START + 9));
        (strict.lockedUntil, strict.countryMask) = (0, 2);
        setTerms(strict);
        refusesExecution(no(Status.INVALID_RECEIVER, Reasons.COUNTRY, GERMANY, 2));
        (strict.countryMask, strict.holderLimit) = (ALL_COUNTRIES, 2);
        setTerms(strict);
        refusesExecution(no(Status.FAILURE, Reasons.HOLDER_COUNT, 3, 2));
        (strict.holderLimit, strict.capBps) = (3, 2);
        setTerms(strict);
        refusesExecution(no(Status.FAILURE, Reasons.CAP_HOLDER, 300, 200));
        setTerms(terms(SENIOR));
        vm.prank(officer);
        registry.removeWallet(ben);
        refusesExecution(no(Status.INVALID_RECEIVER, Reasons.RECEIVER_UNKNOWN, 0, 0));
    }

    function test_what_is_held_is_delivered_though_the_rest_is_frozen() external {
        create(anna);
        vm.prank(officer);
        token.setFrozenTokens(anna, 5000);
        execute(ben, 300);
        figures(SENIOR, 700, 0);
        refusesTransfer(SENIOR, anna, ben, 1, no(Status.LOCKED, Reasons.FROZEN_UNITS, 1, 0));
        vm.prank(officer);
        token.setFrozenTokens(anna, 0);
        send(SENIOR, anna, ben, 700);
    }

    function test_the_end_of_a_freeze_does_not_end_a_hold() external {
        hold.partition = JUNIOR;
        create(anna);
        vm.startPrank(officer);
        token.setFrozenTokens(anna, 10);
        token.setFrozenTokens(anna, 0);
        vm.stopPrank();
        refusesTransfer(JUNIOR, anna, ben, 201, no(Status.LOCKED, Reasons.HELD_UNITS, 201, 200));
    }

    function test_pledged_units_of_a_forced_transfer_leave_the_frozen_ones_right() external {
        create(anna);
        vm.prank(officer);
        token.setFrozenTokens(anna, 1000);
        vm.prank(agent);
        token.controllerTransfer(anna, cleo, 700, "", "");
        // 1500 - 300 held - 1000 frozen: 200 were free, 500 of those taken were frozen.
        eq(token.getFrozenTokens(anna), 500, "frozen ones left");
        figures(SENIOR, 300, 300);
    }

    /// @dev held + free == balance, and the sum over holds is what is held, through any order of events.
    function testFuzz_held_and_free_are_the_balance(uint64[6] calldata seeds) external {
        uint256 kept = 0;
        for (uint256 i = 0; i < seeds.length; ++i) {
            uint256 room = 1000 - kept;
            (hold.salt, hold.units) = (bytes32(i), uint64(bound(seeds[i], 1, 400)));
            if (hold.units > room) {
                refusesCreation(no(Status.LOCKED, Reasons.HELD_UNITS, hold.units, room));
                continue;
            }
            create(anna);
            kept += hold.units;
            if (seeds[i] % 3 == 0) {
                vm.prank(notary);
                token.releaseHold(hold);
                kept -= hold.units;
            }
            figures(SENIOR, 1000, kept);
            (bytes1 status,,,) = token.judgeTransfer(SENIOR, anna, cleo, 1000 - kept);
            isTrue(status == Status.SUCCESS, "all that is free goes");
            (status,,,) = token.judgeTransfer(SENIOR, anna, cleo, 1001 - kept);
            isTrue(status != Status.SUCCESS, "and no more");
        }
    }

    function test_gas() external {
        PartitionTerms memory all = terms(SENIOR);
        (all.holderLimit, all.lockedUntil) = (10_000, START);
        setTerms(all);
        issue(SENIOR, ben, 1);
        vm.prank(issuer);
        token.closePrimary();
        all.capBps = 10_000;
        setTerms(all);
        create(anna);
        noted("Desk", "hold: create");
        execute(ben, 300);
        noted("Desk", "hold: execute");
        (hold.salt, hold.secretHash) = ("2", sha256(abi.encodePacked(SECRET)));
        create(anna);
        vm.prank(ben);
        token.executeHoldWithSecret(hold, SECRET);
        noted("Desk", "hold: execute with the secret");
        hold.salt = "3";
        create(anna);
        vm.prank(notary);
        token.releaseHold(hold);
        noted("Desk", "hold: release");
    }

    function create(address creator) private {
        vm.prank(creator);
        token.createHold(hold);
    }

    function execute(address recipient, uint256 units) private {
        vm.prank(notary);
        token.executeHold(hold, recipient, units);
    }

    function expire(address wallet) private {
        create(anna);
        vm.prank(officer);
        registry.setValidUntil(wallet, START + 1 days);
        vm.warp(START + 2 days);
    }

    function figures(bytes32 partition, uint256 balance, uint256 kept) private view {
        eq(held(partition, anna), balance, "balance");
        eq(token.heldByPartition(partition, anna), kept, "held");
    }

    function isKept(bool known, uint256 units) private view {
        (bool isKnown, uint256 kept) = token.holdOf(token.holdIdOf(hold));
        isTrue(isKnown == known, "known");
        eq(kept, units, "kept");
    }

    function refusesCreation(Refusal memory expected) private {
        refuses(anna, abi.encodeCall(token.createHold, (hold)), expected);
    }

    function refusesExecution(Refusal memory expected) private {
        refuses(notary, abi.encodeCall(token.executeHold, (hold, ben, 300)), expected);
    }

    function fails(address sender, bytes memory input, bytes memory expected) private {
        vm.expectRevert(expected);
        vm.prank(sender);
        (bool ok,) = address(token).call(input);
        isTrue(ok, "the expected revert");
    }

    function tooSmall(uint256 units, uint256 kept) private view returns (bytes memory) {
        return abi.encodeWithSelector(TokenHolds.HoldTooSmall.selector, token.holdIdOf(hold), units, kept);
    }

    function over() private view returns (bytes memory) {
        return abi.encodeWithSelector(TokenHolds.HoldOver.selector, token.holdIdOf(hold));
    }

    function notNotary(address sender) private pure returns (bytes memory) {
        return abi.encodeWithSelector(TokenHolds.NotTheNotary.selector, sender);
    }
}
