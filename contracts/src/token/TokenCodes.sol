// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Reasons, Status} from "./Reasons.sol";
import {TokenState} from "./TokenState.sol";

/// @title ERC-1404: the registered reasons as numbers, for tools that know no others.
/// @notice On the default partition, as ERC-20 is. 0 is no restriction; the number of a reason is its place among the
/// registered ones, from 1 on.
abstract contract TokenCodes is TokenState {
    error CodeUnknown(uint8 code);

    function detectTransferRestriction(address from, address to, uint256 value) external view returns (uint8 code) {
        (bytes1 status, bytes32 reason,,) = IJudge(address(this)).judgeTransfer(_defaultPartition(), from, to, value);
        if (status == Status.SUCCESS) return 0;
        bytes32[] memory reasons = Reasons.all();
        for (uint256 i = 0; i < reasons.length; ++i) {
            if (reasons[i] == reason) return uint8(i + 1);
        }
        return type(uint8).max;
    }

    /// @notice The registered word of a code.
    function messageForTransferRestriction(uint8 restrictionCode) external pure returns (string memory) {
        if (restrictionCode == 0) return "SUCCESS";
        bytes32[] memory reasons = Reasons.all();
        require(restrictionCode <= reasons.length, CodeUnknown(restrictionCode));
        bytes32 word = reasons[restrictionCode - 1];
        uint256 length = 0;
        while (length < 32 && word[length] != 0) ++length;
        bytes memory message = abi.encodePacked(word);
        // Only shortens the text that was just made.
        assembly ("memory-safe") {
            mstore(message, length)
        }
        return string(message);
    }
}

/// @dev What the token answers itself.
interface IJudge {
    function judgeTransfer(bytes32 partition, address from, address to, uint256 units)
        external
        view
        returns (bytes1 status, bytes32 reason, uint256 value, uint256 limit);
}
