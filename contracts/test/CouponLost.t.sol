// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {CouponClaims} from "../src/CouponClaims.sol";
import {CouponPayer} from "../src/CouponPayer.sol";
import {IdentityRegistry} from "../src/IdentityRegistry.sol";
import {RoleBook} from "../src/RoleBook.sol";
import {OddToken} from "./PaymentTokens.sol";
import {CouponStage} from "./CouponStage.sol";

/// @title Unpaid coupons of a lost wallet go to another wallet of the same owner, and to nobody else.
contract CouponLostTest is CouponStage {
    address private admin = account("admin");
    address private fresh = account("fresh");
    address private other = account("other");
    address private lost;
    IdentityRegistry private registry;

    function setUp() public override {
        super.setUp();
        registry = IdentityRegistry(create("IdentityRegistry", abi.encode(admin)));
        declared(3, 0);
        lost = payees[1].account;
        vm.startPrank(admin);
        registry.grantRoles(admin, 4);
        registry.register(IdentityRegistry.Registration(lost, 1, 57, 0, 1));
        registry.register(IdentityRegistry.Registration(other, 2, 57, 0, DEADLINE));
        registry.addWallet(lost, fresh);
        vm.expectEmit(address(coupons));
        emit CouponClaims.RegistrySet(address(registry));
        coupons.useRegistry(address(registry));
        vm.stopPrank();
    }

    function test_what_is_claimed_for_it_is_not_pushed_to_the_lost_wallet() external {
        remove();
        vm.expectEmit(address(coupons));
        emit CouponClaims.PayeeReplaced(COUPON, lost, fresh);
        vm.expectEmit(address(coupons));
        emit CouponClaims.CouponPaid(COUPON, 1, lost, 20, 0);
        claimFor(payer, fresh);
        push(0);
        eq(money.balanceOf(fresh), 20, "paid to the new wallet");
        eq(money.balanceOf(lost), 0, "not to the lost one");
        figures(60, 60, 0, 0, 0);
        refuses(payer, fresh, abi.encodeWithSelector(CouponClaims.AlreadyPaid.selector, COUPON, 1));
    }

    function test_the_owner_claims_alone_with_its_other_wallet() external {
        remove();
        claimFor(fresh, fresh);
        eq(money.balanceOf(fresh), 20, "without the platform");
    }

    function test_what_the_lost_wallet_is_owed_goes_to_the_new_one() external {
        money.behave(lost, OddToken.Way.ReturnsFalse);
        push(0);
        refusesOwed(fresh, abi.encodeWithSelector(CouponClaims.NotTheOwner.selector, lost, fresh));
        remove();
        vm.expectEmit(address(coupons));
        emit CouponClaims.OwedPaid(COUPON, lost, 20);
        vm.prank(fresh);
        coupons.payOwedForLost(COUPON, lost, fresh);
        eq(money.balanceOf(fresh), 20, "paid");
        figures(60, 60, 0, 0, 0);
        refusesOwed(fresh, abi.encodeWithSelector(CouponClaims.NothingOwed.selector, COUPON, lost));
    }

    function test_nobody_else_gets_it_and_nobody_while_the_wallet_is_in_use() external {
        refuses(payer, fresh, abi.encodeWithSelector(CouponClaims.NotTheOwner.selector, lost, fresh));
        remove();
        refuses(payer, other, abi.encodeWithSelector(CouponClaims.NotTheOwner.selector, lost, other));
        address unknown = account("unknown");
        refuses(payer, unknown, abi.encodeWithSelector(CouponClaims.NotTheOwner.selector, lost, unknown));
        refuses(payer, lost, abi.encodeWithSelector(CouponClaims.NotTheOwner.selector, lost, lost));
        refuses(other, fresh, abi.encodeWithSelector(RoleBook.MissingRole.selector, other, 8));
        vm.prank(admin);
        registry.setFrozen(fresh, true);
        refuses(fresh, fresh, abi.encodeWithSelector(CouponClaims.NotTheOwner.selector, lost, fresh));
        vm.startPrank(admin);
        registry.setFrozen(fresh, false);
        registry.removeWallet(fresh);
        vm.stopPrank();
        refuses(payer, fresh, abi.encodeWithSelector(CouponClaims.NotTheOwner.selector, lost, fresh));
    }

    function test_two_unknown_wallets_are_not_one_owner_s() external {
        lost = payees[0].account;
        refuses(other, other, abi.encodeWithSelector(CouponClaims.NotTheOwner.selector, payees[1].account, other));
        vm.expectRevert(abi.encodeWithSelector(CouponClaims.NotTheOwner.selector, lost, account("unknown")));
        vm.prank(account("unknown"));
        coupons.payOwedForLost(COUPON, lost, account("unknown"));
    }

    function test_without_a_registry_nothing_is_replaced() external {
        coupons = CouponPayer(create("CouponPayer", abi.encode(admin)));
        vm.expectRevert(abi.encodeWithSelector(CouponClaims.NotTheOwner.selector, lost, fresh));
        vm.prank(fresh);
        coupons.payOwedForLost(COUPON, lost, fresh);
        vm.expectRevert(abi.encodeWithSelector(RoleBook.NotAdmin.selector, payer));
        vm.prank(payer);
        coupons.useRegistry(address(registry));
        vm.startPrank(admin);
        coupons.useRegistry(address(registry));
        eq(coupons.registry(), address(registry), "named");
        vm.expectRevert(abi.encodeWithSelector(CouponClaims.RegistryKnown.selector, address(registry)));
        coupons.useRegistry(other);
        vm.stopPrank();
    }

    function remove() private {
        vm.prank(admin);
        registry.removeWallet(lost);
    }

    function claimFor(address sender, address replacement) private {
        bytes32[] memory proof = proofOf(1, 0);
        vm.prank(sender);
        coupons.claimForLost(COUPON, 1, payees[1], proof, replacement);
    }

    function refuses(address sender, address replacement, bytes memory expected) private {
        bytes32[] memory proof = proofOf(1, 0);
        vm.expectRevert(expected);
        vm.prank(sender);
        coupons.claimForLost(COUPON, 1, payees[1], proof, replacement);
    }

    function refusesOwed(address sender, bytes memory expected) private {
        vm.expectRevert(expected);
        vm.prank(sender);
        coupons.payOwedForLost(COUPON, lost, sender);
    }
}
