// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {TokenState} from "./TokenState.sol";

/// @title What every signature for a token is bound to: its EIP-712 domain.
abstract contract TokenDomain is TokenState {
    string internal constant VERSION = "1";
    bytes32 private constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");

    function _domainSeparator() internal view returns (bytes32) {
        return keccak256(
            abi.encode(
                DOMAIN_TYPEHASH, keccak256(bytes(_name)), keccak256(bytes(VERSION)), block.chainid, address(this)
            )
        );
    }

    /// @dev What is signed: the domain and the hash of the message.
    function _digest(bytes32 message) internal view returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", _domainSeparator(), message));
    }
}
