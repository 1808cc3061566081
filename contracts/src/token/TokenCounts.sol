// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IdentityWord} from "../IdentityWord.sol";
import {HolderWord} from "./HolderWord.sol";
import {Reasons, Status} from "./Reasons.sol";
import {TokenBook} from "./TokenBook.sol";

/// @title How many owners of a partition there are of each country and of each class.
/// @notice An owner is counted under the country and the class that it has when it enters, for as long as it stays: one
/// who moves to another country does not breach its limit. `recount` counts it under what it is now.
/// @dev The key of a country is its number, that of a class 256 more. A count has 32 bits, its limit the 32 above.
abstract contract TokenCounts is TokenBook {
    uint256 internal constant CLASSES = 256;
    /// @dev Owners that are counted at all.
    uint256 internal constant EVERYBODY = 511;
    uint256 internal constant MAX_COUNT = (1 << 32) - 1;

    /// @param leaving how the owner was counted that leaves by the same movement, zero for none
    function _checkCounts(Partition storage partition, IdentityWord entering, uint256 leaving) internal view {
        uint256 now_ = _profileOf(entering);
        _checkCount(partition, now_ & 0xff, leaving & 0xff, Reasons.COUNTRY_COUNT);
        _checkCount(partition, now_ >> 8, leaving >> 8, Reasons.CLASS_COUNT);
    }

    /// @dev Counts an owner that entered; one that is counted stays as it is.
    function _countIn(Partition storage partition, IdentityWord identity) internal {
        if (partition.countedAs[identity.number()] != 0) return;
        uint256 profile = _profileOf(identity);
        partition.countedAs[identity.number()] = profile;
        ++partition.counts[profile & 0xff];
        ++partition.counts[profile >> 8];
        ++partition.counts[EVERYBODY];
    }

    function _countOut(Partition storage partition, IdentityWord identity) internal {
        uint256 profile = partition.countedAs[identity.number()];
        if (profile == 0) return;
        delete partition.countedAs[identity.number()];
        --partition.counts[profile & 0xff];
        --partition.counts[profile >> 8];
        --partition.counts[EVERYBODY];
    }

    /// @dev The keys of country and class, 8 and the bits above.
    function _profileOf(IdentityWord identity) internal pure returns (uint256) {
        return uint256(identity.country()) | (CLASSES + identity.investorClass()) << 8;
    }

    function _checkCount(Partition storage partition, uint256 key, uint256 leaving, bytes32 reason) private view {
        uint256 word = partition.counts[key];
        uint256 limit = word >> 32;
        uint256 wouldBe = (word & MAX_COUNT) + 1;
        if (key == leaving) --wouldBe;
        if (limit != 0 && wouldBe > limit) _refuse(Status.FAILURE, reason, wouldBe, limit);
    }
}
