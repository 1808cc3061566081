// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {RoleBook} from "../src/RoleBook.sol";
import {Suite} from "./Suite.sol";

/// @title Roles are given and taken by the administrator alone, who hands over in two steps.
contract AccessRolesTest is Suite {
    function test_roles_are_added_and_taken_one_by_one() external {
        vm.startPrank(admin);
        vm.expectEmit(address(token));
        emit RoleBook.RolesChanged(ben, ISSUER | PAUSER);
        token.grantRoles(ben, ISSUER | PAUSER);
        token.grantRoles(ben, COMPLIANCE);
        eq(token.rolesOf(ben), ISSUER | PAUSER | COMPLIANCE, "three");
        token.revokeRoles(ben, ISSUER | TRANSFER_AGENT);
        vm.stopPrank();
        eq(token.rolesOf(ben), PAUSER | COMPLIANCE, "two left");
        isTrue(token.hasRole(ben, PAUSER) && !token.hasRole(ben, ISSUER), "as listed");
    }

    function test_every_account_that_ever_held_a_role_is_listed_once() external {
        vm.startPrank(admin);
        token.grantRoles(ben, ISSUER);
        token.revokeRoles(ben, ISSUER);
        token.grantRoles(ben, PAUSER);
        vm.stopPrank();
        address[] memory all = token.roleAccounts();
        eq(all.length, 5, "four of the set-up, and ben once");
        eq(all[4], ben, "ben");
    }

    function test_roles_that_do_not_exist_are_refused() external {
        vm.startPrank(admin);
        vm.expectRevert(abi.encodeWithSelector(RoleBook.UnknownRoles.selector, 32));
        token.grantRoles(ben, 32);
        vm.expectRevert(abi.encodeWithSelector(RoleBook.UnknownRoles.selector, 1 << 255));
        token.grantRoles(ben, 1 << 255);
        vm.expectRevert(RoleBook.ZeroAddress.selector);
        token.grantRoles(address(0), 1);
        vm.stopPrank();
        isTrue(!token.hasRole(issuer, 1 << 255), "the mark of the list is no role");
    }

    function test_nobody_else_gives_takes_or_offers() external {
        bytes[3] memory inputs = [
            abi.encodeCall(token.grantRoles, (issuer, PAUSER)),
            abi.encodeCall(token.revokeRoles, (officer, COMPLIANCE)),
            abi.encodeCall(token.offerAdmin, (issuer))
        ];
        for (uint256 i = 0; i < inputs.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(RoleBook.NotAdmin.selector, issuer));
            vm.prank(issuer);
            (bool ok,) = address(token).call(inputs[i]);
            isTrue(ok, "refused");
        }
    }

    function test_the_administrator_changes_when_the_offered_one_accepts() external {
        vm.expectRevert(abi.encodeWithSelector(RoleBook.NotOffered.selector, ben));
        vm.prank(ben);
        token.acceptAdmin();
        vm.prank(admin);
        token.offerAdmin(ben);
        eq(token.offeredAdmin(), ben, "offered");
        eq(token.admin(), admin, "not yet");
        vm.expectEmit(address(token));
        emit RoleBook.AdminChanged(admin, ben);
        vm.prank(ben);
        token.acceptAdmin();
        eq(token.admin(), ben, "now");
        eq(token.offeredAdmin(), address(0), "taken");
        vm.expectRevert(abi.encodeWithSelector(RoleBook.NotAdmin.selector, admin));
        vm.prank(admin);
        token.grantRoles(admin, ISSUER);
    }

    function test_an_offer_can_be_withdrawn() external {
        vm.startPrank(admin);
        token.offerAdmin(ben);
        token.offerAdmin(address(0));
        vm.stopPrank();
        vm.expectRevert(abi.encodeWithSelector(RoleBook.NotOffered.selector, ben));
        vm.prank(ben);
        token.acceptAdmin();
    }
}
