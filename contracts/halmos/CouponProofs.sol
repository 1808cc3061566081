// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {CouponPayer} from "../src/CouponPayer.sol";
import {CouponTree, Payee} from "../src/CouponTree.sol";
import {OddToken} from "../test/PaymentTokens.sol";
import {Stage} from "./Stage.sol";

/// @title A coupon is paid once and never with more than it holds, for any amount of its first payee.
contract CouponProofs is Stage {
    bytes32 private constant COUPON = "COUPON";
    uint40 private constant DEADLINE = START + 30 days;
    CouponPayer private coupons;
    OddToken private money;

    function setUp() public override {
        vm.warp(START);
        money = new OddToken();
        coupons = CouponPayer(create("CouponPayer", abi.encode(address(this))));
        coupons.grantRoles(address(this), 8);
    }

    function check_no_coupon_is_paid_twice(uint128 amount, uint128 funded) external {
        (Payee memory payee, bytes32[] memory proof) = declare(amount, funded);
        bytes memory input = abi.encodeCall(coupons.claim, (COUPON, 0, payee, proof));
        (bool first,) = address(coupons).call(input);
        (bool again,) = address(coupons).call(input);
        assert(!(first && again));
        assert(money.balanceOf(payee.account) == (first ? amount : 0));
    }

    function check_a_coupon_pays_no_more_than_it_holds(uint128 amount, uint128 funded) external {
        // Another coupon's money lies beside it.
        money.mint(address(coupons), type(uint128).max);
        (Payee memory payee, bytes32[] memory proof) = declare(amount, funded);
        (bool ok,) = address(coupons).call(abi.encodeCall(coupons.claim, (COUPON, 0, payee, proof)));
        assert(!ok || amount <= funded);
    }

    function check_nothing_goes_back_before_the_deadline(uint128 amount, uint256 now_) external {
        declare(amount, amount);
        vm.assume(now_ >= START && now_ < DEADLINE);
        vm.warp(now_);
        (bool ok,) = address(coupons).call(abi.encodeCall(coupons.reclaim, (COUPON)));
        assert(!ok);
    }

    function check_nothing_but_the_entitlement_is_paid(uint128 amount, uint128 other) external {
        vm.assume(other != amount);
        (Payee memory payee, bytes32[] memory proof) = declare(amount, type(uint128).max);
        payee.amount = other;
        (bool ok,) = address(coupons).call(abi.encodeCall(coupons.claim, (COUPON, 0, payee, proof)));
        assert(!ok);
    }

    /// @dev A tree of one payee among the 256 places of a chunk.
    function declare(uint128 amount, uint128 funded) private returns (Payee memory payee, bytes32[] memory proof) {
        payee = Payee(anna, amount, 0);
        bytes32 node = keccak256(bytes.concat(keccak256(abi.encode(COUPON, uint256(0), payee))));
        proof = new bytes32[](CouponTree.CHUNK_DEPTH);
        for (uint256 i = 0; i < proof.length; ++i) {
            node = keccak256(abi.encodePacked(node, proof[i]));
        }
        money.mint(address(this), funded);
        coupons.declare(
            COUPON, CouponPayer.Declaration(address(0x9001), address(money), funded, node, 1, DEADLINE, address(0))
        );
    }
}
