// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IIdentityRegistry} from "../interfaces/IIdentityRegistry.sol";
import {TokenConfig, TokenState} from "./TokenState.sol";

/// @title How the storage of a token begins, whether it has code of its own or runs another's.
/// @dev Called by constructors alone: no call of a token can begin it again.
abstract contract TokenBirth is TokenState {
    error NoPartition();
    error NoCode(address account);

    function _begin(TokenConfig memory config) internal {
        require(config.partitions.length != 0, NoPartition());
        _requireCode(config.registry);
        _requireCode(config.backOffice);
        _name = config.name;
        _symbol = config.symbol;
        _decimals = config.decimals;
        _registry = IIdentityRegistry(config.registry);
        _setAdmin(config.admin);
        for (uint256 i = 0; i < config.partitions.length; ++i) {
            _addPartition(config.partitions[i]);
        }
    }

    function _requireCode(address account) internal view {
        require(account.code.length != 0, NoCode(account));
    }
}
