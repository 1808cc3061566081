// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC20} from "./interfaces/IERC20.sol";

/// @title Calls to payment tokens, those that return nothing included.
library PaymentCalls {
    error PullFailed(address paymentToken, address from, uint256 amount);

    /// @notice Sends with at most `gasLimit` gas and says whether it worked; a token that reverts, returns false or has
    /// no code did not.
    function send(address paymentToken, address to, uint256 amount, uint256 gasLimit) internal returns (bool) {
        return _call(paymentToken, abi.encodeCall(IERC20.transfer, (to, amount)), gasLimit);
    }

    /// @notice Pulls `amount` into this contract and returns what arrived, less than that when the token takes a fee.
    function pull(address paymentToken, address from, uint256 amount) internal returns (uint256) {
        uint256 before = IERC20(paymentToken).balanceOf(address(this));
        bool ok = _call(paymentToken, abi.encodeCall(IERC20.transferFrom, (from, address(this), amount)), gasleft());
        require(ok, PullFailed(paymentToken, from, amount));
        return IERC20(paymentToken).balanceOf(address(this)) - before;
    }

    /// @dev At most one word of the answer is copied, so that an answer of any length costs the caller nothing.
    function _call(address target, bytes memory input, uint256 gasLimit) private returns (bool ok) {
        assembly ("memory-safe") {
            mstore(0x00, 0)
            ok := call(gasLimit, target, 0, add(input, 0x20), mload(input), 0x00, 0x20)
            switch returndatasize()
            case 0 { ok := and(ok, gt(extcodesize(target), 0)) }
            default { ok := and(ok, and(gt(returndatasize(), 0x1f), eq(mload(0x00), 1))) }
        }
    }
}
