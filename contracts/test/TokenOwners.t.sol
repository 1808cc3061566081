// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {PartitionTerms, TokenState} from "../src/token/TokenState.sol";
import {Reasons, Status} from "../src/token/Reasons.sol";
import {RoleBook} from "../src/RoleBook.sol";
import {Suite} from "./Suite.sol";

/// @title Caps and counts are per beneficial owner, and a breach by someone else's redemption is passive.
contract TokenOwnersTest is Suite {
    address private second = account("anna's second wallet");

    function setUp() public override {
        super.setUp();
        addWallet(anna, second);
    }

    function test_the_cap_counts_all_wallets_of_the_owner() external {
        issue(SENIOR, anna, 30_000);
        issue(SENIOR, second, 20_000);
        issue(SENIOR, ben, 10);
        Refusal memory expected = no(Status.FAILURE, Reasons.CAP_HOLDER, 50_001, 50_000);
        refusesTransfer(SENIOR, ben, anna, 1, expected);
        refusesTransfer(SENIOR, ben, second, 1, expected);
        eq(holders(SENIOR), 2, "one owner with two wallets, and another");
    }

    function test_the_cap_is_of_one_partition() external {
        issue(SENIOR, anna, 50_000);
        issue(JUNIOR, anna, 50_000);
        eq(token.balanceOf(anna), 100_000, "full in both");
    }

    function test_moving_between_ones_own_wallets_breaks_no_cap_and_changes_no_count() external {
        issue(SENIOR, anna, 50_000);
        send(SENIOR, anna, second, 50_000);
        eq(held(SENIOR, second), 50_000, "moved");
        eq(holders(SENIOR), 1, "still one owner");
        PartitionTerms memory lower = terms(SENIOR);
        lower.capBps = 1;
        setTerms(lower);
        send(SENIOR, second, anna, 50_000);
        eq(held(SENIOR, anna), 50_000, "above the new cap, among one's own");
    }

    function test_an_owner_leaves_the_count_with_the_last_unit_of_the_last_wallet() external {
        issue(SENIOR, anna, 10);
        issue(SENIOR, second, 10);
        send(SENIOR, anna, ben, 10);
        eq(holders(SENIOR), 2, "the second wallet still holds");
        send(SENIOR, second, ben, 10);
        eq(holders(SENIOR), 1, "gone");
        send(SENIOR, ben, second, 5);
        send(SENIOR, ben, anna, 5);
        eq(holders(SENIOR), 2, "back beside ben");
        vm.prank(anna);
        token.redeem(5, "");
        eq(holders(SENIOR), 2, "the second wallet still holds");
        vm.prank(second);
        token.redeem(5, "");
        eq(holders(SENIOR), 1, "ben alone");
    }

    function test_a_removed_wallet_still_counts_for_its_owner() external {
        issue(SENIOR, anna, 40_000);
        issue(SENIOR, ben, 20_000);
        vm.prank(officer);
        registry.removeWallet(anna);
        refusesTransfer(SENIOR, ben, second, 10_001, no(Status.FAILURE, Reasons.CAP_HOLDER, 50_001, 50_000));
        send(SENIOR, ben, second, 10_000);
        eq(holders(SENIOR), 2, "two owners");
        vm.prank(agent);
        token.controllerTransfer(anna, second, 40_000, "", "");
        eq(held(SENIOR, second), 50_000, "recovered");
        eq(holders(SENIOR), 2, "two owners");
    }

    function test_before_the_close_the_cap_is_of_the_authorised_size() external {
        issue(SENIOR, anna, 50_000);
        (,, uint256 cap,) = token.stateOf(SENIOR);
        eq(cap, 50_000, "5% of a million, whatever is outstanding");
    }

    function test_after_the_close_the_cap_is_of_the_units_outstanding_rounded_down() external {
        issue(SENIOR, anna, 999);
        vm.prank(issuer);
        token.closePrimary();
        (,, uint256 cap,) = token.stateOf(SENIOR);
        eq(cap, 49, "5% of 999");
        refusesTransfer(SENIOR, anna, ben, 50, no(Status.FAILURE, Reasons.CAP_HOLDER, 50, 49));
        send(SENIOR, anna, ben, 49);
    }

    function test_closing_is_for_the_issuer_and_once() external {
        vm.expectRevert(abi.encodeWithSelector(RoleBook.MissingRole.selector, officer, ISSUER));
        vm.prank(officer);
        token.closePrimary();
        isTrue(token.isIssuable(), "open");
        vm.startPrank(issuer);
        token.closePrimary();
        vm.expectRevert(bytes4(keccak256("PrimaryAlreadyClosed()")));
        token.closePrimary();
        vm.stopPrank();
    }

    function test_a_breach_by_someone_elses_redemption_lets_out_and_refuses_in() external {
        issue(SENIOR, anna, 50_000);
        issue(SENIOR, cleo, 50_000);
        issue(SENIOR, ben, 50_000);
        address[] memory others = new address[](17);
        for (uint256 i = 0; i < others.length; ++i) {
            others[i] = account(string.concat("other ", vm.toString(i)));
            register(others[i], uint64(100 + i));
            issue(SENIOR, others[i], 50_000);
        }
        vm.prank(issuer);
        token.closePrimary();
        vm.prank(cleo);
        token.redeem(50_000, "");
        (,, uint256 cap,) = token.stateOf(SENIOR);
        eq(cap, 47_500, "5% of 950,000: everyone is above it now");
        eq(held(SENIOR, anna), 50_000, "nothing is sold");
        refusesTransfer(SENIOR, ben, anna, 1, no(Status.FAILURE, Reasons.CAP_HOLDER, 50_001, 47_500));
        send(SENIOR, ben, anna, 0);
        send(SENIOR, anna, cleo, 10_000);
        send(SENIOR, ben, cleo, 37_500);
        refusesTransfer(SENIOR, ben, cleo, 1, no(Status.FAILURE, Reasons.CAP_HOLDER, 47_501, 47_500));
        send(SENIOR, ben, anna, 7_500);
    }

    function test_no_cap_and_no_holder_limit_when_they_are_zero() external {
        PartitionTerms memory open = terms(SENIOR);
        (open.capBps, open.holderLimit) = (0, 0);
        setTerms(open);
        issue(SENIOR, anna, 1_000_000);
        (,, uint256 cap,) = token.stateOf(SENIOR);
        eq(cap, 0, "none");
        send(SENIOR, anna, ben, 999_999);
    }

    function test_a_holder_limit_below_the_present_count_lets_out_and_refuses_in() external {
        issue(SENIOR, anna, 10);
        issue(SENIOR, ben, 10);
        PartitionTerms memory lower = terms(SENIOR);
        lower.holderLimit = 1;
        setTerms(lower);
        send(SENIOR, anna, ben, 5);
        refusesTransfer(SENIOR, anna, cleo, 1, no(Status.FAILURE, Reasons.HOLDER_COUNT, 3, 1));
        send(SENIOR, anna, ben, 5);
        eq(holders(SENIOR), 1, "back within the limit");
    }

    function test_the_count_of_owners_is_exact_for_any_wallet() external {
        addWallet(second, account("anna's third wallet"));
        issue(JUNIOR, account("anna's third wallet"), 3);
        issue(JUNIOR, second, 3);
        eq(holders(JUNIOR), 1, "one");
        send(JUNIOR, second, ben, 3);
        eq(holders(JUNIOR), 2, "two");
    }

    function testFuzz_nobody_comes_to_hold_more_than_the_cap(uint16 bps, uint64 authorised, uint256 amount) external {
        PartitionTerms memory changed = terms(SENIOR);
        (changed.capBps, changed.authorised) =
        (uint16(bound(bps, 1, 10_000)), uint64(bound(authorised, 1, (1 << 60) - 1)));
        setTerms(changed);
        uint256 cap = uint256(changed.authorised) * changed.capBps / 10_000;
        amount = bound(amount, 1, changed.authorised);
        if (amount <= cap) {
            issue(SENIOR, ben, amount);
            eq(held(SENIOR, ben), amount, "issued");
        } else {
            bytes memory input = abi.encodeCall(token.issueByPartition, (SENIOR, ben, amount, ""));
            refuses(issuer, input, no(Status.FAILURE, Reasons.CAP_HOLDER, amount, cap));
        }
    }
}
