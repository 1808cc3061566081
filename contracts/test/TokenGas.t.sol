// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IdentityWord} from "../src/IdentityWord.sol";
import {IdentityRegistry} from "../src/IdentityRegistry.sol";
import {GasStage} from "./GasStage.sol";

/// @title Whole-transaction gas of token and registry with all rules on, compared with gas/Gas.json by the check.
contract TokenGasTest is GasStage {
    function test_transfer_both_hold_already() external {
        close();
        vm.prank(anna);
        token.transfer(ben, 100);
        note("transfer, both hold already");
    }

    /// @dev What the copies save: the same with the shared registry asked each time.
    function test_transfer_without_copies() external {
        token = bare(create("SecurityTokenBackOffice", ""));
        stock();
        close();
        vm.prank(anna);
        token.transfer(ben, 100);
        note("transfer, both hold already, the registry asked each time");
    }

    function test_transfer_first_to_a_holder() external {
        close();
        vm.prank(anna);
        token.transfer(cleo, 100);
        note("transfer, first to a verified holder");
    }

    function test_transfer_of_a_partly_frozen_holder() external {
        close();
        vm.prank(officer);
        token.setFrozenTokens(anna, 5000);
        vm.prank(anna);
        token.transfer(ben, 100);
        note("transfer, of a holder with frozen units in two partitions");
    }

    function test_transfer_to_a_wallet_without_a_copy() external {
        close();
        register(stranger, 9);
        vm.prank(anna);
        token.transfer(stranger, 100);
        note("transfer, first to a wallet that the token has never seen");
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

    /// @dev Another owner lost its wallet: who acts for a holder is looked up from then on.
    function test_transfer_from_in_a_token_that_had_a_recovery() external {
        close();
        address fresh = account("cleo's new wallet");
        vm.prank(officer);
        registry.addWallet(crowd[2], fresh);
        vm.prank(agent);
        token.recoverWallet(crowd[2], fresh, "");
        vm.prank(anna);
        token.approve(cleo, 1000);
        vm.prank(cleo);
        token.transferFrom(anna, ben, 100);
        note("transferFrom, in a token that had a recovery");
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
        note("batch issue to 100 new holders");
    }

    function test_transfer_batch_1_to_100() external {
        (address[] memory to, uint256[] memory sizes) = hundred();
        vm.prank(issuer);
        token.issueBatch("op", SENIOR, to, sizes);
        close();
        for (uint256 i = 0; i < 100; ++i) {
            sizes[i] = 10;
        }
        vm.prank(anna);
        token.transferBatch("op", SENIOR, to, sizes);
        note("batch transfer 1 to 100");
    }

    function test_register() external {
        vm.prank(officer);
        registry.register(IdentityRegistry.Registration(stranger, 9, GERMANY, 1, VALID_UNTIL));
        note("register an investor");
    }

    function test_register_batch_of_100() external {
        IdentityRegistry.Registration[] memory entries = new IdentityRegistry.Registration[](100);
        for (uint256 i = 0; i < 100; ++i) {
            entries[i] = IdentityRegistry.Registration(holder(i), uint64(130 + i), GERMANY, 1, VALID_UNTIL);
        }
        (address[] memory wallets, IdentityWord[] memory words) = lists(entries);
        vm.prank(officer);
        registry.registerBatch("op", wallets, words);
        note("register a batch of 100");
    }

    function test_admit_100() external {
        address[] memory wallets = new address[](100);
        for (uint256 i = 0; i < 100; ++i) {
            wallets[i] = holder(i);
            register(wallets[i], uint64(1000 + i));
        }
        vm.prank(officer);
        token.admit(wallets);
        note("admit a batch of 100 to a pool");
    }

    function test_force() external {
        close();
        vm.startPrank(agent);
        token.controllerTransfer(anna, ben, 100, "", "");
        note("controller transfer");
        token.controllerRedeem(anna, 100, "", "");
        note("controller redeem");
        vm.stopPrank();
    }

    function test_redeem() external {
        close();
        vm.prank(anna);
        token.redeem(100, "");
        note("redeem by holder");
    }

    function test_record_date() external {
        close();
        vm.warp(START + 30 days);
        vm.prank(anna);
        token.transfer(ben, 100);
        note("record date: first transfer after it");
        vm.prank(anna);
        token.transfer(ben, 100);
        note("record date: transfer, none is scheduled");
        vm.prank(issuer);
        token.scheduleRecordDate(START + 60 days);
        note("record date: schedule");
        vm.prank(anna);
        token.transfer(ben, 100);
        note("record date: transfer, one is scheduled");
    }

    function test_freeze_pause_document() external {
        vm.prank(officer);
        token.setWalletFrozen(anna, true);
        note("freeze one");
        vm.prank(officer);
        token.setFrozenTokens(ben, 10);
        note("freeze some units");
        vm.prank(pauser);
        token.pause();
        note("pause");
        vm.prank(issuer);
        token.setDocument("PROSPECTUS", "https://example.org/prospectus.pdf", bytes32(uint256(1)));
        note("document set, with list");
    }

    function test_an_owner_is_frozen_in_every_token() external {
        vm.prank(officer);
        registry.setFrozen(anna, true);
        note("freeze one owner, one copy");
        register(stranger, 9);
        vm.prank(officer);
        registry.setFrozen(stranger, true);
        note("freeze one owner, no copy");
    }

    /// @dev 64 copies each cost less than four times as much, and must fit one transaction (2^24 gas, EIP-7825).
    function test_an_owner_of_16_wallets_with_16_copies_each_is_frozen() external {
        address backOffice = create("SecurityTokenBackOffice", "");
        address[] memory wallets = new address[](16);
        register(stranger, 9);
        wallets[0] = stranger;
        for (uint256 i = 1; i < wallets.length; ++i) {
            wallets[i] = holder(5000 + i);
            addWallet(stranger, wallets[i]);
        }
        for (uint256 i = 0; i < 16; ++i) {
            token = deploy(backOffice);
            vm.prank(officer);
            token.admit(wallets);
        }
        vm.prank(officer);
        registry.setFrozen(stranger, true);
        uint256 used = noted("Gas", "freeze one owner, 16 wallets, 16 copies each");
        isTrue(4 * used < 1 << 24, "64 copies fit");
    }

    function hundred() private returns (address[] memory to, uint256[] memory sizes) {
        to = new address[](100);
        sizes = new uint256[](100);
        for (uint256 i = 0; i < 100; ++i) {
            (to[i], sizes[i]) = (holder(i), 1000 + i);
            register(to[i], uint64(1000 + i));
        }
        vm.prank(officer);
        token.admit(to);
    }

    function note(string memory name) private {
        noted("Gas", name);
    }
}
