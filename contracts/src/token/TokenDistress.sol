// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IWaterfall} from "../interfaces/IWaterfall.sol";
import {CoreWords} from "./CoreWord.sol";
import {TokenState} from "./TokenState.sol";

/// @title Default and losses of a partition, for everybody to read; a waterfall decides who bears them first.
/// @notice A write-down says how much of a unit's face value is left, in millionths. Units, caps and counts stay as they
/// are: what a unit is still owed is for coupon and redemption to pay.
abstract contract TokenDistress is TokenState {
    uint256 internal constant FULL = 1_000_000;
    uint256 private constant IN_DEFAULT = 1 << 32;

    event DefaultSet(bytes32 indexed partition, bool inDefault, bytes data);
    event WrittenDown(bytes32 indexed partition, uint256 remaining, bytes data);
    event WaterfallSet(address indexed waterfall);

    error NotWrittenDown(bytes32 partition, uint256 remaining, uint256 now_);
    error NoSuchPartition(bytes32 partition);

    /// @notice Whom the token asks before each write-down; nobody when zero.
    function setWaterfall(address waterfall_) external onlyAdmin {
        _waterfall = waterfall_;
        emit WaterfallSet(waterfall_);
    }

    function waterfall() external view returns (address) {
        return _waterfall;
    }

    /// @notice Says that the partition is in default, or that this was cured.
    function setDefault(bytes32 partition, bool inDefault, bytes calldata data) external onlyRole(TRANSFER_AGENT) {
        _requirePartition(partition);
        _distress[partition] = _distress[partition] & ~IN_DEFAULT | (inDefault ? IN_DEFAULT : 0);
        emit DefaultSet(partition, inDefault, data);
    }

    /// @notice Leaves `remaining` millionths of the face value, less than before; what is written off is so for good.
    function writeDown(bytes32 partition, uint32 remaining, bytes calldata data) external onlyRole(TRANSFER_AGENT) {
        _requirePartition(partition);
        (, uint256 before) = distressOf(partition);
        require(remaining < before, NotWrittenDown(partition, remaining, before));
        if (_waterfall != address(0)) IWaterfall(_waterfall).checkWriteDown(partition, before, remaining);
        _distress[partition] = _distress[partition] & IN_DEFAULT | (FULL - remaining);
        emit WrittenDown(partition, remaining, data);
    }

    /// @notice Whether a partition is in default, and how many millionths of the face value are left.
    function distressOf(bytes32 partition) public view returns (bool inDefault, uint256 remaining) {
        uint256 word = _distress[partition];
        return (word & IN_DEFAULT != 0, FULL - uint32(word));
    }

    function _requirePartition(bytes32 partition) private view {
        require(_partitions[partition].core.has(CoreWords.EXISTS), NoSuchPartition(partition));
    }
}
