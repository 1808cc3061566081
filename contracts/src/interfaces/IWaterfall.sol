// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @title Who bears a loss first: asked by a token before each write-down, and reverting when it is another's turn.
interface IWaterfall {
    /// @param before millionths of the partition's face value that are left now
    /// @param remaining millionths that would be left
    function checkWriteDown(bytes32 partition, uint256 before, uint256 remaining) external view;
}

/// @title What a waterfall asks of the token that asks it.
interface IDistress {
    function distressOf(bytes32 partition) external view returns (bool inDefault, uint256 remaining);
}
