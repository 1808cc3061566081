// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IdentityWord, IdentityWords} from "../IdentityWord.sol";
import {CoreWords} from "./CoreWord.sol";

/// @notice A wallet's own word in the token: units of the default partition, what the registry knows, lock and flags.
/// In another partition the wallet's word has units and last record alone, at the same bits.
/// @dev bits   0..63   units
///      bits  64..191  the identity, copied from the registry bit by bit; number zero when there is no copy
///      bits 192..231  lockedUntil, unix seconds: this wallet is locked while block.timestamp < lockedUntil
///      bits 232..242  the last record taken when the units last changed
///      bit  243       free
///      bits 244..255  flags below
type HolderWord is uint256;

using HolderWords for HolderWord global;

library HolderWords {
    uint256 internal constant WALLET_FROZEN = 1 << 244;
    /// @dev Some units are frozen or held: how many is read only when this is set.
    uint256 internal constant ENCUMBERED = 1 << 245;
    /// @dev What the wallet had was moved to another wallet of its owner: it can never act again.
    uint256 internal constant RECOVERED = 1 << 246;
    /// @dev A system account, which the limits on holders do not bind.
    uint256 internal constant EXEMPT = 1 << 247;
    /// @dev In memory only: the identity was read from the registry and is no copy to be kept.
    uint256 internal constant LENT = 1 << 255;

    uint256 private constant NUMBER = ((1 << 64) - 1) << 64;
    uint256 private constant UNITS = (1 << 64) - 1;
    uint256 private constant TIME = (1 << 40) - 1;
    uint256 private constant RECORD = CoreWords.MAX_RECORDS;
    /// @dev What the word of another partition has.
    uint256 private constant PLACE = UNITS | RECORD << 232;
    /// @dev Frozen here for a time or for good, or the owner in the registry.
    uint256 private constant ANY_FREEZE = WALLET_FROZEN | RECOVERED | IdentityWords.FROZEN;
    uint256 private constant BARRED = ANY_FREEZE | IdentityWords.REMOVED;

    function units(HolderWord word) internal pure returns (uint256) {
        return HolderWord.unwrap(word) & UNITS;
    }

    /// @notice What the registry knows, with bits of ours around it that no reader of an identity looks at.
    function identity(HolderWord word) internal pure returns (IdentityWord) {
        return IdentityWord.wrap(HolderWord.unwrap(word));
    }

    /// @notice Whether an identity stands in the word.
    function hasIdentity(HolderWord word) internal pure returns (bool) {
        return HolderWord.unwrap(word) & NUMBER != 0;
    }

    function isSameOwner(HolderWord word, HolderWord other) internal pure returns (bool) {
        return (HolderWord.unwrap(word) ^ HolderWord.unwrap(other)) & NUMBER == 0;
    }

    function lockedUntil(HolderWord word) internal pure returns (uint256) {
        return HolderWord.unwrap(word) >> 192 & TIME;
    }

    function lastRecord(HolderWord word) internal pure returns (uint256) {
        return HolderWord.unwrap(word) >> 232 & RECORD;
    }

    function has(HolderWord word, uint256 flag) internal pure returns (bool) {
        return HolderWord.unwrap(word) & flag != 0;
    }

    function isFrozen(HolderWord word) internal pure returns (bool) {
        return HolderWord.unwrap(word) & ANY_FREEZE != 0;
    }

    /// @notice Known, not removed, not frozen and valid: the validity of an unknown wallet ended in 1970.
    function isEligible(HolderWord word) internal view returns (bool) {
        if (HolderWord.unwrap(word) & BARRED != 0) return false;
        return word.identity().isValid();
    }

    function with(HolderWord word, uint256 flag, bool on) internal pure returns (HolderWord) {
        return HolderWord.wrap(HolderWord.unwrap(word) & ~flag | (on ? flag : 0));
    }

    function withIdentity(HolderWord word, IdentityWord known) internal pure returns (HolderWord) {
        uint256 bits = IdentityWord.unwrap(known) & IdentityWords.MASK;
        return HolderWord.wrap(HolderWord.unwrap(word) & ~IdentityWords.MASK | bits);
    }

    function withLock(HolderWord word, uint256 until) internal pure returns (HolderWord) {
        return HolderWord.wrap(HolderWord.unwrap(word) & ~(TIME << 192) | until << 192);
    }

    function withLastRecord(HolderWord word, uint256 record) internal pure returns (HolderWord) {
        return HolderWord.wrap(HolderWord.unwrap(word) & ~(RECORD << 232) | record << 232);
    }

    /// @dev The wallet's word as the rules read it in another partition: with the units and the record from there.
    function inPlace(HolderWord word, HolderWord stored) internal pure returns (HolderWord) {
        return HolderWord.wrap(HolderWord.unwrap(word) & ~PLACE | HolderWord.unwrap(stored));
    }

    /// @dev What is stored of it in another partition.
    function place(HolderWord word) internal pure returns (HolderWord) {
        return HolderWord.wrap(HolderWord.unwrap(word) & PLACE);
    }

    /// @dev What may be written: a lent identity stays where it was read.
    function toStore(HolderWord word) internal pure returns (HolderWord) {
        if (!has(word, LENT)) return word;
        return HolderWord.wrap(HolderWord.unwrap(word) & ~(LENT | IdentityWords.MASK));
    }

    /// @dev A sum of balances is at most a supply, which fits 60 bits.
    function plus(HolderWord word, uint256 more) internal pure returns (HolderWord) {
        unchecked {
            return HolderWord.wrap(HolderWord.unwrap(word) + more);
        }
    }

    /// @dev The caller has checked less <= units.
    function minus(HolderWord word, uint256 less) internal pure returns (HolderWord) {
        unchecked {
            return HolderWord.wrap(HolderWord.unwrap(word) - less);
        }
    }
}
