// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {ReleaseStep} from "../src/token/ReleaseWord.sol";
import {PartitionLimits} from "../src/token/TokenRulebook.sol";
import {GasStage} from "./GasStage.sol";

/// @title What each further rule adds to whole transactions, on the stage with all others on: gas/Rules.json.
contract RulesGasTest is GasStage {
    function test_minimum_and_maximum_holding() external {
        PartitionLimits memory limits = none();
        (limits.minHolding, limits.maxHolding) = (10, 40_000);
        set(limits);
        measure("minimum and maximum holding");
    }

    function test_limit_of_a_transfer() external {
        PartitionLimits memory limits = none();
        limits.transferLimit = 5000;
        set(limits);
        measure("limit of a transfer");
    }

    function test_sale_window() external {
        PartitionLimits memory limits = none();
        (limits.saleOpens, limits.saleCloses) = (START, START + 90 days);
        set(limits);
        measure("sale window");
    }

    function test_counts_per_country_and_class() external {
        count();
        measure("owners counted by country and class");
    }

    function test_release_schedule() external {
        release();
        measure("release schedule of five steps");
    }

    function test_cap_over_both_partitions() external {
        vm.prank(officer);
        token.setPoolCap(1000, 90_000);
        measure("cap over both partitions");
    }

    function test_all_of_them() external {
        PartitionLimits memory limits = none();
        (limits.minHolding, limits.maxHolding, limits.transferLimit) = (10, 40_000, 5000);
        (limits.saleOpens, limits.saleCloses) = (START, START + 90 days);
        set(limits);
        count();
        release();
        vm.prank(officer);
        token.setPoolCap(1000, 90_000);
        measure("all of these");
    }

    function measure(string memory rule) private {
        vm.prank(issuer);
        token.issue(cleo, 100, "");
        note("issue to a new holder", rule);
        vm.prank(cleo);
        token.redeem(1, "");
        note("redeem by holder", rule);
        address[] memory wallets = new address[](1);
        wallets[0] = stranger;
        register(stranger, 9);
        vm.prank(officer);
        token.admit(wallets);
        close();
        vm.prank(anna);
        token.transfer(ben, 100);
        note("transfer, both hold already", rule);
        vm.prank(anna);
        token.transfer(stranger, 100);
        note("transfer, first to a verified holder", rule);
    }

    function none() private pure returns (PartitionLimits memory limits) {
        limits.partition = SENIOR;
    }

    function set(PartitionLimits memory limits) private {
        vm.prank(officer);
        token.setPartitionLimits(limits);
    }

    function count() private {
        vm.startPrank(officer);
        token.countOwners(SENIOR, crowd);
        token.setCountryLimit(SENIOR, GERMANY, 1000);
        token.setClassLimit(SENIOR, 0, 1000);
        vm.stopPrank();
    }

    /// @dev Everything that was issued to anna and to cleo is of the schedule, of which four fifths are free.
    function release() private {
        ReleaseStep[] memory steps = new ReleaseStep[](5);
        for (uint256 i = 0; i < 5; ++i) {
            steps[i] = ReleaseStep(uint40(i < 4 ? START - 4 + i : START + 30 days), uint16(2000 * (i + 1)));
        }
        vm.startPrank(officer);
        token.setReleaseSchedule(SENIOR, steps);
        token.setScheduledUnits(SENIOR, anna, 10_000);
        vm.stopPrank();
    }

    function note(string memory what, string memory rule) private {
        noted("Rules", string.concat(what, ": ", rule));
    }
}
