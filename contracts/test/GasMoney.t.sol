// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {CouponPayer} from "../src/CouponPayer.sol";
import {Payee} from "../src/CouponTree.sol";
import {PaymentToken} from "../src/PaymentToken.sol";
import {Test} from "./Vm.sol";

/// @title Whole-transaction gas of coupons, compared with gas/Coupons.json by the check.
/// @notice The payment token is the demonstration one, with its block list; every payee holds some of it already.
contract GasMoneyTest is Test {
    uint256 private constant PAYER = 8;
    uint40 private constant DEADLINE = 1_800_000_000;
    address private admin = account("admin");
    address private payer = account("payer");
    address private office = account("tax office");
    CouponPayer private coupons;
    PaymentToken private money;

    function setUp() external {
        vm.warp(DEADLINE - 1000);
        coupons = CouponPayer(create("CouponPayer", abi.encode(admin)));
        money = PaymentToken(create("PaymentToken", abi.encode("Demo Euro", "dEUR", admin)));
        vm.startPrank(admin);
        coupons.grantRoles(payer, PAYER);
        money.grantRoles(admin, 1);
        money.mint("payer", payer, 100_000);
        for (uint256 i = 0; i < 200; ++i) {
            money.mint(bytes32(i), holder(i), 1);
        }
        vm.stopPrank();
        vm.prank(payer);
        money.approve(address(coupons), 100_000);
    }

    function test_declare() external {
        declare("first", 2000, 1, 200, address(0));
        note("declare, the first in a currency");
        // Nothing is left of it: the contract holds no money of this currency, as when it is asked for the next coupon.
        vm.warp(DEADLINE);
        coupons.reclaim("first");
        note("reclaim the rest");
        vm.warp(DEADLINE - 1000);
        declare("next", 2000, 1, 200, address(0));
        note("declare");
        declare("withholding", 2000, 1, 200, office);
        note("declare, with a withholding account, beside another");
    }

    function test_push_to_200() external {
        declare("before", 1, 1, 1, address(0));
        Payee[] memory payees = payeesWith(0);
        declare("C", 2000, rootOf(payees), 200, address(0));
        vm.prank(payer);
        coupons.pay("C", 0, payees, new bytes32[](0));
        note("push to 200 who hold the currency");
    }

    function test_push_to_200_with_tax() external {
        Payee[] memory payees = payeesWith(1);
        declare("C", 2200, rootOf(payees), 200, office);
        vm.prank(payer);
        coupons.pay("C", 0, payees, new bytes32[](0));
        note("push to 200 who hold the currency, with tax withheld");
        coupons.remit("C");
        note("remit what was withheld");
    }

    function test_push_to_200_of_whom_one_is_blocked() external {
        Payee[] memory payees = payeesWith(0);
        declare("C", 2000, rootOf(payees), 200, address(0));
        vm.startPrank(admin);
        money.grantRoles(admin, 4);
        money.setBlocked(holder(7), true);
        vm.stopPrank();
        vm.prank(payer);
        coupons.pay("C", 0, payees, new bytes32[](0));
        note("push to 200 of whom one cannot receive");
        vm.prank(admin);
        money.setBlocked(holder(7), false);
        coupons.payOwed("C", holder(7));
        note("pay what is owed");
    }

    function test_claim_of_one_among_1000() external {
        claimAmong("coupon", 10, 1000);
        note("claim alone, of 1,000");
    }

    function test_claim_of_one_among_100_000() external {
        claimAmong("coupon", 17, 100_000);
        note("claim alone, of 100,000");
    }

    /// @dev The cost of a claim does not grow with the coupons that were paid before it.
    function test_claim_after_many_coupons() external {
        for (uint256 i = 1; i <= 100; ++i) {
            declare(bytes32(i), 1, 1, 1, address(0));
        }
        claimAmong("coupon", 10, 1000);
        note("claim alone, of 1,000, after 100 coupons");
    }

    function claimAmong(bytes32 id, uint256 depth, uint32 count) private {
        bytes32[] memory proof = new bytes32[](depth);
        Payee memory payee = Payee(holder(0), 10, 0);
        bytes32 node = keccak256(bytes.concat(keccak256(abi.encode(id, uint256(0), payee))));
        for (uint256 i = 0; i < depth; ++i) {
            proof[i] = keccak256(abi.encode(i));
            node = keccak256(abi.encodePacked(node, proof[i]));
        }
        declare(id, 2000, node, count, address(0));
        vm.prank(payee.account);
        coupons.claim(id, 0, payee, proof);
    }

    function declare(bytes32 id, uint256 amount, uint256 root, uint32 count, address withholding) private {
        declare(id, amount, bytes32(root), count, withholding);
    }

    function declare(bytes32 id, uint256 amount, bytes32 root, uint32 count, address withholding) private {
        vm.prank(payer);
        coupons.declare(
            id,
            CouponPayer.Declaration(account("pool"), address(money), amount, root, count, DEADLINE, withholding)
        );
    }

    function payeesWith(uint128 withheld) private pure returns (Payee[] memory payees) {
        payees = new Payee[](200);
        for (uint256 i = 0; i < 200; ++i) {
            payees[i] = Payee(holder(i), 10, withheld);
        }
    }

    function rootOf(Payee[] memory payees) private pure returns (bytes32) {
        bytes32[] memory nodes = new bytes32[](256);
        for (uint256 i = 0; i < payees.length; ++i) {
            nodes[i] = keccak256(bytes.concat(keccak256(abi.encode(bytes32("C"), i, payees[i]))));
        }
        for (uint256 width = 128; width > 0; width /= 2) {
            for (uint256 i = 0; i < width; ++i) {
                nodes[i] = keccak256(abi.encodePacked(nodes[2 * i], nodes[2 * i + 1]));
            }
        }
        return nodes[0];
    }

    function holder(uint256 i) private pure returns (address) {
        return account(string.concat("holder ", vm.toString(i)));
    }

    function note(string memory name) private {
        vm.snapshotGasLastCall("Coupons", name);
    }
}
