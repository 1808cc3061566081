// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {CouponBook} from "../src/CouponBook.sol";
import {CouponPayer} from "../src/CouponPayer.sol";
import {Payee} from "../src/CouponTree.sol";
import {OddToken} from "./PaymentTokens.sol";
import {Test} from "./Vm.sol";

/// @title A payer of coupons, a payment token that can be told to misbehave, and the tree of one coupon.
abstract contract CouponStage is Test {
    bytes32 internal constant COUPON = "2026-Q1";
    uint40 internal constant DEADLINE = 1_800_000_000;
    address internal payer = account("payer");
    address internal pool = account("pool");
    CouponPayer internal coupons;
    OddToken internal money;
    /// @dev All nodes of the tree, heap order: the root at 1, the leaves from `width`.
    bytes32[] internal nodes;
    uint256 internal width;
    Payee[] internal payees;
    /// @dev Of the next declaration; zero for none.
    address internal withholding;

    function setUp() public virtual {
        vm.warp(DEADLINE - 1000);
        address admin = account("admin");
        coupons = CouponPayer(create("CouponPayer", abi.encode(admin)));
        vm.prank(admin);
        coupons.grantRoles(payer, 8);
        money = new OddToken();
    }

    /// @dev So many payees with 10, 20, 30 ... each, their addresses drawn from the seed.
    function plan(uint256 count, uint256 seed) internal {
        for (uint256 i = 0; i < count; ++i) {
            payees.push(Payee(address(uint160(uint256(keccak256(abi.encode(seed, i))))), uint128(10 * (i + 1)), 0));
        }
        build();
    }

    function build() internal {
        width = 256;
        while (width < payees.length) width *= 2;
        nodes = new bytes32[](2 * width);
        for (uint256 i = 0; i < payees.length; ++i) {
            bytes32 inner = keccak256(abi.encode(COUPON, i, payees[i]));
            nodes[width + i] = keccak256(bytes.concat(inner));
        }
        for (uint256 i = width - 1; i > 0; --i) {
            nodes[i] = keccak256(abi.encodePacked(nodes[2 * i], nodes[2 * i + 1]));
        }
    }

    function fund() internal {
        money.mint(payer, total());
        vm.prank(payer);
        coupons.declare(COUPON, terms(total(), nodes[1], uint32(payees.length), DEADLINE));
    }

    function declared(uint256 count, uint256 seed) internal {
        plan(count, seed);
        fund();
    }

    function total() internal view returns (uint256 sum) {
        for (uint256 i = 0; i < payees.length; ++i) {
            sum += payees[i].amount + payees[i].withheld;
        }
    }

    function chunkOf(uint256 chunk) internal view returns (Payee[] memory part) {
        uint256 first = chunk * 256;
        uint256 count = payees.length - first < 256 ? payees.length - first : 256;
        part = new Payee[](count);
        for (uint256 i = 0; i < count; ++i) {
            part[i] = payees[first + i];
        }
    }

    /// @dev The siblings from place `index` of the level `height` above the leaves up to the root.
    function proofOf(uint256 index, uint256 height) internal view returns (bytes32[] memory proof) {
        uint256 node = (width >> height) + index;
        uint256 count = 0;
        for (uint256 n = node; n > 1; n /= 2) {
            ++count;
        }
        proof = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) {
            proof[i] = nodes[node ^ 1];
            node /= 2;
        }
    }

    function push(uint32 chunk) internal {
        Payee[] memory part = chunkOf(chunk);
        bytes32[] memory proof = proofOf(chunk, 8);
        vm.prank(payer);
        coupons.pay(COUPON, chunk, part, proof);
    }

    function claim(uint32 index) internal {
        coupons.claim(COUPON, index, payees[index], proofOf(index, 0));
    }

    /// @dev Another coupon that owes the first payee, claimed while the token calls back.
    function claimAgain(uint256 round) internal {
        bytes32 coupon = bytes32(round);
        Payee memory payee = Payee(payees[0].account, 7, 0);
        bytes32 node = keccak256(bytes.concat(keccak256(abi.encode(coupon, uint256(0), payee))));
        bytes32[] memory proof = new bytes32[](8);
        for (uint256 i = 0; i < 8; ++i) {
            node = keccak256(abi.encodePacked(node, proof[i]));
        }
        money.mint(payer, 7);
        vm.prank(payer);
        coupons.declare(coupon, terms(7, node, 1, DEADLINE));
        coupons.claim(coupon, 0, payee, proof);
    }

    function refusesPush(uint32 chunk, bytes memory expected) internal {
        Payee[] memory part = chunkOf(chunk);
        bytes32[] memory proof = proofOf(chunk, 8);
        vm.expectRevert(expected);
        vm.prank(payer);
        coupons.pay(COUPON, chunk, part, proof);
    }

    function refusesClaim(uint32 index, bytes memory expected) internal {
        bytes32[] memory proof = proofOf(index, 0);
        vm.expectRevert(expected);
        coupons.claim(COUPON, index, payees[index], proof);
    }

    function refusesDeclaration(uint256 amount, uint40 deadline, bytes memory expected) internal {
        vm.expectRevert(expected);
        vm.prank(payer);
        coupons.declare(COUPON, terms(amount, nodes[1], 3, deadline));
    }

    function figures(uint256 funded, uint256 paid, uint256 owed, uint256 returned, uint256 open) internal view {
        CouponBook.CouponFigures memory got = coupons.balanceOf(COUPON);
        eq(got.funded, funded, "funded");
        eq(got.paid, paid, "paid");
        eq(got.owed, owed, "owed");
        eq(got.returned, returned, "returned");
        eq(got.open, open, "open");
    }

    function terms(uint256 amount, bytes32 root, uint32 count, uint40 deadline)
        internal
        view
        returns (CouponPayer.Declaration memory)
    {
        return CouponPayer.Declaration(pool, address(money), amount, root, count, deadline, withholding);
    }
}
