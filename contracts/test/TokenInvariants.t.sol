// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IdentityRegistry} from "../src/IdentityRegistry.sol";
import {Suite} from "./Suite.sol";
import {HostileHolder, TokenHandler} from "./TokenHandler.sol";
import {TokenWitness} from "./TokenWitness.sol";

/// @title What is true of a token and its register whatever happened to them.
contract TokenInvariants is Suite {
    /// @dev Places in storage: `TokenState._holders`, `IdentityCopies._words`.
    uint256 private constant HOLDERS = 9;
    uint256 private constant WORDS = 4;

    TokenHandler private handler;
    HostileHolder private hostile;
    bytes32[2] private both = [SENIOR, JUNIOR];

    function setUp() public override {
        super.setUp();
        hostile = new HostileHolder();
        address second = account("anna's second wallet");
        addWallet(anna, second);
        register(address(hostile), 4);
        handler = new TokenHandler(token, [anna, second, ben, cleo, address(hostile), stranger]);
        for (uint256 w = 0; w < 5; ++w) {
            for (uint256 p = 0; p < 2; ++p) {
                issue(both[p], handler.wallets(w), 1000);
            }
        }
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    /// @dev One invariant, so that one history is looked at from every side after each of its steps. What single calls
    /// must not do is looked at by the handler: see `TokenWitness`.
    function invariant_all() external view {
        nothing_happened_that_must_not();
        nobody_called_the_holders();
        TokenWitness.Book memory book = handler.look();
        partitions_sum_to_balances(book);
        balances_sum_to_supplies(book);
        no_more_is_out_than_authorised(book);
        owners_are_counted_exactly(book);
        // One record and one wallet after each step, all of them at the end of a history.
        uint256 step = handler.moved() + handler.refused();
        if (handler.due() != 0) a_record_shows_what_was_held(1 + step % handler.due());
        a_copy_is_what_the_registry_knows(handler.wallets(step % 6));
        verdicts_on_an_account_follow_the_registry(handler.wallets(step % 6));
        a_lost_wallet_is_allowed_nothing(handler.wallets(step % 6));
    }

    function afterInvariant() external view {
        for (uint256 record = 1; record <= handler.due(); ++record) {
            a_record_shows_what_was_held(record);
        }
        for (uint256 w = 0; w < 6; ++w) {
            a_copy_is_what_the_registry_knows(handler.wallets(w));
            verdicts_on_an_account_follow_the_registry(handler.wallets(w));
            a_lost_wallet_is_allowed_nothing(handler.wallets(w));
        }
    }

    function nothing_happened_that_must_not() private view {
        string memory broken = handler.broken();
        isTrue(bytes(broken).length == 0, broken);
    }

    function nobody_called_the_holders() private view {
        isTrue(!hostile.called(), "a holder's code ran");
    }

    function partitions_sum_to_balances(TokenWitness.Book memory book) private view {
        for (uint256 w = 0; w < 6; ++w) {
            eq(token.balanceOf(handler.wallets(w)), book.units[0][w] + book.units[1][w], "balance");
        }
    }

    function balances_sum_to_supplies(TokenWitness.Book memory book) private view {
        for (uint256 p = 0; p < 2; ++p) {
            eq(sum(book.units[p]), book.supply[p], "supply of the partition");
            eq(token.totalSupplyByPartition(both[p]), book.supply[p], "asked otherwise");
        }
        eq(token.totalSupply(), book.supply[0] + book.supply[1], "supply");
    }

    function no_more_is_out_than_authorised(TokenWitness.Book memory book) private view {
        for (uint256 p = 0; p < 2; ++p) {
            isTrue(book.supply[p] <= token.termsOf(both[p]).authorised, "authorised");
        }
    }

    function owners_are_counted_exactly(TokenWitness.Book memory book) private view {
        uint64[6] memory owners;
        for (uint256 w = 0; w < 6; ++w) {
            owners[w] = registry.identityOf(handler.wallets(w)).identity;
        }
        for (uint256 p = 0; p < 2; ++p) {
            uint256 count = 0;
            for (uint256 w = 0; w < 6; ++w) {
                bool counts = book.units[p][w] != 0;
                for (uint256 other = 0; other < w; ++other) {
                    if (owners[other] == owners[w] && book.units[p][other] != 0) counts = false;
                }
                if (counts) ++count;
            }
            eq(book.holders[p], count, "owners");
        }
    }

    function a_record_shows_what_was_held(uint256 record) private view {
        TokenWitness.Book memory then_ = handler.then_(record);
        for (uint256 p = 0; p < 2; ++p) {
            uint256[6] memory units;
            for (uint256 w = 0; w < 6; ++w) {
                units[w] = token.balanceOfByPartitionAt(both[p], handler.wallets(w), record);
            }
            eq(sum(units), token.totalSupplyByPartitionAt(both[p], record), "the record sums up");
            for (uint256 w = 0; w < 6; ++w) {
                eq(units[w], then_.units[p][w], "held at the date");
            }
        }
    }

    function a_copy_is_what_the_registry_knows(address wallet) private view {
        address[] memory copies = registry.copiesOf(wallet);
        eq(copies.length, token.hasCopy(wallet) ? 1 : 0, "the registry knows of the copy");
        // The copy is in the holder's word: bits 64 to 191, as in the registry's.
        uint256 copied = uint256(vm.load(address(token), keccak256(abi.encode(wallet, HOLDERS))));
        uint256 known = uint256(vm.load(address(registry), keccak256(abi.encode(wallet, WORDS))));
        if (copies.length == 1) eq(copied << 64 >> 128, known << 64 >> 128, "copied bit by bit");
    }

    function verdicts_on_an_account_follow_the_registry(address wallet) private view {
        IdentityRegistry.Identity memory owner = registry.identityOf(wallet);
        bool eligible = owner.identity != 0 && !owner.removed && !owner.frozen && !token.isWalletFrozen(wallet)
            && block.timestamp < owner.validUntil && !handler.isLost(wallet);
        isTrue(token.canReceive(wallet) == eligible && token.canSend(wallet) == eligible, "eligible");
    }

    function a_lost_wallet_is_allowed_nothing(address wallet) private view {
        if (!handler.isLost(wallet)) return;
        for (uint256 w = 0; w < 6; ++w) {
            address holder = handler.wallets(w);
            bool allowed = token.allowance(holder, wallet) != 0 || token.isOperator(wallet, holder);
            for (uint256 p = 0; p < 2; ++p) {
                allowed = allowed || token.isOperatorForPartition(both[p], wallet, holder);
            }
            isTrue(!allowed, "a lost wallet is allowed something");
        }
    }

    function sum(uint256[6] memory units) private pure returns (uint256 total) {
        for (uint256 w = 0; w < 6; ++w) {
            total += units[w];
        }
    }
}
