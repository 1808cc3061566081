// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {CouponPayer} from "../src/CouponPayer.sol";
import {Payee} from "../src/CouponTree.sol";
import {IdentityRegistry} from "../src/IdentityRegistry.sol";
import {PaymentToken} from "../src/PaymentToken.sol";
import {Suite} from "./Suite.sol";

/// @title Whole-transaction gas of coupons, compared with gas/Gas.json by the check.
contract GasTest is Suite {
    CouponPayer private coupons;
    PaymentToken private money;

    function setUp() public override {
        super.setUp();
        coupons = CouponPayer(create("CouponPayer", abi.encode(admin)));
        money = PaymentToken(create("PaymentToken", abi.encode("Demo Euro", "dEUR", admin)));
        vm.startPrank(admin);
        coupons.grantRoles(payer, PAYER);
        money.grantRoles(issuer, ISSUER);
        vm.stopPrank();
        vm.prank(issuer);
        money.mint(payer, 10_000);
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
