// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {TokenBook} from "./TokenBook.sol";
import {TokenDomain} from "./TokenDomain.sol";

/// @title The issuer's co-signature of single transfers, which a protected partition asks for.
/// @notice The issuer gives it by a call of its own, or signs it (EIP-712) and anybody presents it. Each is good for one
/// transfer of exactly these units between exactly these wallets, while `block.timestamp < deadline`; one that comes
/// before the last was used takes its place.
abstract contract TokenCosignatures is TokenBook, TokenDomain {
    bytes32 private constant COSIGNATURE =
        keccak256("Cosignature(bytes32 partition,address from,address to,uint256 units,uint40 deadline,uint256 nonce)");

    event Cosigned(bytes32 indexed partition, address indexed from, address indexed to, uint256 units, uint40 deadline);

    error CosignatureUsed(bytes32 digest);

    /// @notice A deadline of 0 takes a co-signature back.
    function cosign(bytes32 partition, address from, address to, uint256 units, uint40 deadline)
        external
        onlyRole(ISSUER)
    {
        _cosign(partition, from, to, units, deadline);
    }

    /// @param nonce any number: the same transfer signed again needs another
    function presentCosignature(
        bytes32 partition,
        address from,
        address to,
        uint256 units,
        uint40 deadline,
        uint256 nonce,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external {
        bytes32 digest = cosignatureDigest(partition, from, to, units, deadline, nonce);
        address signer = ecrecover(digest, v, r, s);
        require(_has(signer, ISSUER), MissingRole(signer, ISSUER));
        require(!_presented[digest], CosignatureUsed(digest));
        _presented[digest] = true;
        _cosign(partition, from, to, units, deadline);
    }

    /// @notice What the issuer signs.
    function cosignatureDigest(
        bytes32 partition,
        address from,
        address to,
        uint256 units,
        uint40 deadline,
        uint256 nonce
    ) public view returns (bytes32) {
        return _digest(keccak256(abi.encode(COSIGNATURE, partition, from, to, units, deadline, nonce)));
    }

    /// @notice Until when a transfer is co-signed, 0 when it is not.
    function cosignedUntil(bytes32 partition, address from, address to, uint256 units) external view returns (uint256) {
        return _partitions[partition].cosigned[_cosignatureKey(from, to, units)];
    }

    function _cosign(bytes32 partition, address from, address to, uint256 units, uint40 deadline) private {
        _partitions[partition].cosigned[_cosignatureKey(from, to, units)] = deadline;
        emit Cosigned(partition, from, to, units, deadline);
    }
}
