// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {CouponPayer} from "../src/CouponPayer.sol";
import {Payee} from "../src/CouponTree.sol";
import {IdentityRegistry} from "../src/IdentityRegistry.sol";
import {PaymentToken} from "../src/PaymentToken.sol";
import {PartitionTerms} from "../src/token/TokenState.sol";
import {Suite} from "./Suite.sol";

/// @title Whole-transaction gas with all rules on, compared with gas/Gas.json by the check.
/// @notice Rules on: expiry of both sides, country, class, 5% cap, holder limit, freezes, a lock-up that has passed.
contract GasTest is Suite {
    CouponPayer private coupons;
    PaymentToken private money;

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
        coupons = CouponPayer(create("CouponPayer", abi.encode(admin)));
        money = PaymentToken(create("PaymentToken", abi.encode("Demo Euro", "dEUR", admin)));
        vm.startPrank(admin);
        coupons.grantRoles(payer, PAYER);
        money.grantRoles(issuer, ISSUER);
        vm.stopPrank();
        vm.prank(issuer);
        money.mint(payer, 10_000);
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

    function test_coupon_of_200() external {
        (address[] memory to,) = hundred();
        Payee[] memory payees = new Payee[](200);
        bytes32[] memory leaves = new bytes32[](256);
        for (uint256 i = 0; i < 200; ++i) {
            payees[i] = Payee(i < 100 ? to[i] : holder(i), 10);
            leaves[i] = keccak256(bytes.concat(keccak256(abi.encode(bytes32("C"), i, payees[i].account, 10))));
            vm.prank(issuer);
            money.mint(payees[i].account, 1);
        }
        for (uint256 width = 128; width > 0; width /= 2) {
            for (uint256 i = 0; i < width; ++i) {
                leaves[i] = keccak256(abi.encodePacked(leaves[2 * i], leaves[2 * i + 1]));
            }
        }
        vm.startPrank(payer);
        money.approve(address(coupons), 10_000);
        coupons.declare("C", address(token), address(money), 2000, leaves[0], 200, VALID_UNTIL);
        note("coupon: declare");
        coupons.pay("C", 0, payees, new bytes32[](0));
        note("coupon: push to 200 who hold the currency");
        vm.stopPrank();
    }

    function test_claim_of_one_among_1000() external {
        bytes32[] memory proof = new bytes32[](10);
        bytes32 node = keccak256(bytes.concat(keccak256(abi.encode(bytes32("C"), uint256(0), anna, uint256(10)))));
        for (uint256 i = 0; i < 10; ++i) {
            proof[i] = keccak256(abi.encode(i));
            node = keccak256(abi.encodePacked(node, proof[i]));
        }
        vm.prank(issuer);
        money.mint(anna, 1);
        vm.startPrank(payer);
        money.approve(address(coupons), 10_000);
        coupons.declare("C", address(token), address(money), 2000, node, 1000, VALID_UNTIL);
        vm.stopPrank();
        vm.prank(anna);
        coupons.claim("C", 0, anna, 10, proof);
        note("coupon: claim alone, of 1,000");
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
