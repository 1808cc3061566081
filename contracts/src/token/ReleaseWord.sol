// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @notice From a moment on, so many basis points of what was issued are free.
struct ReleaseStep {
    uint40 date;
    uint16 freeBps;
}

/// @notice A schedule of at most five steps in one word, 46 bits each from the lowest: 32 of the date, 14 of the share.
type ReleaseWord is uint256;

using ReleaseWords for ReleaseWord global;

library ReleaseWords {
    uint256 internal constant MAX_STEPS = 5;
    uint256 internal constant MAX_TIME = (1 << 32) - 1;
    uint256 internal constant ALL = 10_000;
    uint256 private constant STEP = 46;

    error StepsOutOfOrder(uint256 step);

    /// @dev Dates and shares rise from step to step; before the first nothing is free.
    function pack(ReleaseStep[] memory steps) internal pure returns (ReleaseWord) {
        uint256 word = 0;
        (uint256 date, uint256 share) = (0, 0);
        require(steps.length <= MAX_STEPS, StepsOutOfOrder(MAX_STEPS));
        for (uint256 i = 0; i < steps.length; ++i) {
            bool rises = steps[i].date > date && steps[i].freeBps > share;
            require(rises && steps[i].date <= MAX_TIME && steps[i].freeBps <= ALL, StepsOutOfOrder(i));
            (date, share) = (steps[i].date, steps[i].freeBps);
            word |= (date | share << 32) << (STEP * i);
        }
        return ReleaseWord.wrap(word);
    }

    function unpack(ReleaseWord word) internal pure returns (ReleaseStep[] memory steps) {
        uint256 count = 0;
        for (uint256 bits = ReleaseWord.unwrap(word); bits != 0; bits >>= STEP) {
            ++count;
        }
        steps = new ReleaseStep[](count);
        for (uint256 i = 0; i < count; ++i) {
            uint256 bits = ReleaseWord.unwrap(word) >> (STEP * i);
            steps[i] = ReleaseStep(uint40(bits & MAX_TIME), uint16(bits >> 32 & 0x3fff));
        }
    }

    /// @notice The share that is free now.
    function freeBps(ReleaseWord word) internal view returns (uint256 share) {
        for (uint256 bits = ReleaseWord.unwrap(word); bits != 0; bits >>= STEP) {
            if (block.timestamp < bits & MAX_TIME) break;
            share = bits >> 32 & 0x3fff;
        }
    }
}
