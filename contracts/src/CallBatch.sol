// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @title Many calls of a contract to itself, in order: one refusal reverts all, or is skipped and told.
/// @dev By delegation to its own code, which keeps the sender: each call asks for roles and rules as ever.
abstract contract CallBatch {
    event CallSkipped(bytes32 indexed operationId, uint256 place, bytes refusal);

    error EmptyRevert(uint256 place);

    /// @dev What fails without a word, as a call that runs out of gas, is never skipped.
    function _callAll(bytes32 operationId, bytes[] calldata calls, bool skip) internal {
        for (uint256 i = 0; i < calls.length; ++i) {
            (bool ok, bytes memory answer) = address(this).delegatecall(calls[i]);
            if (ok) continue;
            require(answer.length != 0, EmptyRevert(i));
            if (!skip) {
                assembly ("memory-safe") {
                    revert(add(answer, 0x20), mload(answer))
                }
            }
            emit CallSkipped(operationId, i, answer);
        }
    }
}
