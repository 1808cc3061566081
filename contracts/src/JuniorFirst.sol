// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IDistress, IWaterfall} from "./interfaces/IWaterfall.sol";

/// @title A waterfall: a partition bears a loss when nothing is left of those that rank below it.
/// @notice Fixed when it is made, without an administrator; partitions that it does not name bear no loss.
contract JuniorFirst is IWaterfall {
    /// @notice As many as a token has at most.
    uint256 private constant MAX_PARTITIONS = 16;

    bytes32[] private _order;

    error TooManyPartitions(uint256 max);
    error NotRanked(bytes32 partition);
    error SomethingLeftBelow(bytes32 partition, bytes32 below, uint256 remaining);

    /// @param ranks from the first to bear a loss to the last
    constructor(bytes32[] memory ranks) {
        require(ranks.length <= MAX_PARTITIONS, TooManyPartitions(MAX_PARTITIONS));
        _order = ranks;
    }

    /// @inheritdoc IWaterfall
    function checkWriteDown(bytes32 partition, uint256, uint256) external view {
        uint256 count = _order.length;
        for (uint256 i = 0; i < count; ++i) {
            bytes32 ranked = _order[i];
            if (ranked == partition) return;
            (, uint256 remaining) = IDistress(msg.sender).distressOf(ranked);
            require(remaining == 0, SomethingLeftBelow(partition, ranked, remaining));
        }
        revert NotRanked(partition);
    }

    /// @notice The partitions from the first to bear a loss to the last.
    function order() external view returns (bytes32[] memory) {
        return _order;
    }
}
