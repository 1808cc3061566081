// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {RoleBook} from "../src/RoleBook.sol";
import {Reasons, Status} from "../src/token/Reasons.sol";
import {ReleaseStep, ReleaseWords} from "../src/token/ReleaseWord.sol";
import {Hold} from "../src/token/TokenHolds.sol";
import {TokenCosignatures} from "../src/token/TokenCosignatures.sol";
import {PartitionLimits, TokenRulebook} from "../src/token/TokenRulebook.sol";
import {PartitionTerms, TokenState} from "../src/token/TokenState.sol";
import {Suite} from "./Suite.sol";
import {Vm} from "./Vm.sol";

/// @title The further rules, each alone, with its numbers, the same in the dry run and in the revert; and none when off.
contract TokenLimitsTest is Suite {
    bytes32[2] private both = [SENIOR, JUNIOR];
    address private second = account("second");

    function setUp() public override {
        super.setUp();
        issue(SENIOR, anna, 1000);
        issue(JUNIOR, anna, 1000);
    }

    function test_limits_come_back_and_zero_is_none() external {
        for (uint256 i = 0; i < 2; ++i) {
            PartitionLimits memory set_ = PartitionLimits(both[i], 9, 2, 7, START + 1, START + 9, true);
            vm.expectEmit(address(token));
            emit TokenRulebook.PartitionLimitsSet(both[i], set_);
            limit(set_);
            eq(keccak256(abi.encode(token.limitsOf(both[i]))), keccak256(abi.encode(set_)), "as set");
            limit(none(both[i]));
            send(both[i], anna, ben, 10);
        }
    }

    function test_a_holding_above_the_most() external {
        for (uint256 i = 0; i < 2; ++i) {
            PartitionLimits memory limits = none(both[i]);
            limits.maxHolding = 100;
            limit(limits);
            refusesTransfer(both[i], anna, ben, 101, no(Status.FAILURE, Reasons.MAX_HOLDING, 101, 100));
            refusesIssue(both[i], ben, 101, no(Status.FAILURE, Reasons.MAX_HOLDING, 101, 100));
            send(both[i], anna, ben, 100);
            refusesTransfer(both[i], anna, ben, 1, no(Status.FAILURE, Reasons.MAX_HOLDING, 101, 100));
        }
    }

    function test_the_most_is_of_all_wallets_of_the_owner_and_a_breach_by_the_rule_itself_is_passive() external {
        PartitionLimits memory limits = none(SENIOR);
        limits.maxHolding = 100;
        limit(limits);
        addWallet(anna, second);
        // Anna holds ten times the most: she may give, and move among her own wallets, but not receive.
        send(SENIOR, anna, second, 600);
        send(SENIOR, second, ben, 100);
        refusesTransfer(SENIOR, ben, second, 1, no(Status.FAILURE, Reasons.MAX_HOLDING, 901, 100));
        vm.prank(agent);
        token.controllerTransfer(anna, ben, 50, "", "");
        eq(held(SENIOR, ben), 150, "the controller is not bound");
    }

    function test_a_holding_below_the_least() external {
        for (uint256 i = 0; i < 2; ++i) {
            PartitionLimits memory limits = none(both[i]);
            limits.minHolding = 50;
            limit(limits);
            refusesTransfer(both[i], anna, ben, 49, no(Status.FAILURE, Reasons.MIN_HOLDING, 49, 50));
            refusesIssue(both[i], ben, 49, no(Status.FAILURE, Reasons.MIN_HOLDING, 49, 50));
            refusesTransfer(both[i], anna, ben, 951, no(Status.FAILURE, Reasons.MIN_HOLDING, 49, 50));
            refusesRedeem(both[i], anna, 951, no(Status.FAILURE, Reasons.MIN_HOLDING, 49, 50));
            send(both[i], anna, ben, 950);
            send(both[i], ben, anna, 900);
            send(both[i], anna, ben, 950);
            eq(held(both[i], anna), 0, "all is no remainder");
            vm.prank(ben);
            token.redeemByPartition(both[i], 1000, "");
        }
    }

    function test_more_than_one_transfer_may_move() external {
        for (uint256 i = 0; i < 2; ++i) {
            PartitionLimits memory limits = none(both[i]);
            limits.transferLimit = 10;
            limit(limits);
            refusesTransfer(both[i], anna, ben, 11, no(Status.FAILURE, Reasons.TRANSFER_LIMIT, 11, 10));
            send(both[i], anna, ben, 10);
            issue(both[i], ben, 11);
            vm.prank(anna);
            token.redeemByPartition(both[i], 11, "");
        }
        addWallet(anna, second);
        send(SENIOR, anna, second, 500);
    }

    function test_a_sale_before_and_after_its_window() external {
        for (uint256 i = 0; i < 2; ++i) {
            vm.warp(START);
            PartitionLimits memory limits = none(both[i]);
            (limits.saleOpens, limits.saleCloses) = (START + 100, START + 200);
            limit(limits);
            vm.warp(START + 99);
            refusesIssue(both[i], ben, 1, no(Status.HALTED, Reasons.SALE_WINDOW, START + 99, START + 100));
            send(both[i], anna, ben, 1);
            vm.warp(START + 100);
            issue(both[i], ben, 1);
            vm.warp(START + 199);
            issue(both[i], ben, 1);
            vm.warp(START + 200);
            refusesIssue(both[i], ben, 1, no(Status.HALTED, Reasons.SALE_WINDOW, START + 200, START + 200));
        }
    }

    function test_a_cap_in_units_over_all_partitions() external {
        poolCap(0, 1500);
        issue(SENIOR, ben, 1000);
        for (uint256 i = 0; i < 2; ++i) {
            refusesTransfer(both[i], anna, ben, 501, no(Status.FAILURE, Reasons.CAP_POOL, 1501, 1500));
            refusesIssue(both[i], ben, 501, no(Status.FAILURE, Reasons.CAP_POOL, 1501, 1500));
        }
        send(JUNIOR, anna, ben, 500);
        addWallet(ben, second);
        refusesTransfer(SENIOR, anna, second, 1, no(Status.FAILURE, Reasons.CAP_POOL, 1501, 1500));
        poolCap(0, 0);
        send(SENIOR, anna, second, 1);
    }

    function test_a_cap_in_basis_points_over_all_partitions() external {
        // 10 of 10,000 of two million authorised; then of the 2,000 outstanding.
        poolCap(10, 0);
        refusesIssue(JUNIOR, ben, 2001, no(Status.FAILURE, Reasons.CAP_POOL, 2001, 2000));
        poolCap(3000, 0);
        PartitionTerms memory changed = terms(SENIOR);
        changed.capBps = 0;
        setTerms(changed);
        changed.partition = JUNIOR;
        setTerms(changed);
        vm.prank(issuer);
        token.closePrimary();
        send(SENIOR, anna, ben, 400);
        refusesTransfer(JUNIOR, anna, ben, 201, no(Status.FAILURE, Reasons.CAP_POOL, 601, 600));
        send(JUNIOR, anna, ben, 200);
        (uint16 bps, uint64 units) = token.poolCap();
        eq(bps, 3000, "basis points");
        eq(units, 0, "units");
    }

    function test_units_that_the_schedule_has_not_released() external {
        for (uint256 i = 0; i < 2; ++i) {
            vm.warp(START);
            schedule(both[i]);
            issue(both[i], ben, 999);
            refusesTransfer(both[i], ben, cleo, 1, no(Status.LOCKED, Reasons.RELEASE, 1, 0));
            vm.warp(START + 99);
            refusesRedeem(both[i], ben, 1, no(Status.LOCKED, Reasons.RELEASE, 1, 0));
            vm.warp(START + 100);
            // A quarter of 999, rounded down.
            refusesTransfer(both[i], ben, cleo, 250, no(Status.LOCKED, Reasons.RELEASE, 250, 249));
            send(both[i], ben, cleo, 249);
            refusesRedeem(both[i], ben, 1, no(Status.LOCKED, Reasons.RELEASE, 1, 0));
            send(both[i], anna, ben, 5);
            send(both[i], ben, cleo, 5);
            vm.warp(START + 200);
            send(both[i], ben, cleo, 750);
        }
    }

    function test_the_schedule_binds_between_wallets_of_one_owner_too() external {
        schedule(SENIOR);
        issue(SENIOR, ben, 100);
        addWallet(ben, second);
        refusesTransfer(SENIOR, ben, second, 1, no(Status.LOCKED, Reasons.RELEASE, 1, 0));
        vm.warp(START + 100);
        refusesTransfer(SENIOR, ben, second, 26, no(Status.LOCKED, Reasons.RELEASE, 26, 25));
        send(SENIOR, ben, second, 25);
        send(SENIOR, second, cleo, 25);
    }

    function test_what_was_held_before_the_schedule_is_free_and_a_holder_can_be_put_under_it() external {
        schedule(SENIOR);
        send(SENIOR, anna, ben, 400);
        vm.prank(officer);
        token.setScheduledUnits(SENIOR, anna, 500);
        refusesTransfer(SENIOR, anna, ben, 101, no(Status.LOCKED, Reasons.RELEASE, 101, 100));
        (ReleaseStep[] memory steps, uint256 scheduled, uint256 free) = token.releaseOf(SENIOR, anna);
        eq(steps.length, 2, "steps");
        eq(steps[1].date, START + 200, "date");
        eq(steps[1].freeBps, 10_000, "share");
        eq(scheduled, 500, "scheduled");
        eq(free, 100, "free");
        vm.prank(agent);
        token.controllerTransfer(anna, ben, 300, "", "");
        (,, free) = token.releaseOf(SENIOR, anna);
        eq(free, 0, "the controller took what the schedule keeps");
        vm.prank(officer);
        token.setReleaseSchedule(SENIOR, new ReleaseStep[](0));
        send(SENIOR, anna, ben, 300);
    }

    function test_a_recovered_wallet_takes_its_schedule_along() external {
        for (uint256 i = 0; i < 2; ++i) {
            vm.prank(officer);
            token.setScheduledUnits(both[i], anna, 400);
            schedule(both[i]);
        }
        addWallet(anna, second);
        vm.prank(agent);
        token.recoverWallet(anna, second, "");
        for (uint256 i = 0; i < 2; ++i) {
            refusesTransfer(both[i], second, ben, 601, no(Status.LOCKED, Reasons.RELEASE, 601, 600));
            send(both[i], second, ben, 600);
        }
    }

    function test_a_hold_is_delivered_under_the_limits() external {
        PartitionLimits memory limits = none(JUNIOR);
        limits.maxHolding = 9;
        limit(limits);
        Hold memory hold = Hold(JUNIOR, anna, ben, cleo, 10, START + 9, 0, 0);
        vm.prank(anna);
        token.createHold(hold);
        refuses(
            cleo, abi.encodeCall(token.executeHold, (hold, ben, 10)), no(Status.FAILURE, Reasons.MAX_HOLDING, 10, 9)
        );
        vm.prank(cleo);
        token.executeHold(hold, ben, 9);
    }

    function test_one_owner_of_a_country_too_many() external {
        for (uint256 i = 0; i < 2; ++i) {
            countAll(both[i]);
            vm.prank(officer);
            token.setCountryLimit(both[i], GERMANY, 2);
            send(both[i], anna, ben, 10);
            refusesTransfer(both[i], anna, cleo, 1, no(Status.FAILURE, Reasons.COUNTRY_COUNT, 3, 2));
            refusesIssue(both[i], cleo, 1, no(Status.FAILURE, Reasons.COUNTRY_COUNT, 3, 2));
            send(both[i], ben, cleo, 10);
            counted(both[i], GERMANY, 2);
            vm.prank(cleo);
            token.redeemByPartition(both[i], 10, "");
            counted(both[i], GERMANY, 1);
            vm.prank(agent);
            token.controllerTransferByPartition(both[i], anna, ben, 10, "", "");
            vm.prank(agent);
            token.controllerTransferByPartition(both[i], anna, cleo, 10, "", "");
            counted(both[i], GERMANY, 3);
        }
    }

    function test_one_owner_of_a_class_too_many() external {
        countAll(SENIOR);
        vm.startPrank(officer);
        token.setClassLimit(SENIOR, 0, 1);
        registry.setProfile(cleo, GERMANY, 3);
        vm.stopPrank();
        refusesTransfer(SENIOR, anna, ben, 1, no(Status.FAILURE, Reasons.CLASS_COUNT, 2, 1));
        refusesIssue(SENIOR, ben, 1, no(Status.FAILURE, Reasons.CLASS_COUNT, 2, 1));
        send(SENIOR, anna, cleo, 1);
        send(SENIOR, anna, ben, 999);
        (uint256 owners, uint256 most) = token.classCount(SENIOR, 0);
        eq(owners, 1, "one left as one entered");
        eq(most, 1, "limit");
    }

    function test_an_owner_is_counted_as_it_entered_until_it_is_counted_again() external {
        countAll(SENIOR);
        vm.prank(officer);
        registry.setProfile(anna, FRANCE, 0);
        counted(SENIOR, GERMANY, 1);
        addWallet(anna, second);
        send(SENIOR, anna, second, 1000);
        counted(SENIOR, GERMANY, 1);
        address[] memory wallets = new address[](2);
        (wallets[0], wallets[1]) = (anna, second);
        vm.prank(officer);
        token.countOwners(SENIOR, wallets);
        counted(SENIOR, GERMANY, 0);
        counted(SENIOR, FRANCE, 1);
        isCountedAs(SENIOR, second, FRANCE, 0);
        send(SENIOR, second, ben, 1000);
        isCountedAs(SENIOR, second, 0, 0);
        isCountedAs(SENIOR, ben, GERMANY, 0);
        counted(SENIOR, FRANCE, 0);
        counted(SENIOR, GERMANY, 1);
    }

    function test_who_is_counted_and_as_what_can_be_followed_and_asked() external {
        vm.prank(officer);
        registry.setProfile(anna, FRANCE, 3);
        address[] memory wallets = new address[](2);
        (wallets[0], wallets[1]) = (ben, anna);
        isCountedAs(SENIOR, anna, 0, 0);
        vm.recordLogs();
        vm.prank(officer);
        token.countOwners(SENIOR, wallets);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        eq(logs.length, 1, "ben has nothing, and is not counted");
        eq(logs[0].topics[0], TokenRulebook.OwnerCounted.selector, "the event");
        eq(logs[0].topics[1], SENIOR, "its partition");
        eq(logs[0].topics[2], bytes32(uint256(uint160(anna))), "its wallet");
        eq(keccak256(logs[0].data), keccak256(abi.encode(FRANCE, 3)), "as what");
        isCountedAs(SENIOR, anna, FRANCE, 3);
        isCountedAs(JUNIOR, anna, 0, 0);
        isCountedAs(SENIOR, stranger, 0, 0);
        vm.prank(officer);
        registry.setProfile(anna, GERMANY, 4);
        isCountedAs(SENIOR, anna, FRANCE, 3);
    }

    function test_no_limit_of_a_country_before_all_its_owners_are_counted() external {
        issue(SENIOR, ben, 1);
        address[] memory wallets = new address[](1);
        wallets[0] = anna;
        vm.startPrank(officer);
        vm.expectRevert(abi.encodeWithSelector(TokenRulebook.NotAllCounted.selector, 0, 2));
        token.setCountryLimit(SENIOR, GERMANY, 5);
        token.countOwners(SENIOR, wallets);
        token.countOwners(SENIOR, wallets);
        vm.expectRevert(abi.encodeWithSelector(TokenRulebook.NotAllCounted.selector, 1, 2));
        token.setClassLimit(SENIOR, 0, 5);
        wallets[0] = ben;
        token.countOwners(SENIOR, wallets);
        wallets[0] = cleo;
        token.countOwners(SENIOR, wallets);
        token.setCountryLimit(SENIOR, GERMANY, 5);
        vm.stopPrank();
        counted(SENIOR, GERMANY, 2);
    }

    function test_a_system_account_is_bound_by_no_limit_on_holders_but_must_be_eligible() external {
        PartitionTerms memory changed = terms(SENIOR);
        (changed.capBps, changed.holderLimit, changed.lockedUntil) = (1, 1, START + 50);
        setTerms(changed);
        PartitionLimits memory limits = none(SENIOR);
        (limits.maxHolding, limits.minHolding, limits.transferLimit) = (20, 10, 30);
        limit(limits);
        poolCap(0, 5);
        countAll(SENIOR);
        vm.startPrank(officer);
        token.setCountryLimit(SENIOR, GERMANY, 1);
        vm.expectEmit(address(token));
        emit TokenRulebook.SystemAccountSet(ben, "MARKET_MAKER");
        token.setSystemAccount(ben, "MARKET_MAKER");
        vm.stopPrank();
        eq(token.systemAccount(ben), "MARKET_MAKER", "named");
        issue(SENIOR, ben, 150);
        eq(held(SENIOR, ben), 150, "received past every limit");
        refusesTransfer(SENIOR, anna, ben, 1, no(Status.LOCKED, Reasons.LOCKED, START, START + 50));
        vm.prank(ben);
        token.redeem(145, "");
        vm.prank(officer);
        registry.setFrozen(ben, true);
        refusesTransfer(SENIOR, ben, anna, 1, no(Status.INVALID_SENDER, Reasons.FROZEN, 0, 0));
        vm.startPrank(officer);
        registry.setFrozen(ben, false);
        token.setSystemAccount(ben, 0);
        vm.stopPrank();
        refusesTransfer(SENIOR, ben, anna, 1, no(Status.LOCKED, Reasons.LOCKED, START, START + 50));
    }

    function test_a_protected_partition_asks_for_a_cosignature_on_every_path() external {
        for (uint256 i = 0; i < 2; ++i) {
            vm.warp(START);
            PartitionLimits memory limits = none(both[i]);
            limits.cosigned = true;
            limit(limits);
            refusesTransfer(both[i], anna, ben, 10, no(Status.FAILURE, Reasons.COSIGNATURE, START, 0));
            cosign(both[i], 10, START + 10);
            refusesTransfer(both[i], anna, ben, 11, no(Status.FAILURE, Reasons.COSIGNATURE, START, 0));
            refusesTransfer(both[i], anna, cleo, 10, no(Status.FAILURE, Reasons.COSIGNATURE, START, 0));
            vm.warp(START + 10);
            refusesTransfer(both[i], anna, ben, 10, no(Status.FAILURE, Reasons.COSIGNATURE, START + 10, START + 10));
            vm.warp(START + 9);
            send(both[i], anna, ben, 10);
            refusesTransfer(both[i], anna, ben, 10, no(Status.FAILURE, Reasons.COSIGNATURE, START + 9, 0));
            issue(both[i], ben, 5);
        }
        vm.prank(anna);
        token.approve(cleo, 10);
        refuses(
            cleo,
            abi.encodeCall(token.transferFrom, (anna, ben, 10)),
            no(Status.FAILURE, Reasons.COSIGNATURE, START + 9, 0)
        );
        cosign(SENIOR, 10, START + 20);
        vm.prank(cleo);
        token.transferFrom(anna, ben, 10);
        eq(token.cosignedUntil(SENIOR, anna, ben, 10), 0, "used up");
    }

    function test_a_batch_uses_up_each_cosignature() external {
        PartitionLimits memory limits = none(JUNIOR);
        limits.cosigned = true;
        limit(limits);
        cosign(JUNIOR, 10, START + 10);
        address[] memory to = new address[](2);
        uint256[] memory sizes = new uint256[](2);
        (to[0], to[1], sizes[0], sizes[1]) = (ben, ben, 10, 10);
        refuses(
            anna,
            abi.encodeCall(token.transferBatch, ("op", JUNIOR, to, sizes)),
            no(Status.FAILURE, Reasons.COSIGNATURE, START, 0)
        );
    }

    function test_a_signature_of_the_issuer_is_presented_once() external {
        address signer = vm.addr(77);
        bytes32 digest = token.cosignatureDigest(JUNIOR, anna, ben, 10, START + 10, 1);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(77, digest);
        vm.expectRevert(abi.encodeWithSelector(RoleBook.MissingRole.selector, signer, ISSUER));
        token.presentCosignature(JUNIOR, anna, ben, 10, START + 10, 1, v, r, s);
        vm.prank(admin);
        token.grantRoles(signer, ISSUER);
        token.presentCosignature(JUNIOR, anna, ben, 10, START + 10, 1, v, r, s);
        eq(token.cosignedUntil(JUNIOR, anna, ben, 10), START + 10, "co-signed");
        address nobody = ecrecover(token.cosignatureDigest(JUNIOR, anna, ben, 11, START + 10, 1), v, r, s);
        vm.expectRevert(abi.encodeWithSelector(RoleBook.MissingRole.selector, nobody, ISSUER));
        token.presentCosignature(JUNIOR, anna, ben, 11, START + 10, 1, v, r, s);
        vm.expectRevert(abi.encodeWithSelector(TokenCosignatures.CosignatureUsed.selector, digest));
        token.presentCosignature(JUNIOR, anna, ben, 10, START + 10, 1, v, r, s);
        vm.expectRevert(abi.encodeWithSelector(RoleBook.MissingRole.selector, anna, ISSUER));
        vm.prank(anna);
        token.cosign(JUNIOR, anna, ben, 10, START + 10);
    }

    function test_limits_out_of_range_and_in_other_hands() external {
        PartitionLimits memory limits = none(SENIOR);
        limits.maxHolding = 1 << 60;
        badLimits(
            limits,
            abi.encodeWithSelector(TokenState.TermOutOfRange.selector, bytes32("maxHolding"), 1 << 60, (1 << 60) - 1)
        );
        limits = none(SENIOR);
        limits.saleCloses = 1 << 32;
        badLimits(
            limits,
            abi.encodeWithSelector(TokenState.TermOutOfRange.selector, bytes32("saleCloses"), 1 << 32, (1 << 32) - 1)
        );
        (limits.saleOpens, limits.saleCloses) = (9, 9);
        badLimits(limits, abi.encodeWithSelector(TokenRulebook.WindowClosesFirst.selector, 9, 9));
        limits = none(SENIOR);
        (limits.minHolding, limits.maxHolding) = (10, 9);
        badLimits(limits, abi.encodeWithSelector(TokenRulebook.HolderRangeEmpty.selector, 10, 9));
        badLimits(none("OTHER"), abi.encodeWithSelector(TokenState.PartitionUnknown.selector, bytes32("OTHER")));
        ReleaseStep[] memory steps = new ReleaseStep[](2);
        (steps[0], steps[1]) = (ReleaseStep(9, 10), ReleaseStep(9, 20));
        vm.startPrank(officer);
        vm.expectRevert(abi.encodeWithSelector(ReleaseWords.StepsOutOfOrder.selector, 1));
        token.setReleaseSchedule(SENIOR, steps);
        steps[1] = ReleaseStep(10, 10_001);
        vm.expectRevert(abi.encodeWithSelector(ReleaseWords.StepsOutOfOrder.selector, 1));
        token.setReleaseSchedule(SENIOR, steps);
        vm.expectRevert(abi.encodeWithSelector(ReleaseWords.StepsOutOfOrder.selector, 5));
        token.setReleaseSchedule(SENIOR, new ReleaseStep[](6));
        vm.stopPrank();
        bytes[8] memory inputs = [
            abi.encodeCall(token.setPartitionLimits, (none(SENIOR))),
            abi.encodeCall(token.setPoolCap, (1, 1)),
            abi.encodeCall(token.setReleaseSchedule, (SENIOR, steps)),
            abi.encodeCall(token.setScheduledUnits, (SENIOR, anna, 1)),
            abi.encodeCall(token.countOwners, (SENIOR, new address[](0))),
            abi.encodeCall(token.setCountryLimit, (SENIOR, 1, 1)),
            abi.encodeCall(token.setClassLimit, (SENIOR, 1, 1)),
            abi.encodeCall(token.setSystemAccount, (anna, "NAME"))
        ];
        for (uint256 i = 0; i < inputs.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(RoleBook.MissingRole.selector, issuer, COMPLIANCE));
            vm.prank(issuer);
            (bool ok,) = address(token).call(inputs[i]);
            isTrue(ok, "refused");
        }
    }

    function none(bytes32 partition) private pure returns (PartitionLimits memory) {
        return PartitionLimits(partition, 0, 0, 0, 0, 0, false);
    }

    function limit(PartitionLimits memory limits) private {
        vm.prank(officer);
        token.setPartitionLimits(limits);
    }

    function badLimits(PartitionLimits memory limits, bytes memory expected) private {
        vm.expectRevert(expected);
        limit(limits);
    }

    function poolCap(uint16 bps, uint64 units) private {
        vm.prank(officer);
        token.setPoolCap(bps, units);
    }

    /// @dev A quarter from START + 100, all from START + 200.
    function schedule(bytes32 partition) private {
        ReleaseStep[] memory steps = new ReleaseStep[](2);
        (steps[0], steps[1]) = (ReleaseStep(START + 100, 2500), ReleaseStep(START + 200, 10_000));
        vm.prank(officer);
        token.setReleaseSchedule(partition, steps);
    }

    function countAll(bytes32 partition) private {
        address[] memory wallets = new address[](1);
        wallets[0] = anna;
        vm.prank(officer);
        token.countOwners(partition, wallets);
    }

    function counted(bytes32 partition, uint8 country, uint256 expected) private view {
        (uint256 owners,) = token.countryCount(partition, country);
        eq(owners, expected, "owners of the country");
    }

    function isCountedAs(bytes32 partition, address wallet, uint8 country, uint8 investorClass) private view {
        (uint8 its, uint8 class_) = token.countedAs(partition, wallet);
        eq(its, country, "country");
        eq(class_, investorClass, "class");
    }

    function cosign(bytes32 partition, uint256 units, uint40 deadline) private {
        vm.prank(issuer);
        token.cosign(partition, anna, ben, units, deadline);
    }
}
