// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @title Signatures of accounts: by their key, or as a contract answers (EIP-1271).
library SignatureCheck {
    bytes4 private constant VALID = 0x1626ba7e;
    /// @dev Half the group order (EIP-2): of a signature's two forms only the lower is accepted.
    uint256 private constant HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;

    error SignatureInvalid(address signer);

    /// @dev An account with code may still have a key (EIP-7702), so the key is tried first.
    function requireSigned(address signer, bytes32 digest, bytes memory signature) internal view {
        if (signature.length == 65 && _byKey(digest, signature) == signer && signer != address(0)) return;
        require(signer.code.length != 0 && _byContract(signer, digest, signature), SignatureInvalid(signer));
    }

    function _byKey(bytes32 digest, bytes memory signature) private pure returns (address) {
        bytes32 r;
        bytes32 s;
        uint8 v;
        // 65 bytes: r, s and v.
        assembly ("memory-safe") {
            r := mload(add(signature, 0x20))
            s := mload(add(signature, 0x40))
            v := byte(0, mload(add(signature, 0x60)))
        }
        return uint256(s) <= HALF_ORDER ? ecrecover(digest, v, r, s) : address(0);
    }

    function _byContract(address signer, bytes32 digest, bytes memory signature) private view returns (bool) {
        (bool ok, bytes memory answer) =
            signer.staticcall(abi.encodeWithSignature("isValidSignature(bytes32,bytes)", digest, signature));
        return ok && answer.length >= 32 && bytes32(answer) == bytes32(VALID);
    }
}
