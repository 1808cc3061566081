// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @title Makes one call many times in a transaction, each time with another number as its first argument.
/// @notice A test in which every call is a transaction copies the whole state for each: a hundred thousand of them among a
/// hundred thousand words of storage would not end. A thousand with a hundred calls each do.
contract Often {
    function call(address target, bytes memory input, uint256 from, uint256 to) external {
        for (uint256 i = from; i <= to; ++i) {
            assembly {
                // Behind the length and the four bytes of the function.
                mstore(add(input, 36), i)
            }
            (bool ok, bytes memory reason) = target.call(input);
            require(ok, string(reason));
        }
    }
}
