// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @notice One entitlement of a coupon.
struct Payee {
    address account;
    uint256 amount;
}

/// @title The Merkle tree of a coupon's entitlements.
/// @notice leaf(index, account, amount) = keccak256(bytes.concat(keccak256(abi.encode(couponId, uint32 index, account,
/// amount)))). The leaves are filled up with zero words to the next power of two, at least 256, and
/// node(a, b) = keccak256(abi.encodePacked(a, b)) with a to the left: the bits of the index give the sides.
/// @dev A leaf is hashed twice, so that no inner node can be passed off as a leaf.
library CouponTree {
    /// @dev Leaves of one chunk: an aligned subtree of 2^8, whose claimed bits fill one storage word.
    uint256 internal constant CHUNK = 256;
    uint256 internal constant CHUNK_DEPTH = 8;

    /// @notice Levels between the root and a leaf for so many payees.
    function depthOf(uint256 payees) internal pure returns (uint256 depth) {
        depth = CHUNK_DEPTH;
        while (1 << depth < payees) ++depth;
    }

    function leaf(bytes32 couponId, uint256 index, address account, uint256 amount) internal pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(couponId, index, account, amount))));
    }

    /// @notice Walks from `node`, at place `index` of its level, to the root.
    function rootFrom(bytes32 node, uint256 index, bytes32[] calldata proof) internal pure returns (bytes32) {
        for (uint256 i = 0; i < proof.length; ++i) {
            node = index >> i & 1 == 0 ? pair(node, proof[i]) : pair(proof[i], node);
        }
        return node;
    }

    /// @notice The root of chunk number `chunk`, whose leaves are `payees` and zero words after them.
    /// @dev `payees.length` is at most CHUNK. One scratch buffer of CHUNK words is folded level by level.
    function chunkRoot(bytes32 couponId, uint256 chunk, Payee[] calldata payees) internal pure returns (bytes32 root) {
        bytes32[] memory nodes = new bytes32[](CHUNK);
        for (uint256 i = 0; i < payees.length; ++i) {
            nodes[i] = leaf(couponId, chunk * CHUNK + i, payees[i].account, payees[i].amount);
        }
        // Reads and writes only inside `nodes`: a parent never lies behind its children.
        assembly ("memory-safe") {
            let base := add(nodes, 0x20)
            for { let width := 0x2000 } gt(width, 0x20) { width := shr(1, width) } {
                for { let at_ := 0 } lt(at_, width) { at_ := add(at_, 0x40) } {
                    mstore(add(base, shr(1, at_)), keccak256(add(base, at_), 0x40))
                }
            }
            root := mload(base)
        }
    }

    function pair(bytes32 left, bytes32 right) internal pure returns (bytes32 node) {
        // The two words of scratch space hold what is hashed.
        assembly ("memory-safe") {
            mstore(0x00, left)
            mstore(0x20, right)
            node := keccak256(0x00, 0x40)
        }
    }
}
