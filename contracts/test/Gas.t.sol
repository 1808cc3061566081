// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IdentityRegistry} from "../src/IdentityRegistry.sol";
import {PartitionTerms} from "../src/token/TokenState.sol";
import {Suite} from "./Suite.sol";

/// @title Whole-transaction gas with all rules on, compared with gas/Gas.json by the check.
/// @notice Rules on: expiry of both sides, country, class, 5% cap, holder limit, freezes, a lock-up that has passed.
contract GasTest is Suite {
    function setUp() public override {
        super.setUp();
        PartitionTerms memory all = terms(SENIOR);
        (all.holderLimit, all.lockedUntil, all.countryMask, all.classMask) =
            (10_000, START, 1 << uint256(GERMANY) | 1 << uint256(FRANCE), 0x3);
        setTerms(all);
        all.partition = JUNIOR;
        setTerms(all);
        vm.warp(START + 1);
        issue(SENIOR, anna, 10_000);
        issue(JUNIOR, anna, 10_000);
        issue(SENIOR, ben, 10_000);
        issue(JUNIOR, ben, 10_000);
    }

    function test_transfer_both_hold_already() external {
        close();
        vm.prank(anna);
        token.transfer(ben, 100);
        note("transfer, both hold already");
    }

    function test_transfer_first_to_a_holder() external {
        close();
        vm.prank(anna);
        token.transfer(cleo, 100);
        note("transfer, first to a verified holder");
    }

    function test_transfer_by_partition() external {
        close();
        send(SENIOR, anna, ben, 100);
        note("transferByPartition, default");
        send(JUNIOR, anna, ben, 100);
        note("transferByPartition, another");
        send(JUNIOR, anna, cleo, 100);
        note("transferByPartition, another, first");
    }

    function test_transfer_from() external {
        close();
        vm.prank(anna);
        token.approve(cleo, 1000);
        note("approve");
        vm.prank(cleo);
        token.transferFrom(anna, ben, 100);
        note("transferFrom");
    }

    function test_issue() external {
        vm.prank(issuer);
        token.issue(cleo, 100, "");
        note("issue to a new holder");
    }

    function test_issue_batch_of_100() external {
        (address[] memory to, uint256[] memory sizes) = hundred();
        vm.prank(issuer);
        token.issueBatch("op", SENIOR, to, sizes);
        note("issueBatch to 100 new holders");
    }

    function test_register() external {
        IdentityRegistry.Registration[] memory entries = new IdentityRegistry.Registration[](1);
        entries[0] = IdentityRegistry.Registration(stranger, 9, GERMANY, 1, VALID_UNTIL);
        vm.prank(officer);
        registry.registerBatch("op", entries);
        note("register an investor");
    }

    function test_register_batch_of_100() external {
        IdentityRegistry.Registration[] memory entries = new IdentityRegistry.Registration[](100);
        for (uint256 i = 0; i < 100; ++i) {
            entries[i] = IdentityRegistry.Registration(holder(i), uint64(1000 + i), GERMANY, 1, VALID_UNTIL);
        }
        vm.prank(officer);
        registry.registerBatch("op", entries);
        note("registerBatch of 100");
    }

    function test_force() external {
        close();
        vm.startPrank(agent);
        token.controllerTransfer(anna, ben, 100, "", "");
        note("controllerTransfer");
        token.controllerRedeem(anna, 100, "", "");
        note("controllerRedeem");
        vm.stopPrank();
    }

    function test_redeem() external {
        close();
        vm.prank(anna);
        token.redeem(100, "");
        note("redeem by the holder");
    }

    function test_freeze_pause_document() external {
        vm.prank(officer);
        token.setWalletFrozen(anna, true);
        note("setWalletFrozen");
        vm.prank(officer);
        token.setFrozenTokens(ben, 10);
        note("setFrozenTokens");
        vm.prank(pauser);
        token.pause();
        note("pause");
        vm.prank(issuer);
        token.setDocument("PROSPECTUS", "https://example.org/prospectus.pdf", bytes32(uint256(1)));
        note("setDocument, with list");
    }

    /// @dev Secondary trading: the primary is closed and the cap is of the units outstanding.
    function close() private {
        PartitionTerms memory half = token.termsOf(SENIOR);
        half.capBps = 5100;
        setTerms(half);
        half = token.termsOf(JUNIOR);
        half.capBps = 5100;
        setTerms(half);
        vm.prank(issuer);
        token.closePrimary();
    }

    function hundred() private returns (address[] memory to, uint256[] memory sizes) {
        to = new address[](100);
        sizes = new uint256[](100);
        for (uint256 i = 0; i < 100; ++i) {
            (to[i], sizes[i]) = (holder(i), 1000 + i);
            register(to[i], uint64(1000 + i));
        }
    }

    function holder(uint256 i) private pure returns (address) {
        return account(string.concat("holder ", vm.toString(i)));
    }

    function note(string memory name) private {
        vm.snapshotGasLastCall("Gas", name);
    }
}
