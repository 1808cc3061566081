// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @title Runs another contract's code for the present call and on the present storage, and leaves with its answer.
library Delegation {
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
}
