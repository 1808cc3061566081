// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @notice What of a wallet's units is not free, in one storage word; read only when the wallet's own word says so.
/// @dev bits   0..63   units of the default partition that holds keep for somebody; those of another partition stand
///                     in a word of their own
///      bits  64..255  units frozen over all partitions; may exceed the balance
///
///      of a recovered wallet, which has no units any more: bits 0..159 the wallet that took its place
type EncumbranceWord is uint256;

using EncumbranceWords for EncumbranceWord global;

library EncumbranceWords {
    uint256 internal constant MAX_FROZEN = (1 << 192) - 1;
    uint256 private constant HELD = (1 << 64) - 1;

    function held(EncumbranceWord word) internal pure returns (uint256) {
        return EncumbranceWord.unwrap(word) & HELD;
    }

    function frozen(EncumbranceWord word) internal pure returns (uint256) {
        return EncumbranceWord.unwrap(word) >> 64;
    }

    function isNone(EncumbranceWord word) internal pure returns (bool) {
        return EncumbranceWord.unwrap(word) == 0;
    }

    /// @dev The caller has checked that at most the balance is held.
    function withHeld(EncumbranceWord word, uint256 held_) internal pure returns (EncumbranceWord) {
        return EncumbranceWord.wrap(EncumbranceWord.unwrap(word) & ~HELD | held_);
    }

    /// @dev The caller has checked the range.
    function withFrozen(EncumbranceWord word, uint256 frozen_) internal pure returns (EncumbranceWord) {
        return EncumbranceWord.wrap(held(word) | frozen_ << 64);
    }

    function toSuccessor(address account) internal pure returns (EncumbranceWord) {
        return EncumbranceWord.wrap(uint160(account));
    }

    function successor(EncumbranceWord word) internal pure returns (address) {
        return address(uint160(EncumbranceWord.unwrap(word)));
    }
}
