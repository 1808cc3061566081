// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {CallBatch} from "../src/CallBatch.sol";
import {IdentityRegistry} from "../src/IdentityRegistry.sol";
import {IdentityCopies} from "../src/IdentityCopies.sol";
import {IdentityWord, IdentityWords} from "../src/IdentityWord.sol";
import {RoleBook} from "../src/RoleBook.sol";
import {Suite} from "./Suite.sol";

/// @title A wallet has one owner for good; what is known of the owner holds on all its wallets.
contract IdentityRegistryTest is Suite {
    address private second = account("second");
    address private third = account("third");

    function test_a_registration_is_told_and_comes_back() external {
        IdentityRegistry.Registration[] memory entries = new IdentityRegistry.Registration[](2);
        entries[0] = IdentityRegistry.Registration(second, type(uint64).max, 249, 6, type(uint40).max);
        entries[1] = IdentityRegistry.Registration(third, 12, FRANCE, 1, VALID_UNTIL);
        (address[] memory wallets, IdentityWord[] memory words) = lists(entries);
        vm.expectEmit(address(registry));
        emit IdentityRegistry.OperationDone("op");
        vm.expectEmit(address(registry));
        emit IdentityRegistry.WalletRegistered(second, type(uint64).max, words[0]);
        vm.expectEmit(address(registry));
        emit IdentityRegistry.WalletRegistered(third, 12, words[1]);
        vm.prank(officer);
        registry.registerBatch("op", wallets, words);
        check(second, IdentityRegistry.Identity(type(uint64).max, 249, 6, type(uint40).max, false, false, false));
        check(third, IdentityRegistry.Identity(12, FRANCE, 1, VALID_UNTIL, false, false, false));
        eq(registry.walletsOf(third).length, 1, "its only wallet");
        isTrue(registry.isTaken(12) && !registry.isTaken(13), "numbers in use");
    }

    function test_a_batch_works_once() external {
        (address[] memory none, IdentityWord[] memory words) = lists(new IdentityRegistry.Registration[](0));
        vm.startPrank(officer);
        registry.registerBatch("op", none, words);
        isTrue(registry.isConsumed("op"), "consumed");
        vm.expectRevert(abi.encodeWithSelector(IdentityRegistry.OperationConsumed.selector, bytes32("op")));
        registry.registerBatch("op", none, words);
        vm.expectRevert(abi.encodeWithSelector(IdentityRegistry.LengthMismatch.selector, 1, 0));
        registry.registerBatch("another", new address[](1), words);
        vm.stopPrank();
    }

    function test_bad_entries_are_refused_and_nothing_of_the_batch_stays() external {
        refusesEntry(
            IdentityRegistry.Registration(anna, 9, GERMANY, 0, VALID_UNTIL),
            abi.encodeWithSelector(IdentityRegistry.WalletKnown.selector, anna)
        );
        refusesEntry(
            IdentityRegistry.Registration(second, 1, GERMANY, 0, VALID_UNTIL),
            abi.encodeWithSelector(IdentityRegistry.IdentityTaken.selector, 1)
        );
        refusesEntry(
            IdentityRegistry.Registration(second, 0, GERMANY, 0, VALID_UNTIL),
            abi.encodeWithSelector(IdentityRegistry.IdentityZero.selector)
        );
        refusesEntry(
            IdentityRegistry.Registration(address(0), 9, GERMANY, 0, VALID_UNTIL),
            abi.encodeWithSelector(RoleBook.ZeroAddress.selector)
        );
        refusesEntry(
            IdentityRegistry.Registration(second, 9, 0, 0, VALID_UNTIL),
            abi.encodeWithSelector(IdentityRegistry.CountryOutOfRange.selector, 0, 249)
        );
        refusesEntry(
            IdentityRegistry.Registration(second, 9, 250, 0, VALID_UNTIL),
            abi.encodeWithSelector(IdentityRegistry.CountryOutOfRange.selector, 250, 249)
        );
        refusesEntry(
            IdentityRegistry.Registration(second, 9, GERMANY, 7, VALID_UNTIL),
            abi.encodeWithSelector(IdentityRegistry.ClassOutOfRange.selector, 7, 6)
        );
    }

    function test_or_a_bad_entry_is_skipped_and_told() external {
        bytes[] memory calls = registrations();
        bytes memory refusal = abi.encodeWithSelector(IdentityRegistry.WalletKnown.selector, anna);
        vm.expectRevert(refusal);
        vm.prank(officer);
        registry.batch("op", calls, false);
        eq(IdentityWord.unwrap(registry.wordOf(second)), 0, "all or nothing");
        vm.expectEmit(address(registry));
        emit IdentityRegistry.OperationDone(keccak256(abi.encode(officer, bytes32("op"))));
        vm.expectEmit(address(registry));
        emit CallBatch.CallSkipped("op", 1, refusal);
        vm.prank(officer);
        registry.batch("op", calls, true);
        check(second, IdentityRegistry.Identity(9, GERMANY, 0, VALID_UNTIL, false, false, false));
        check(third, IdentityRegistry.Identity(11, FRANCE, 0, VALID_UNTIL, false, false, false));
        check(anna, IdentityRegistry.Identity(1, GERMANY, 0, VALID_UNTIL, false, false, false));
        isTrue(!registry.isTaken(10), "the number of the bad entry is free");
    }

    function test_such_a_batch_works_once_by_the_sender_s_own_right() external {
        bytes[] memory calls = registrations();
        vm.expectRevert(abi.encodeWithSelector(RoleBook.MissingRole.selector, stranger, COMPLIANCE));
        vm.prank(stranger);
        registry.batch("op", calls, false);
        vm.prank(stranger);
        registry.batch("op", calls, true);
        eq(IdentityWord.unwrap(registry.wordOf(second)), 0, "a stranger registers nobody");
        vm.startPrank(officer);
        registry.batch("op", calls, true);
        bytes32 own = keccak256(abi.encode(officer, bytes32("op")));
        vm.expectRevert(abi.encodeWithSelector(IdentityRegistry.OperationConsumed.selector, own));
        registry.batch("op", calls, true);
        calls[0] = hex"deadbeef";
        vm.expectRevert(abi.encodeWithSelector(CallBatch.EmptyRevert.selector, 0));
        registry.batch("another", calls, true);
        vm.stopPrank();
    }

    function test_gas_of_a_batch_that_skips() external {
        bytes[] memory calls = new bytes[](100);
        for (uint256 i = 0; i < calls.length; ++i) {
            address wallet = account(string.concat("holder ", vm.toString(i)));
            calls[i] = registration(wallet, uint64(130 + i), GERMANY);
        }
        vm.prank(officer);
        registry.batch("op", calls, true);
        noted("Gas", "register a batch of 100, skipping those refused");
    }

    function test_a_further_wallet_shares_everything() external {
        vm.prank(officer);
        registry.setFrozen(anna, true);
        uint256 word = IdentityWord.unwrap(IdentityWords.pack(1, VALID_UNTIL, GERMANY, 0));
        word |= IdentityWords.FROZEN | IdentityWords.SEVERAL;
        vm.expectEmit(address(registry));
        emit IdentityRegistry.WalletRegistered(second, 1, IdentityWord.wrap(word));
        addWallet(anna, second);
        addWallet(second, third);
        IdentityRegistry.Identity memory expected =
            IdentityRegistry.Identity(1, GERMANY, 0, VALID_UNTIL, true, false, true);
        check(anna, expected);
        check(second, expected);
        check(third, expected);
        address[] memory wallets = registry.walletsOf(second);
        eq(wallets.length, 3, "three");
        eq(wallets[0], second, "the one asked for comes first");
        eq(wallets[1], third, "then the ring");
        eq(wallets[2], anna, "back to the first");
    }

    function test_what_is_set_through_one_wallet_holds_on_all() external {
        addWallet(anna, second);
        addWallet(anna, third);
        vm.startPrank(officer);
        vm.expectEmit(address(registry));
        emit IdentityRegistry.ValidUntilSet(1, 77);
        registry.setValidUntil(second, 77);
        vm.expectEmit(address(registry));
        emit IdentityRegistry.ProfileSet(1, 249, 6);
        registry.setProfile(third, 249, 6);
        vm.expectEmit(address(registry));
        emit IdentityRegistry.FrozenSet(1, true);
        registry.setFrozen(anna, true);
        vm.stopPrank();
        IdentityRegistry.Identity memory expected = IdentityRegistry.Identity(1, 249, 6, 77, true, false, true);
        check(anna, expected);
        check(second, expected);
        check(third, expected);
        check(ben, IdentityRegistry.Identity(2, GERMANY, 0, VALID_UNTIL, false, false, false));
        vm.prank(officer);
        registry.setFrozen(second, false);
        expected.frozen = false;
        check(anna, expected);
        check(third, expected);
    }

    function test_a_wallet_is_removed_alone_and_for_good() external {
        addWallet(anna, second);
        vm.startPrank(officer);
        vm.expectEmit(address(registry));
        emit IdentityRegistry.WalletRemoved(second, 1);
        registry.removeWallet(second);
        check(second, IdentityRegistry.Identity(1, GERMANY, 0, VALID_UNTIL, false, true, true));
        check(anna, IdentityRegistry.Identity(1, GERMANY, 0, VALID_UNTIL, false, false, true));
        eq(registry.walletsOf(anna).length, 2, "still counted");
        vm.expectRevert(abi.encodeWithSelector(IdentityRegistry.WalletAlreadyRemoved.selector, second));
        registry.removeWallet(second);
        vm.expectRevert(abi.encodeWithSelector(IdentityRegistry.WalletAlreadyRemoved.selector, second));
        registry.addWallet(second, third);
        vm.expectRevert(abi.encodeWithSelector(IdentityRegistry.WalletKnown.selector, second));
        registry.addWallet(ben, second);
        registry.setFrozen(anna, true);
        registry.setFrozen(anna, false);
        check(second, IdentityRegistry.Identity(1, GERMANY, 0, VALID_UNTIL, false, true, true));
        vm.stopPrank();
    }

    function test_an_owner_has_at_most_sixteen_wallets() external {
        for (uint256 i = 1; i < 16; ++i) {
            addWallet(anna, address(uint160(0x1000 + i)));
        }
        eq(registry.walletsOf(anna).length, 16, "sixteen");
        vm.expectRevert(abi.encodeWithSelector(IdentityRegistry.TooManyWallets.selector, 1, 16));
        vm.prank(officer);
        registry.addWallet(anna, second);
    }

    function test_unknown_wallets_are_named() external {
        bytes[5] memory inputs = [
            abi.encodeCall(registry.addWallet, (stranger, second)),
            abi.encodeCall(registry.removeWallet, (stranger)),
            abi.encodeCall(registry.setValidUntil, (stranger, 1)),
            abi.encodeCall(registry.setProfile, (stranger, 1, 1)),
            abi.encodeCall(registry.setFrozen, (stranger, true))
        ];
        for (uint256 i = 0; i < inputs.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IdentityCopies.WalletUnknown.selector, stranger));
            vm.prank(officer);
            (bool ok,) = address(registry).call(inputs[i]);
            isTrue(ok, "refused");
        }
        eq(IdentityWord.unwrap(registry.wordOf(stranger)), 0, "nothing is known");
        eq(registry.walletsOf(stranger).length, 0, "no wallets");
    }

    function test_a_profile_out_of_range_is_refused_and_the_zero_wallet_too() external {
        vm.startPrank(officer);
        vm.expectRevert(abi.encodeWithSelector(IdentityRegistry.CountryOutOfRange.selector, 0, 249));
        registry.setProfile(anna, 0, 0);
        vm.expectRevert(abi.encodeWithSelector(IdentityRegistry.ClassOutOfRange.selector, 7, 6));
        registry.setProfile(anna, 1, 7);
        vm.expectRevert(RoleBook.ZeroAddress.selector);
        registry.addWallet(anna, address(0));
        vm.stopPrank();
    }

    function test_a_registration_says_nothing_but_number_validity_country_and_class() external {
        address[] memory wallets = new address[](1);
        IdentityWord[] memory words = new IdentityWord[](1);
        wallets[0] = second;
        uint256 good = IdentityWord.unwrap(IdentityWords.pack(9, VALID_UNTIL, GERMANY, 0));
        for (uint256 bit = 0; bit < 256; ++bit) {
            if (bit == 64) bit = 184;
            words[0] = IdentityWord.wrap(good | 1 << bit);
            vm.expectRevert(abi.encodeWithSelector(IdentityRegistry.IdentityNotPlain.selector, words[0]));
            vm.prank(officer);
            registry.registerBatch("op", wallets, words);
        }
    }

    function test_only_compliance_changes_the_registry() external {
        bytes[6] memory inputs = [
            abi.encodeCall(registry.registerBatch, ("op", new address[](0), new IdentityWord[](0))),
            abi.encodeCall(registry.addWallet, (anna, second)),
            abi.encodeCall(registry.removeWallet, (anna)),
            abi.encodeCall(registry.setValidUntil, (anna, 1)),
            abi.encodeCall(registry.setProfile, (anna, 1, 1)),
            abi.encodeCall(registry.setFrozen, (anna, true))
        ];
        for (uint256 i = 0; i < inputs.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(RoleBook.MissingRole.selector, admin, COMPLIANCE));
            vm.prank(admin);
            (bool ok,) = address(registry).call(inputs[i]);
            isTrue(ok, "refused");
        }
    }

    /// @dev The second is of a wallet that is known.
    function registrations() private view returns (bytes[] memory calls) {
        calls = new bytes[](3);
        calls[0] = registration(second, 9, GERMANY);
        calls[1] = registration(anna, 10, GERMANY);
        calls[2] = registration(third, 11, FRANCE);
    }

    function registration(address wallet, uint64 identity, uint8 country) private view returns (bytes memory) {
        return abi.encodeCall(
            registry.register, (IdentityRegistry.Registration(wallet, identity, country, 0, VALID_UNTIL))
        );
    }

    function refusesEntry(IdentityRegistry.Registration memory bad, bytes memory expected) private {
        IdentityRegistry.Registration[] memory entries = new IdentityRegistry.Registration[](2);
        entries[0] = IdentityRegistry.Registration(third, 50, GERMANY, 0, VALID_UNTIL);
        entries[1] = bad;
        (address[] memory wallets, IdentityWord[] memory words) = lists(entries);
        vm.expectRevert(expected);
        vm.prank(officer);
        registry.registerBatch("op", wallets, words);
        eq(IdentityWord.unwrap(registry.wordOf(third)), 0, "the good entry went with the bad one");
        isTrue(!registry.isConsumed("op"), "the operation may be tried again");
    }

    function check(address wallet, IdentityRegistry.Identity memory expected) private view {
        eq(keccak256(abi.encode(registry.identityOf(wallet))), keccak256(abi.encode(expected)), "identity");
    }
}
