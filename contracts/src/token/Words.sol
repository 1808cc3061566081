// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @notice What every movement in a partition reads and most change, in one storage word.
/// @dev bits   0..63   supply, units outstanding
///      bits  64..95   holders: beneficial owners with units in the partition
///      bits  96..127  holder limit, 0 for none
///      bits 128..143  cap per beneficial owner in basis points, 0 for none
///      bits 144..151  investor classes allowed, one bit each
///      bits 152..191  lockedUntil, unix seconds: locked while block.timestamp < lockedUntil
///      bits 192..231  reserved
///      bits 232..255  flags below; those of the whole token stand in the default partition's word
type CoreWord is uint256;

using CoreWords for CoreWord global;

library CoreWords {
    uint256 internal constant EXISTS = 1 << 232;
    uint256 internal constant PAUSED = 1 << 233;
    /// @dev Of the whole token.
    uint256 internal constant ALL_PAUSED = 1 << 234;
    uint256 internal constant PRIMARY_CLOSED = 1 << 235;
    uint256 internal constant CONTROL_RENOUNCED = 1 << 236;

    uint256 private constant ONE_HOLDER = 1 << 64;
    uint256 private constant TERMS = ((1 << 96) - 1) << 96;

    function supply(CoreWord word) internal pure returns (uint64) {
        return uint64(CoreWord.unwrap(word));
    }

    function holders(CoreWord word) internal pure returns (uint32) {
        return uint32(CoreWord.unwrap(word) >> 64);
    }

    function holderLimit(CoreWord word) internal pure returns (uint32) {
        return uint32(CoreWord.unwrap(word) >> 96);
    }

    function capBps(CoreWord word) internal pure returns (uint16) {
        return uint16(CoreWord.unwrap(word) >> 128);
    }

    function classMask(CoreWord word) internal pure returns (uint8) {
        return uint8(CoreWord.unwrap(word) >> 144);
    }

    function lockedUntil(CoreWord word) internal pure returns (uint40) {
        return uint40(CoreWord.unwrap(word) >> 152);
    }

    function has(CoreWord word, uint256 flag) internal pure returns (bool) {
        return CoreWord.unwrap(word) & flag != 0;
    }

    function with(CoreWord word, uint256 flag, bool on) internal pure returns (CoreWord) {
        return CoreWord.wrap(CoreWord.unwrap(word) & ~flag | (on ? flag : 0));
    }

    /// @dev Replaces holder limit, cap, classes and lock-up; supply, holders and flags stay.
    function withTerms(CoreWord word, uint32 limit, uint16 bps, uint8 classes, uint40 lock)
        internal
        pure
        returns (CoreWord)
    {
        uint256 terms = uint256(limit) << 96 | uint256(bps) << 128 | uint256(classes) << 144 | uint256(lock) << 152;
        return CoreWord.wrap(CoreWord.unwrap(word) & ~TERMS | terms);
    }

    /// @dev The caller has checked supply + units <= authorised < 2^64.
    function issued(CoreWord word, uint256 units) internal pure returns (CoreWord) {
        return CoreWord.wrap(CoreWord.unwrap(word) + units);
    }

    /// @dev The caller has checked units <= a balance <= supply.
    function redeemed(CoreWord word, uint256 units) internal pure returns (CoreWord) {
        return CoreWord.wrap(CoreWord.unwrap(word) - units);
    }

    /// @dev Cannot pass 2^32: each holder has a wallet of its own and gas bounds their number long before.
    function entered(CoreWord word) internal pure returns (CoreWord) {
        return CoreWord.wrap(CoreWord.unwrap(word) + ONE_HOLDER);
    }

    /// @dev The caller has seen this holder's units, so it was counted.
    function left(CoreWord word) internal pure returns (CoreWord) {
        return CoreWord.wrap(CoreWord.unwrap(word) - ONE_HOLDER);
    }
}

/// @notice A wallet's own word in the token.
/// @dev bits   0..63   units of the default partition
///      bits  64..247  reserved
///      bits 248..255  flags below
type HolderWord is uint256;

using HolderWords for HolderWord global;

library HolderWords {
    uint256 internal constant WALLET_FROZEN = 1 << 248;
    /// @dev Some units are frozen: their number is read only when this is set.
    uint256 internal constant FROZEN_UNITS = 1 << 249;

    function units(HolderWord word) internal pure returns (uint64) {
        return uint64(HolderWord.unwrap(word));
    }

    function has(HolderWord word, uint256 flag) internal pure returns (bool) {
        return HolderWord.unwrap(word) & flag != 0;
    }

    function with(HolderWord word, uint256 flag, bool on) internal pure returns (HolderWord) {
        return HolderWord.wrap(HolderWord.unwrap(word) & ~flag | (on ? flag : 0));
    }
}
