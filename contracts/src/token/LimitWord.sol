// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @notice The further rules of a partition that fit one word. Zero is no rule; the word is read only when the
/// partition's own word says that one of them is on.
/// @dev bits   0..59   maxHolding: most units of one beneficial owner
///      bits  60..119  minHolding: an owner holds none or at least so many
///      bits 120..179  transferLimit: most units of one transfer
///      bits 180..211  saleOpens, unix seconds: nothing is issued before
///      bits 212..243  saleCloses, unix seconds: nothing is issued from then on
///      bits 244..247  flags below
type LimitWord is uint256;

using LimitWords for LimitWord global;

library LimitWords {
    /// @dev Each transfer to another owner needs a co-signature of the issuer.
    uint256 internal constant COSIGNED = 1 << 244;
    /// @dev Issued units are released by a schedule.
    uint256 internal constant RELEASED = 1 << 245;
    /// @dev Owners are counted by country and by class.
    uint256 internal constant COUNTED = 1 << 246;
    /// @dev There is a cap over all partitions.
    uint256 internal constant POOL_CAPPED = 1 << 247;

    uint256 private constant UNITS = (1 << 60) - 1;
    uint256 private constant TIME = (1 << 32) - 1;
    uint256 private constant TERMS = (1 << 244) - 1 | COSIGNED;

    function maxHolding(LimitWord word) internal pure returns (uint256) {
        return LimitWord.unwrap(word) & UNITS;
    }

    function minHolding(LimitWord word) internal pure returns (uint256) {
        return LimitWord.unwrap(word) >> 60 & UNITS;
    }

    function transferLimit(LimitWord word) internal pure returns (uint256) {
        return LimitWord.unwrap(word) >> 120 & UNITS;
    }

    function saleOpens(LimitWord word) internal pure returns (uint256) {
        return LimitWord.unwrap(word) >> 180 & TIME;
    }

    function saleCloses(LimitWord word) internal pure returns (uint256) {
        return LimitWord.unwrap(word) >> 212 & TIME;
    }

    function isNone(LimitWord word) internal pure returns (bool) {
        return LimitWord.unwrap(word) == 0;
    }

    function has(LimitWord word, uint256 flag) internal pure returns (bool) {
        return LimitWord.unwrap(word) & flag != 0;
    }

    function with(LimitWord word, uint256 flag, bool on) internal pure returns (LimitWord) {
        return LimitWord.wrap(LimitWord.unwrap(word) & ~flag | (on ? flag : 0));
    }

    /// @dev The caller has checked the ranges.
    function withTerms(LimitWord word, uint256 most, uint256 least, uint256 once, uint256 opens, uint256 closes)
        internal
        pure
        returns (LimitWord)
    {
        uint256 terms = most | least << 60 | once << 120 | opens << 180 | closes << 212;
        return LimitWord.wrap(LimitWord.unwrap(word) & ~TERMS | terms);
    }
}
