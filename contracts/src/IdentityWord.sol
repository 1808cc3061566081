// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @notice What is known of a wallet, in one storage word. Nothing personal: an opaque number and flags.
/// @dev bits   0..63   not of the identity (a token keeps the default partition's units here)
///      bits  64..127  identity number, zero when the wallet is unknown
///      bits 128..167  validUntil, unix seconds: valid while block.timestamp < validUntil
///      bits 168..175  country index, 1..249
///      bits 176..183  investor class, 0..6
///      bits 184..191  flags below
///      bits 192..199  in the registry: how many tokens have a copy
///      bits 200..255  not of the identity
type IdentityWord is uint256;

using IdentityWords for IdentityWord global;

library IdentityWords {
    uint256 internal constant FROZEN = 1 << 184;
    uint256 internal constant REMOVED = 1 << 185;
    /// @dev The identity has further wallets: a holder's units are then summed over all of them.
    uint256 internal constant SEVERAL = 1 << 186;
    /// @dev All bits of the identity.
    uint256 internal constant MASK = ((1 << 128) - 1) << 64;

    /// @dev Number, validity, country and class: what a registration may say.
    uint256 private constant PLAIN = ((1 << 120) - 1) << 64;

    function pack(uint64 number_, uint40 validUntil_, uint8 country_, uint8 investorClass_)
        internal
        pure
        returns (IdentityWord)
    {
        return IdentityWord.wrap(
            uint256(number_) << 64 | uint256(validUntil_) << 128 | uint256(country_) << 168 | uint256(investorClass_)
                << 176
        );
    }

    function number(IdentityWord word) internal pure returns (uint64) {
        return uint64(IdentityWord.unwrap(word) >> 64);
    }

    function validUntil(IdentityWord word) internal pure returns (uint40) {
        return uint40(IdentityWord.unwrap(word) >> 128);
    }

    function country(IdentityWord word) internal pure returns (uint8) {
        return uint8(IdentityWord.unwrap(word) >> 168);
    }

    function investorClass(IdentityWord word) internal pure returns (uint8) {
        return uint8(IdentityWord.unwrap(word) >> 176);
    }

    function has(IdentityWord word, uint256 flag) internal pure returns (bool) {
        return IdentityWord.unwrap(word) & flag != 0;
    }

    /// @notice Number, validity, country and class alone, no flag and nothing that is not of the identity.
    function isPlain(IdentityWord word) internal pure returns (bool) {
        return IdentityWord.unwrap(word) & ~PLAIN == 0;
    }

    /// @dev The registry's own count of the copies there are of this word.
    function copies(IdentityWord word) internal pure returns (uint256) {
        return uint8(IdentityWord.unwrap(word) >> 192);
    }

    /// @dev The caller has checked that the count stays within its bits.
    function withOneCopyMore(IdentityWord word) internal pure returns (IdentityWord) {
        unchecked {
            return IdentityWord.wrap(IdentityWord.unwrap(word) + (1 << 192));
        }
    }

    function withoutCopies(IdentityWord word) internal pure returns (IdentityWord) {
        return IdentityWord.wrap(IdentityWord.unwrap(word) & MASK);
    }

    /// @notice Known, and not removed since.
    function isActive(IdentityWord word) internal pure returns (bool) {
        return word.number() != 0 && !word.has(REMOVED);
    }

    /// @notice The one comparison of expiry, used everywhere.
    function isValid(IdentityWord word) internal view returns (bool) {
        return block.timestamp < word.validUntil();
    }
}
