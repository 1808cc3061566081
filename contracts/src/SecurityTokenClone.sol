// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IBackOffice} from "./interfaces/IBackOffice.sol";
import {TokenBirth} from "./token/TokenBirth.sol";
import {TokenConfig} from "./token/TokenState.sol";

/// @title A token for a pool that does not live long: 45 bytes (ERC-1167) that run another token's code for good.
/// @notice It has storage, name, roles, rules and holders of its own, and answers to everything that its model does; the
/// model may be a token in use, or one that was made to be a model and has no holders. What they share is code that
/// cannot change.
/// @dev This constructor writes the storage as that of a `SecurityToken` does and leaves the proxy behind: there is no call
/// that could write it again, in the clone, in the model, or by anyone. What the model's code knows by heart is compared
/// with what this token is made with.
contract SecurityTokenClone is TokenBirth {
    error DefaultPartitionDiffers(bytes32 given, bytes32 ofTheModel);
    error BackOfficeDiffers(address given, address deskOfTheModel);

    constructor(TokenConfig memory config, address model) {
        _begin(config);
        _requireCode(model);
        bytes32 first = IBackOffice(model).defaultPartition();
        require(config.partitions[0].partition == first, DefaultPartitionDiffers(config.partitions[0].partition, first));
        address desk = IBackOffice(model).desk();
        require(IBackOffice(config.backOffice).desk() == desk, BackOfficeDiffers(config.backOffice, desk));
        bytes memory proxy = abi.encodePacked(hex"363d3d373d3d3d363d73", model, hex"5af43d82803e903d91602b57fd5bf3");
        // The code of the new contract is what its creation returns.
        assembly ("memory-safe") {
            return(add(proxy, 0x20), mload(proxy))
        }
    }

    function _defaultPartition() internal view override returns (bytes32) {
        return _firstName();
    }
}
