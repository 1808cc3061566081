// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {RoleBook} from "../src/RoleBook.sol";
import {TokenUrgent} from "../src/token/TokenUrgent.sol";
import {Suite} from "./Suite.sol";

/// @title A record shows who held what when its date came, whatever happens afterwards and whoever is idle.
contract TokenRecordsTest is Suite {
    uint40 private constant FIRST = START + 30 days;
    uint40 private constant SECOND = START + 60 days;
    bytes32[2] private both = [SENIOR, JUNIOR];

    function setUp() public override {
        super.setUp();
        for (uint256 i = 0; i < 2; ++i) {
            issue(both[i], anna, 1000);
            issue(both[i], ben, 500);
        }
    }

    function test_a_record_keeps_what_was_held_before_its_date() external {
        eq(schedule(FIRST), 1, "the first record");
        vm.warp(FIRST - 1);
        for (uint256 i = 0; i < 2; ++i) {
            send(both[i], anna, ben, 100);
        }
        vm.warp(FIRST);
        for (uint256 i = 0; i < 2; ++i) {
            send(both[i], anna, cleo, 900);
            issue(both[i], cleo, 50);
            vm.prank(ben);
            token.redeemByPartition(both[i], 600, "");
            shows(both[i], 1, 900, 600, 0);
            eq(token.totalSupplyByPartitionAt(both[i], 1), 1500, "supply then");
            eq(token.totalSupplyByPartition(both[i]), 950, "supply now");
        }
        eq(token.recordDate(1), FIRST, "its date");
    }

    function test_nobody_has_to_move_for_a_record_to_be_asked() external {
        schedule(FIRST);
        vm.warp(FIRST + 1 days);
        for (uint256 i = 0; i < 2; ++i) {
            shows(both[i], 1, 1000, 500, 0);
            eq(token.totalSupplyByPartitionAt(both[i], 1), 1500, "supply");
        }
    }

    function test_a_token_has_2047_record_dates_and_no_more() external {
        for (uint256 record = 1; record <= 2047; ++record) {
            eq(schedule(uint40(block.timestamp + 60)), record, "numbered");
            vm.warp(block.timestamp + 60);
            send(SENIOR, anna, ben, record == 2047 ? 7 : 0);
        }
        shows(SENIOR, 2047, 1000, 500, 0);
        (, uint256 owners,, bool halted) = token.stateOf(SENIOR);
        isTrue(owners == 2 && !halted && token.isIssuable() && token.isControllable(), "the flags beside it");
        vm.expectRevert(abi.encodeWithSelector(TokenUrgent.TooManyRecords.selector, 2047));
        vm.prank(issuer);
        token.scheduleRecordDate(uint40(block.timestamp + 60));
    }

    function test_records_that_passed_while_all_were_idle_are_taken_together() external {
        schedule(FIRST);
        eq(schedule(SECOND), 2, "waits");
        eq(schedule(SECOND + 1), 3, "waits too");
        vm.warp(SECOND);
        send(JUNIOR, anna, ben, 10);
        send(SENIOR, anna, ben, 10);
        for (uint256 i = 0; i < 2; ++i) {
            shows(both[i], 1, 1000, 500, 0);
            shows(both[i], 2, 1000, 500, 0);
        }
        vm.warp(SECOND + 1);
        send(SENIOR, anna, ben, 10);
        shows(SENIOR, 3, 990, 510, 0);
        shows(SENIOR, 2, 1000, 500, 0);
        shows(JUNIOR, 3, 990, 510, 0);
    }

    function test_who_comes_late_held_nothing_and_who_was_idle_held_the_same() external {
        schedule(FIRST);
        vm.warp(FIRST);
        send(SENIOR, anna, cleo, 1);
        schedule(SECOND);
        vm.warp(SECOND);
        send(SENIOR, anna, ben, 1);
        shows(SENIOR, 1, 1000, 500, 0);
        shows(SENIOR, 2, 999, 500, 1);
    }

    function test_a_record_that_is_not_due_or_unknown_is_not_answered() external {
        schedule(FIRST);
        vm.expectRevert(abi.encodeWithSignature("RecordNotDue(uint256,uint256)", 1, FIRST));
        token.balanceOfByPartitionAt(SENIOR, anna, 1);
        vm.expectRevert(abi.encodeWithSignature("RecordUnknown(uint256)", 2));
        token.balanceOfByPartitionAt(SENIOR, anna, 2);
        vm.expectRevert(abi.encodeWithSignature("RecordUnknown(uint256)", 0));
        token.recordDate(0);
    }

    function test_dates_are_ahead_of_now_and_in_order() external {
        vm.startPrank(issuer);
        vm.expectRevert(abi.encodeWithSignature("RecordDateTooEarly(uint256,uint256)", START, START + 1));
        token.scheduleRecordDate(START);
        token.scheduleRecordDate(FIRST);
        vm.expectRevert(abi.encodeWithSignature("RecordDateTooEarly(uint256,uint256)", FIRST, FIRST + 1));
        token.scheduleRecordDate(FIRST);
        for (uint40 i = 1; i < 16; ++i) {
            token.scheduleRecordDate(FIRST + i);
        }
        vm.expectRevert(abi.encodeWithSignature("TooManyRecords(uint256)", 16));
        token.scheduleRecordDate(FIRST + 16);
        vm.stopPrank();
        vm.expectRevert(abi.encodeWithSelector(RoleBook.MissingRole.selector, officer, ISSUER));
        vm.prank(officer);
        token.scheduleRecordDate(SECOND);
    }

    function testFuzz_a_record_is_the_register_of_its_moment(uint256 seed) external {
        address[3] memory who = [anna, ben, cleo];
        uint256[3][4] memory was;
        uint256[4] memory supply;
        for (uint256 record = 1; record <= 3; ++record) {
            uint40 date = uint40(block.timestamp) + 10;
            schedule(date);
            for (uint256 step = 0; step < 4; ++step) {
                seed = uint256(keccak256(abi.encode(seed)));
                change(who[seed % 3], who[seed / 3 % 3], seed);
            }
            for (uint256 i = 0; i < 3; ++i) {
                was[record][i] = held(JUNIOR, who[i]);
            }
            supply[record] = token.totalSupplyByPartition(JUNIOR);
            vm.warp(date);
        }
        change(anna, ben, seed >> 8);
        for (uint256 record = 1; record <= 3; ++record) {
            for (uint256 i = 0; i < 3; ++i) {
                eq(token.balanceOfByPartitionAt(JUNIOR, who[i], record), was[record][i], "units then");
            }
            eq(token.totalSupplyByPartitionAt(JUNIOR, record), supply[record], "supply then");
        }
    }

    function change(address from, address to, uint256 seed) private {
        uint256 units = bound(seed >> 16, 0, held(JUNIOR, from));
        if (seed >> 4 & 3 == 0) {
            issue(JUNIOR, to, seed >> 16 & 0xff);
        } else if (seed >> 4 & 3 == 1) {
            vm.prank(from);
            token.redeemByPartition(JUNIOR, units, "");
        } else {
            send(JUNIOR, from, to, units);
        }
    }

    function shows(bytes32 partition, uint256 record, uint256 annas, uint256 bens, uint256 cleos) private view {
        eq(token.balanceOfByPartitionAt(partition, anna, record), annas, "anna's");
        eq(token.balanceOfByPartitionAt(partition, ben, record), bens, "ben's");
        eq(token.balanceOfByPartitionAt(partition, cleo, record), cleos, "cleo's");
    }

    function schedule(uint40 date) private returns (uint256) {
        vm.prank(issuer);
        return token.scheduleRecordDate(date);
    }
}
