// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IdentityWord} from "../IdentityWord.sol";
import {IIdentityCopy} from "../interfaces/IIdentityRegistry.sol";
import {HolderWord} from "./HolderWord.sol";
import {TokenState} from "./TokenState.sol";

/// @title The copies of identities that a token keeps in its wallets' words, and how they stay true.
abstract contract TokenCopies is TokenState, IIdentityCopy {
    error NotTheRegistry(address caller);

    /// @notice Copies what the registry knows into the wallets' words, so that their first movement is cheap too.
    /// @dev A wallet's first units do the same by themselves.
    function admit(address[] calldata wallets) external onlyRole(COMPLIANCE) {
        for (uint256 i = 0; i < wallets.length; ++i) {
            HolderWord holder = _holders[wallets[i]];
            if (holder.identity().number() != 0 || !_registry.copyTo(wallets[i])) continue;
            _holders[wallets[i]] = holder.withIdentity(_registry.wordOf(wallets[i]));
        }
    }

    /// @inheritdoc IIdentityCopy
    function identityChanged(address wallet, IdentityWord word) external {
        require(msg.sender == address(_registry), NotTheRegistry(msg.sender));
        HolderWord holder = _holders[wallet];
        if (holder.identity().number() != 0) _holders[wallet] = holder.withIdentity(word);
    }

    /// @notice Whether the wallet's identity stands in this token, so that a movement asks no other contract.
    function hasCopy(address wallet) external view returns (bool) {
        return _holders[wallet].identity().number() != 0;
    }
}
