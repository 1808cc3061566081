// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IdentityRegistry} from "../src/IdentityRegistry.sol";
import {PartitionTerms} from "../src/token/TokenState.sol";
import {ISecurityToken} from "./ISecurityToken.sol";
import {Test} from "./Vm.sol";

/// @title Looks at a register before and after each call and says what must not have happened.
abstract contract TokenWitness is Test {
    uint256 public constant WALLETS = 6;
    /// @dev An overflow, a division by zero or the like, that no rule met before.
    bytes4 private constant PANIC = 0x4e487b71;

    /// @dev By which way units were asked to move. `Set` moves none.
    enum Path {
        Erc20,
        Partition,
        Batch,
        Issue,
        Redeem,
        Force,
        Recover,
        Set
    }

    struct Book {
        uint256[6][2] units;
        uint256[2] supply;
        uint256[2] holders;
        uint256[6] frozen;
        bool paused;
        bool[2] halted;
        bool issuable;
        bool controllable;
    }

    ISecurityToken public immutable token;
    IdentityRegistry public immutable registry;
    address[6] public wallets;
    bytes32[2] public partitions;
    /// @dev What must never happen, in words; empty as long as it has not.
    string public broken;

    constructor(ISecurityToken token_, address[6] memory wallets_) {
        (token, registry, wallets) = (token_, IdentityRegistry(token_.registry()), wallets_);
        bytes32[] memory names = token_.partitions();
        (partitions[0], partitions[1]) = (names[0], names[1]);
    }

    function look() public view returns (Book memory book) {
        for (uint256 p = 0; p < 2; ++p) {
            (book.supply[p], book.holders[p],, book.halted[p]) = token.stateOf(partitions[p]);
            for (uint256 w = 0; w < WALLETS; ++w) {
                book.units[p][w] = token.balanceOfByPartition(partitions[p], wallets[w]);
            }
        }
        for (uint256 w = 0; w < WALLETS; ++w) {
            book.frozen[w] = token.getFrozenTokens(wallets[w]);
        }
        (book.paused, book.issuable, book.controllable) = (token.paused(), token.isIssuable(), token.isControllable());
    }

    /// @notice Units of the owner of a wallet; those of the wallet alone when nobody owns it.
    function unitsOfOwner(Book memory book, uint256 p, uint256 w) public view returns (uint256 total) {
        uint64 owner = registry.identityOf(wallets[w]).identity;
        if (owner == 0) return book.units[p][w];
        for (uint256 other = 0; other < WALLETS; ++other) {
            if (registry.identityOf(wallets[other]).identity == owner) total += book.units[p][other];
        }
    }

    /// @notice Whether a wallet was recovered.
    function isLost(address wallet) public view returns (bool) {
        return token.currentWalletOf(wallet) != wallet;
    }

    /// @dev In the token, for a time or for good.
    function isFrozen(address wallet) private view returns (bool) {
        return token.isWalletFrozen(wallet) || isLost(wallet);
    }

    function mustNot(bool happened, string memory what) internal {
        if (happened && bytes(broken).length == 0) broken = what;
    }

    /// @dev Judges one call by what it changed; what it was refused with must be an error that the suite names.
    function judge(Path path, Book memory before, bool ok, bytes memory answer) internal {
        if (!ok) {
            mustNot(answer.length < 4 || bytes4(answer) == PANIC, "a call failed without a reason");
            return;
        }
        Book memory afterwards = look();
        bool forced = path == Path.Force || path == Path.Recover;
        mustNot(!before.controllable && forced, "control was given up, and force was used");
        mustNot(!before.controllable && afterwards.controllable, "control came back");
        mustNot(!before.issuable && afterwards.issuable, "the primary opened again");
        uint256 changed = 0;
        for (uint256 w = 0; w < WALLETS; ++w) {
            bool isChanged = false;
            for (uint256 p = 0; p < 2; ++p) {
                (uint256 was, uint256 is_) = (before.units[p][w], afterwards.units[p][w]);
                if (was == is_) continue;
                isChanged = true;
                mustNot(path == Path.Set, "a setting moved units");
                mustNot(path == Path.Erc20 && p != 0, "an ERC-20 call reached another partition");
                mustNot(!forced && (before.paused || before.halted[p]), "something moved while paused");
                if (path == Path.Recover) continue;
                if (is_ > was) gained(path, before, afterwards, p, w);
                else lost(path, afterwards, p, w);
            }
            if (isChanged) ++changed;
            thawed(path, before, afterwards, w);
        }
        mustNot(path != Path.Batch && changed > 2, "more than two balances changed");
        mustNot((path == Path.Issue || path == Path.Redeem) && changed > 1, "more than one balance changed");
        supplied(path, before, afterwards);
    }

    function gained(Path path, Book memory before, Book memory afterwards, uint256 p, uint256 w) private {
        IdentityRegistry.Identity memory owner = registry.identityOf(wallets[w]);
        mustNot(owner.identity == 0 || owner.removed, "a wallet that is not in use gained");
        mustNot(owner.frozen || isFrozen(wallets[w]), "a frozen wallet gained");
        mustNot(block.timestamp >= owner.validUntil, "a lapsed holder gained");
        if (path == Path.Force) return;
        PartitionTerms memory terms = token.termsOf(partitions[p]);
        mustNot(terms.countryMask >> owner.country & 1 == 0, "a country that is not allowed gained");
        mustNot(terms.classMask >> owner.investorClass & 1 == 0, "a class that is not allowed gained");
        uint256 held = unitsOfOwner(afterwards, p, w);
        if (held <= unitsOfOwner(before, p, w)) return;
        (,, uint256 cap,) = token.stateOf(partitions[p]);
        mustNot(terms.capBps != 0 && held > cap, "an owner bought more than the cap");
        bool more = afterwards.holders[p] > before.holders[p];
        mustNot(more && terms.holderLimit != 0 && afterwards.holders[p] > terms.holderLimit, "too many owners");
    }

    function lost(Path path, Book memory afterwards, uint256 p, uint256 w) private {
        if (path == Path.Force) return;
        IdentityRegistry.Identity memory owner = registry.identityOf(wallets[w]);
        mustNot(owner.identity == 0 || owner.removed, "a wallet that is not in use gave");
        mustNot(owner.frozen || isFrozen(wallets[w]), "a frozen wallet gave");
        mustNot(path != Path.Redeem && block.timestamp >= owner.validUntil, "a lapsed holder sold");
        mustNot(block.timestamp < token.termsOf(partitions[p]).lockedUntil, "locked units moved");
        mustNot(block.timestamp < token.walletLock(wallets[w]), "a locked wallet gave");
        mustNot(afterwards.units[0][w] + afterwards.units[1][w] < afterwards.frozen[w], "frozen units moved");
    }

    /// @dev Force alone thaws, and exactly what it takes beyond the free units.
    function thawed(Path path, Book memory before, Book memory afterwards, uint256 w) private {
        if (path == Path.Set || path == Path.Recover) return;
        (uint256 had, uint256 frozen) = (before.units[0][w] + before.units[1][w], before.frozen[w]);
        uint256 has = afterwards.units[0][w] + afterwards.units[1][w];
        uint256 free = had > frozen ? had - frozen : 0;
        uint256 taken = path == Path.Force && had > has ? had - has : 0;
        uint256 expected = taken > free ? frozen - (taken - free) : frozen;
        mustNot(afterwards.frozen[w] != expected, "a freeze changed by other than what force took");
    }

    function supplied(Path path, Book memory before, Book memory afterwards) private {
        for (uint256 p = 0; p < 2; ++p) {
            (uint256 was, uint256 is_) = (before.supply[p], afterwards.supply[p]);
            mustNot(is_ > was && path != Path.Issue && path != Path.Batch, "units came from nowhere");
            mustNot(is_ < was && path != Path.Redeem && path != Path.Force, "units got lost");
            mustNot(is_ > was && !before.issuable, "units were issued after the primary closed");
        }
    }
}
