// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @notice What every movement in a partition reads and most change, in one storage word.
/// @dev bits   0..59   supply, units outstanding
///      bits  60..119  authorised, most units that may be outstanding
///      bits 120..139  holders: beneficial owners with units in the partition
///      bits 140..159  holder limit, 0 for none
///      bits 160..173  cap per beneficial owner in basis points, 0 for none
///      bits 174..205  lockedUntil, unix seconds: locked while block.timestamp < lockedUntil
///      bits 206..237  next record date, unix seconds, 0 for none; of the whole token
///      bits 238..248  the last record taken; in the default partition's word that of the whole token
///      bits 249..255  flags below; those of the whole token stand in the default partition's word
type CoreWord is uint256;

using CoreWords for CoreWord global;

library CoreWords {
    /// @dev Of the whole token: some wallet was recovered, so that who acts for others is looked up before.
    uint256 internal constant RECOVERIES = 1 << 249;
    uint256 internal constant EXISTS = 1 << 250;
    uint256 internal constant PAUSED = 1 << 251;
    /// @dev Of the whole token.
    uint256 internal constant ALL_PAUSED = 1 << 252;
    uint256 internal constant PRIMARY_CLOSED = 1 << 253;
    uint256 internal constant CONTROL_RENOUNCED = 1 << 254;
    /// @dev A further rule of the partition is on: its words are read only then.
    uint256 internal constant FURTHER = 1 << 255;

    /// @notice Fits 60 bits, above 10^18.
    uint256 internal constant MAX_UNITS = (1 << 60) - 1;
    uint256 internal constant MAX_HOLDERS = (1 << 20) - 1;
    /// @notice The year 2106.
    uint256 internal constant MAX_TIME = (1 << 32) - 1;
    /// @notice One a month for 170 years, one a week for 39.
    uint256 internal constant MAX_RECORDS = (1 << 11) - 1;
    uint256 internal constant MAX_BPS = 10_000;

    /// @dev What a movement in any partition must know of the whole token.
    uint256 private constant TOKEN_FLAGS = ALL_PAUSED | PRIMARY_CLOSED | CONTROL_RENOUNCED;
    uint256 private constant ONE_HOLDER = 1 << 120;
    uint256 private constant TERMS = ((1 << 60) - 1) << 60 | ((1 << 66) - 1) << 140;
    uint256 private constant RECORDS = ((1 << 43) - 1) << 206;

    error TooManyHolders(uint256 max);

    function supply(CoreWord word) internal pure returns (uint256) {
        return CoreWord.unwrap(word) & MAX_UNITS;
    }

    function authorised(CoreWord word) internal pure returns (uint256) {
        return CoreWord.unwrap(word) >> 60 & MAX_UNITS;
    }

    function holders(CoreWord word) internal pure returns (uint256) {
        return CoreWord.unwrap(word) >> 120 & MAX_HOLDERS;
    }

    function holderLimit(CoreWord word) internal pure returns (uint256) {
        return CoreWord.unwrap(word) >> 140 & MAX_HOLDERS;
    }

    function capBps(CoreWord word) internal pure returns (uint256) {
        return CoreWord.unwrap(word) >> 160 & 0x3fff;
    }

    function lockedUntil(CoreWord word) internal pure returns (uint256) {
        return CoreWord.unwrap(word) >> 174 & MAX_TIME;
    }

    function nextRecordDate(CoreWord word) internal pure returns (uint256) {
        return CoreWord.unwrap(word) >> 206 & MAX_TIME;
    }

    function lastRecord(CoreWord word) internal pure returns (uint256) {
        return CoreWord.unwrap(word) >> 238 & MAX_RECORDS;
    }

    /// @notice Whether the next record date has come and no change has taken the record yet.
    function recordIsDue(CoreWord word) internal view returns (bool) {
        // No date, 0, wraps round to the largest number, which is later than any block.
        unchecked {
            return nextRecordDate(word) - 1 < block.timestamp;
        }
    }

    /// @notice The partition exists, and neither it nor the whole token is paused.
    function isRunning(CoreWord word) internal pure returns (bool) {
        return CoreWord.unwrap(word) & (EXISTS | PAUSED | ALL_PAUSED) == EXISTS;
    }

    /// @notice The partition exists, and the controller has not given up its powers.
    function isControlled(CoreWord word) internal pure returns (bool) {
        return CoreWord.unwrap(word) & (EXISTS | CONTROL_RENOUNCED) == EXISTS;
    }

    function has(CoreWord word, uint256 flag) internal pure returns (bool) {
        return CoreWord.unwrap(word) & flag != 0;
    }

    function with(CoreWord word, uint256 flag, bool on) internal pure returns (CoreWord) {
        return CoreWord.wrap(CoreWord.unwrap(word) & ~flag | (on ? flag : 0));
    }

    /// @dev Another partition's word as the rules read it: with the flags of the whole token.
    function under(CoreWord word, CoreWord whole) internal pure returns (CoreWord) {
        return CoreWord.wrap(CoreWord.unwrap(word) | CoreWord.unwrap(whole) & TOKEN_FLAGS);
    }

    /// @dev Another partition's word as it is stored.
    function alone(CoreWord word) internal pure returns (CoreWord) {
        return CoreWord.wrap(CoreWord.unwrap(word) & ~TOKEN_FLAGS);
    }

    /// @dev Replaces what the terms say; supply, holders, records and flags stay. The caller has checked the ranges.
    function withTerms(CoreWord word, uint256 most, uint256 limit, uint256 bps, uint256 lock)
        internal
        pure
        returns (CoreWord)
    {
        uint256 terms = most << 60 | limit << 140 | bps << 160 | lock << 174;
        return CoreWord.wrap(CoreWord.unwrap(word) & ~TERMS | terms);
    }

    /// @dev The caller has checked the ranges.
    function withRecords(CoreWord word, uint256 last, uint256 next) internal pure returns (CoreWord) {
        return CoreWord.wrap(CoreWord.unwrap(word) & ~RECORDS | next << 206 | last << 238);
    }

    /// @dev The caller has checked supply + units <= authorised < 2^60.
    function issued(CoreWord word, uint256 units) internal pure returns (CoreWord) {
        unchecked {
            return CoreWord.wrap(CoreWord.unwrap(word) + units);
        }
    }

    /// @dev The caller has checked units <= a balance <= supply.
    function redeemed(CoreWord word, uint256 units) internal pure returns (CoreWord) {
        unchecked {
            return CoreWord.wrap(CoreWord.unwrap(word) - units);
        }
    }

    /// @dev With the owners counted that enter and leave by one movement.
    function counted(CoreWord word, bool enters, bool leaves) internal pure returns (CoreWord) {
        if (enters == leaves) return word;
        return enters ? word.entered() : word.left();
    }

    function entered(CoreWord word) internal pure returns (CoreWord) {
        require(holders(word) != MAX_HOLDERS, TooManyHolders(MAX_HOLDERS));
        // Checked just above to stay within its bits.
        unchecked {
            return CoreWord.wrap(CoreWord.unwrap(word) + ONE_HOLDER);
        }
    }

    /// @dev The caller has seen this holder's units, so it was counted.
    function left(CoreWord word) internal pure returns (CoreWord) {
        unchecked {
            return CoreWord.wrap(CoreWord.unwrap(word) - ONE_HOLDER);
        }
    }
}

/// @notice Who may receive in a partition, in one storage word.
/// @dev bits   0..248  bit c - 1 set: country c (1..249) may receive
///      bits 249..255  bit 249 + c set: investor class c (0..6) may receive
type AllowedWord is uint256;

using AllowedWords for AllowedWord global;

library AllowedWords {
    uint256 internal constant ALL_COUNTRIES = ((1 << 249) - 1) << 1;
    uint256 internal constant ALL_CLASSES = (1 << 7) - 1;

    /// @param countries bit c for country c, as in the terms
    /// @param classes_ bit c for class c
    function pack(uint256 countries, uint256 classes_) internal pure returns (AllowedWord) {
        return AllowedWord.wrap(countries >> 1 | classes_ << 249);
    }

    function countryMask(AllowedWord word) internal pure returns (uint256) {
        return AllowedWord.unwrap(word) << 1 & ALL_COUNTRIES;
    }

    function classMask(AllowedWord word) internal pure returns (uint256) {
        return AllowedWord.unwrap(word) >> 249;
    }

    /// @dev Countries are 1..249: the registry takes no other.
    function hasCountry(AllowedWord word, uint256 country) internal pure returns (bool) {
        unchecked {
            return AllowedWord.unwrap(word) >> (country - 1) & 1 != 0;
        }
    }

    function hasClass(AllowedWord word, uint256 investorClass) internal pure returns (bool) {
        return AllowedWord.unwrap(word) >> (249 + investorClass) & 1 != 0;
    }
}
