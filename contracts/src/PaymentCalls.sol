// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC20} from "./interfaces/IERC20.sol";

/// @title Calls to payment tokens, those that return nothing included.
/// @notice A call worked when the token has code and returned nothing, or returned true. Reverting, returning false or
/// having no code is a failure, and what a token answers beyond one word is never copied.
library PaymentCalls {
    error PullFailed(address paymentToken, address from, uint256 amount);
    error SendFailed(address paymentToken, address to, uint256 amount);
    error TakenWithoutOrder(address paymentToken, uint256 ordered, uint256 taken);

    /// @notice Sends with at most `gasLimit` gas and says whether it worked.
    /// @dev Writes its input to free memory without taking it, so that a loop of sends does not grow memory.
    function send(address paymentToken, address to, uint256 amount, uint256 gasLimit) internal returns (bool ok) {
        bytes4 selector = IERC20.transfer.selector;
        assembly ("memory-safe") {
            let input := mload(0x40)
            mstore(input, selector)
            mstore(add(input, 0x04), to)
            mstore(add(input, 0x24), amount)
            mstore(0x00, 0)
            ok := call(gasLimit, paymentToken, 0, input, 0x44, 0x00, 0x20)
            switch returndatasize()
            case 0 { ok := and(ok, gt(extcodesize(paymentToken), 0)) }
            default { ok := and(ok, and(gt(returndatasize(), 0x1f), eq(mload(0x00), 1))) }
        }
    }

    /// @notice Sends, or reverts; a token that takes more from this contract than it was told is refused.
    function sendExactly(address paymentToken, address to, uint256 amount, uint256 gasLimit) internal {
        uint256 before = heldBy(paymentToken, address(this));
        require(send(paymentToken, to, amount, gasLimit), SendFailed(paymentToken, to, amount));
        requireTaken(paymentToken, before, amount);
    }

    /// @notice Reverts when more than `ordered` has left this contract since it held `before`.
    /// @dev A payee that gives some back in a callback makes it less, which harms nobody.
    function requireTaken(address paymentToken, uint256 before, uint256 ordered) internal view {
        uint256 held = heldBy(paymentToken, address(this));
        if (held < before) {
            require(before - held <= ordered, TakenWithoutOrder(paymentToken, ordered, before - held));
        }
    }

    /// @notice Moves `amount` from one account to another by the first one's allowance and returns what arrived, which
    /// is less than `amount` when the token takes a fee.
    function pull(address paymentToken, address from, address to, uint256 amount) internal returns (uint256) {
        uint256 before = heldBy(paymentToken, to);
        bool ok = _call(paymentToken, abi.encodeCall(IERC20.transferFrom, (from, to, amount)));
        require(ok, PullFailed(paymentToken, from, amount));
        return heldBy(paymentToken, to) - before;
    }

    /// @notice What an account holds.
    function heldBy(address paymentToken, address account) internal view returns (uint256) {
        return IERC20(paymentToken).balanceOf(account);
    }

    function _call(address target, bytes memory input) private returns (bool ok) {
        assembly ("memory-safe") {
            mstore(0x00, 0)
            ok := call(gas(), target, 0, add(input, 0x20), mload(input), 0x00, 0x20)
            switch returndatasize()
            case 0 { ok := and(ok, gt(extcodesize(target), 0)) }
            default { ok := and(ok, and(gt(returndatasize(), 0x1f), eq(mload(0x00), 1))) }
        }
    }
}
