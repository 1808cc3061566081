// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {CallBatch} from "../CallBatch.sol";
import {HolderWord, HolderWords} from "./HolderWord.sol";
import {TokenState} from "./TokenState.sol";
import {TokenUrgent} from "./TokenUrgent.sol";

/// @title Many calls under one operation id: one refusal reverts all, or is skipped and told, as the caller chooses.
/// @notice Each call is made by the sender's own right: who may not issue alone may not in a batch either.
abstract contract TokenCalls is TokenState, CallBatch {
    /// @notice Any calls of this token, in order. The operation id is the sender's own.
    /// @param calls as they would be sent one by one: selector and arguments
    /// @param skip whether a call that is refused is left out and told in an event; what fails without a word, as one that
    /// runs out of gas, reverts all nevertheless
    function batch(bytes32 operationId, bytes[] calldata calls, bool skip) external {
        _consume(_ownOperation(operationId));
        _callAll(operationId, calls, skip);
    }

    /// @notice Freezes or unfreezes many wallets in this token.
    function setWalletsFrozen(bytes32 operationId, address[] calldata accounts, bool frozen)
        external
        onlyRole(COMPLIANCE)
    {
        _consume(operationId);
        for (uint256 i = 0; i < accounts.length; ++i) {
            HolderWord holder = _holders[accounts[i]];
            _holders[accounts[i]] = holder.with(HolderWords.WALLET_FROZEN, frozen);
            emit TokenUrgent.WalletFrozenSet(accounts[i], frozen);
        }
    }
}
