// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IdentityCopies} from "../src/IdentityCopies.sol";
import {IdentityWord} from "../src/IdentityWord.sol";
import {RoleBook} from "../src/RoleBook.sol";
import {Reasons, Status} from "../src/token/Reasons.sol";
import {ISecurityToken} from "./ISecurityToken.sol";
import {Suite} from "./Suite.sol";

/// @title A token's copy of an identity is never older than the registry, and nothing depends on there being one.
contract TokenCopiesTest is Suite {
    function setUp() public override {
        super.setUp();
        issue(SENIOR, anna, 1000);
    }

    function test_the_first_units_bring_a_copy_and_admission_does_so_beforehand() external {
        isTrue(token.hasCopy(anna) && !token.hasCopy(ben), "only anna's");
        eq(registry.copiesOf(anna)[0], address(token), "the registry knows where");
        eq(registry.copiesOf(ben).length, 0, "none");
        admit(ben);
        isTrue(token.hasCopy(ben), "ben's too");
        send(SENIOR, anna, cleo, 1);
        isTrue(token.hasCopy(cleo), "cleo's with her first unit");
        eq(held(SENIOR, cleo), 1, "and the unit");
    }

    function test_units_of_another_partition_bring_a_copy_too() external {
        issue(JUNIOR, ben, 5);
        isTrue(token.hasCopy(ben), "copied");
        eq(held(JUNIOR, ben), 5, "units");
        eq(held(SENIOR, ben), 0, "none in the word itself");
    }

    function test_a_freeze_of_the_owner_reaches_every_copy_in_the_same_transaction() external {
        ISecurityToken other = deploy(create("SecurityTokenBackOffice", ""));
        vm.prank(issuer);
        other.issueByPartition(SENIOR, anna, 10, "");
        eq(registry.copiesOf(anna).length, 2, "two copies");
        vm.prank(officer);
        registry.setFrozen(anna, true);
        refusesTransfer(SENIOR, anna, ben, 1, no(Status.INVALID_SENDER, Reasons.FROZEN, 0, 0));
        isTrue(!other.canSend(anna), "frozen there too");
        vm.prank(officer);
        registry.setFrozen(anna, false);
        send(SENIOR, anna, ben, 1);
        isTrue(other.canSend(anna), "free there too");
    }

    function test_every_change_reaches_the_copy_and_leaves_the_units() external {
        vm.startPrank(officer);
        registry.setValidUntil(anna, START);
        vm.stopPrank();
        refusesTransfer(SENIOR, anna, ben, 1, no(Status.INVALID_SENDER, Reasons.KYC_EXPIRED, START, START));
        vm.startPrank(officer);
        registry.setValidUntil(anna, VALID_UNTIL);
        registry.setProfile(anna, FRANCE, 3);
        registry.removeWallet(anna);
        vm.stopPrank();
        refusesTransfer(SENIOR, anna, ben, 1, no(Status.INVALID_SENDER, Reasons.SENDER_UNKNOWN, 0, 0));
        eq(held(SENIOR, anna), 1000, "her units");
        eq(token.balanceOf(anna), 1000, "her balance");
    }

    function test_a_second_wallet_is_heard_of_at_once() external {
        address second = account("second");
        issue(SENIOR, anna, 49_000);
        addWallet(anna, second);
        issue(SENIOR, ben, 1);
        refusesTransfer(SENIOR, ben, second, 1, no(Status.FAILURE, Reasons.CAP_HOLDER, 50_001, 50_000));
        eq(registry.copiesOf(second).length, 0, "the new wallet begins without copies");
    }

    function test_a_token_that_is_not_listed_asks_the_registry_each_time() external {
        ISecurityToken other = unlisted();
        vm.prank(issuer);
        other.issueByPartition(SENIOR, anna, 10, "");
        isTrue(!other.hasCopy(anna), "no copy");
        eq(registry.copiesOf(anna).length, 1, "of the listed token alone");
        vm.prank(anna);
        other.transfer(ben, 10);
        eq(other.balanceOf(ben), 10, "moved");
        isTrue(!other.hasCopy(ben), "no copy");
        vm.prank(officer);
        registry.setFrozen(ben, true);
        isTrue(!other.canSend(ben), "and it hears of a freeze by asking");
    }

    function test_after_as_many_copies_as_there_may_be_a_token_goes_on_without() external {
        for (uint256 i = 1; i < 64; ++i) {
            address taker = address(uint160(0x1000 + i));
            vm.prank(admin);
            registry.listToken(taker);
            vm.prank(taker);
            isTrue(registry.copyTo(anna), "takes a copy");
        }
        ISecurityToken late = deploy(create("SecurityTokenBackOffice", ""));
        vm.prank(issuer);
        late.issueByPartition(SENIOR, anna, 10, "");
        isTrue(!late.hasCopy(anna), "one too many");
        eq(late.balanceOf(anna), 10, "but it works");
        eq(registry.copiesOf(anna).length, 64, "no more");
    }

    function test_only_the_registry_tells_of_changes_and_only_compliance_admits() external {
        vm.expectRevert(abi.encodeWithSignature("NotTheRegistry(address)", officer));
        vm.prank(officer);
        token.identityChanged(anna, IdentityWord.wrap(0));
        address[] memory wallets = new address[](1);
        vm.expectRevert(abi.encodeWithSelector(RoleBook.MissingRole.selector, issuer, COMPLIANCE));
        vm.prank(issuer);
        token.admit(wallets);
    }

    function test_only_the_administrator_lists_a_token_and_once() external {
        vm.expectRevert(abi.encodeWithSelector(RoleBook.NotAdmin.selector, officer));
        vm.prank(officer);
        registry.listToken(stranger);
        isTrue(registry.isListed(address(token)) && !registry.isListed(stranger), "listed");
        eq(registry.listedTokens()[0], address(token), "the list");
        vm.expectRevert(abi.encodeWithSelector(IdentityCopies.TokenAlreadyListed.selector, address(token)));
        vm.prank(admin);
        registry.listToken(address(token));
        vm.prank(stranger);
        isTrue(!registry.copyTo(anna), "a stranger takes no copy");
    }

    function test_admitting_a_stranger_does_nothing() external {
        admit(stranger);
        isTrue(!token.hasCopy(stranger), "nothing to copy");
        refusesTransfer(SENIOR, anna, stranger, 1, no(Status.INVALID_RECEIVER, Reasons.RECEIVER_UNKNOWN, 0, 0));
    }

    function unlisted() private returns (ISecurityToken other) {
        uint256 before = registry.listedTokens().length;
        other = bare(create("SecurityTokenBackOffice", ""));
        eq(registry.listedTokens().length, before, "not listed");
    }

    function admit(address wallet) private {
        address[] memory wallets = new address[](1);
        wallets[0] = wallet;
        vm.prank(officer);
        token.admit(wallets);
    }
}
