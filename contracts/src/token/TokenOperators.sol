// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC1410} from "../interfaces/IERC1400.sol";
import {TokenLedger} from "./TokenLedger.sol";

/// @title Operators (ERC-1410): they act for a holder and are bound by every rule that binds the holder.
/// @notice A wallet that was recovered is nobody's operator. Authorising it is not refused and has no effect: what was allowed
/// before the recovery and what is allowed after it are the same then, and taking it back always works.
abstract contract TokenOperators is TokenLedger {
    function isOperator(address operator, address tokenHolder) external view returns (bool) {
        return !_isRecovered(operator) && (operator == tokenHolder || _operators[tokenHolder][operator]);
    }

    function isOperatorForPartition(bytes32 partition, address operator, address tokenHolder)
        external
        view
        returns (bool)
    {
        return !_isRecovered(operator) && _isOperatorFor(partition, operator, tokenHolder);
    }

    function authorizeOperator(address operator) external {
        _operators[msg.sender][operator] = true;
        emit IERC1410.AuthorizedOperator(operator, msg.sender);
    }

    function revokeOperator(address operator) external {
        _operators[msg.sender][operator] = false;
        emit IERC1410.RevokedOperator(operator, msg.sender);
    }

    function authorizeOperatorByPartition(bytes32 partition, address operator) external {
        _partitionOperators[msg.sender][partition][operator] = true;
        emit IERC1410.AuthorizedOperatorByPartition(partition, operator, msg.sender);
    }

    function revokeOperatorByPartition(bytes32 partition, address operator) external {
        _partitionOperators[msg.sender][partition][operator] = false;
        emit IERC1410.RevokedOperatorByPartition(partition, operator, msg.sender);
    }
}
