// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @title Runs another contract's code on the present storage and in the name of the present sender.
library Delegation {
    /// @notice For the present call: leaves with its answer.
    function forward(address implementation) internal {
        // Beyond the free memory, so that the optimiser may keep its own below.
        assembly ("memory-safe") {
            let input := mload(0x40)
            calldatacopy(input, 0, calldatasize())
            let ok := delegatecall(gas(), implementation, input, calldatasize(), 0, 0)
            let output := mload(0x40)
            returndatacopy(output, 0, returndatasize())
            switch ok
            case 0 { revert(output, returndatasize()) }
            default { return(output, returndatasize()) }
        }
    }

    /// @notice Has the token do one of its own calls, by the sender's own right; its revert is passed on.
    /// @dev In code that a token runs, `address(this)` is the token.
    function self(bytes memory input) internal {
        (bool ok, bytes memory answer) = address(this).delegatecall(input);
        if (ok) return;
        assembly ("memory-safe") {
            revert(add(answer, 0x20), mload(answer))
        }
    }
}
