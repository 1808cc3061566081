// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {JuniorFirst} from "../src/JuniorFirst.sol";
import {RoleBook} from "../src/RoleBook.sol";
import {TokenDistress} from "../src/token/TokenDistress.sol";
import {IGateway} from "./IGateway.sol";
import {Suite} from "./Suite.sol";

/// @title Defaults and losses: who says so, and who bears them first.
contract TokenDistressTest is Suite {
    IGateway private archive;

    function setUp() public override {
        super.setUp();
        archive = IGateway(address(token));
    }

    function test_a_default_is_told_and_cured() external {
        figures(SENIOR, false, 1_000_000);
        vm.startPrank(agent);
        archive.writeDown(SENIOR, 900_000, "");
        vm.expectEmit(address(token));
        emit TokenDistress.DefaultSet(SENIOR, true, "notice 4");
        archive.setDefault(SENIOR, true, "notice 4");
        figures(SENIOR, true, 900_000);
        figures(JUNIOR, false, 1_000_000);
        archive.writeDown(SENIOR, 800_000, "");
        figures(SENIOR, true, 800_000);
        archive.setDefault(SENIOR, false, "");
        figures(SENIOR, false, 800_000);
        vm.stopPrank();
    }

    function test_what_is_written_off_is_so_for_good() external {
        vm.startPrank(agent);
        vm.expectEmit(address(token));
        emit TokenDistress.WrittenDown(JUNIOR, 400_000, "loss 1");
        archive.writeDown(JUNIOR, 400_000, "loss 1");
        uint32[3] memory notLess = [uint32(400_000), 400_001, type(uint32).max];
        for (uint256 i = 0; i < 3; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(TokenDistress.NotWrittenDown.selector, JUNIOR, notLess[i], 400_000)
            );
            archive.writeDown(JUNIOR, notLess[i], "");
        }
        archive.writeDown(JUNIOR, 0, "");
        figures(JUNIOR, false, 0);
        vm.stopPrank();
    }

    function test_the_waterfall_says_who_bears_a_loss_first() external {
        bytes32[] memory order = new bytes32[](2);
        (order[0], order[1]) = (JUNIOR, SENIOR);
        JuniorFirst waterfall = JuniorFirst(create("JuniorFirst", abi.encode(order)));
        eq(waterfall.order().length, 2, "as it was made");
        vm.expectEmit(address(token));
        emit TokenDistress.WaterfallSet(address(waterfall));
        vm.prank(admin);
        archive.setWaterfall(address(waterfall));
        eq(archive.waterfall(), address(waterfall), "set");
        vm.prank(issuer);
        token.addPartition(terms("MEZZANINE"));
        vm.startPrank(agent);
        vm.expectRevert(
            abi.encodeWithSelector(JuniorFirst.SomethingLeftBelow.selector, SENIOR, JUNIOR, 1_000_000)
        );
        archive.writeDown(SENIOR, 999_999, "");
        archive.writeDown(JUNIOR, 1, "");
        vm.expectRevert(abi.encodeWithSelector(JuniorFirst.SomethingLeftBelow.selector, SENIOR, JUNIOR, 1));
        archive.writeDown(SENIOR, 999_999, "");
        archive.writeDown(JUNIOR, 0, "");
        archive.writeDown(SENIOR, 999_999, "");
        vm.expectRevert(
            abi.encodeWithSelector(JuniorFirst.SomethingLeftBelow.selector, bytes32("MEZZANINE"), SENIOR, 999_999)
        );
        archive.writeDown("MEZZANINE", 1, "");
        archive.writeDown(SENIOR, 0, "");
        vm.expectRevert(abi.encodeWithSelector(JuniorFirst.NotRanked.selector, bytes32("MEZZANINE")));
        archive.writeDown("MEZZANINE", 1, "");
        vm.stopPrank();
    }

    function test_a_waterfall_ranks_no_more_than_a_token_has() external {
        vm.expectRevert(abi.encodeWithSelector(JuniorFirst.TooManyPartitions.selector, 16));
        new JuniorFirst(new bytes32[](17));
    }

    function test_who_may() external {
        vm.startPrank(issuer);
        vm.expectRevert(abi.encodeWithSelector(RoleBook.MissingRole.selector, issuer, TRANSFER_AGENT));
        archive.setDefault(SENIOR, true, "");
        vm.expectRevert(abi.encodeWithSelector(RoleBook.MissingRole.selector, issuer, TRANSFER_AGENT));
        archive.writeDown(SENIOR, 1, "");
        vm.expectRevert(abi.encodeWithSelector(RoleBook.NotAdmin.selector, issuer));
        archive.setWaterfall(address(1));
        vm.stopPrank();
        vm.startPrank(agent);
        vm.expectRevert(abi.encodeWithSelector(TokenDistress.NoSuchPartition.selector, bytes32("NONE")));
        archive.setDefault("NONE", true, "");
        vm.expectRevert(abi.encodeWithSelector(TokenDistress.NoSuchPartition.selector, bytes32("NONE")));
        archive.writeDown("NONE", 1, "");
        vm.stopPrank();
    }

    function figures(bytes32 partition, bool inDefault, uint256 remaining) private view {
        (bool gotDefault, uint256 gotRemaining) = archive.distressOf(partition);
        isTrue(gotDefault == inDefault, "default");
        eq(gotRemaining, remaining, "left");
    }
}
