// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @notice One entitlement of a coupon: what the account gets, and what is withheld from it for the tax office.
struct Payee {
    address account;
    uint128 amount;
    uint128 withheld;
}

/// @title The Merkle tree of a coupon's entitlements.
/// @notice leaf(index, payee) = keccak256(bytes.concat(keccak256(abi.encode(couponId, uint32 index, account, amount,
/// withheld)))). The leaves are filled up with zero words to the next power of two, at least 256, and
/// node(a, b) = keccak256(abi.encodePacked(a, b)) with a to the left: the bits of the index give the sides.
/// @dev A leaf is hashed twice, so that no inner node can be passed off as a leaf.
library CouponTree {
    /// @dev Leaves of one chunk: an aligned subtree of 2^8, whose claimed bits fill one storage word.
    uint256 internal constant CHUNK = 256;
    uint256 internal constant CHUNK_DEPTH = 8;

    /// @notice A word of a payee is no address or no 128-bit number.
    error PayeeOutOfRange();

    /// @notice Levels between the root and a leaf for so many payees.
    function depthOf(uint256 payees) internal pure returns (uint256 depth) {
        depth = CHUNK_DEPTH;
        while (1 << depth < payees) ++depth;
    }

    /// @notice The leaf of the payee at `index`.
    function leaf(bytes32 couponId, uint256 index, Payee calldata payee) internal pure returns (bytes32) {
        bytes32 inner = keccak256(abi.encode(couponId, index, payee.account, payee.amount, payee.withheld));
        return keccak256(bytes.concat(inner));
    }

    /// @notice Walks from `node`, at place `index` of its level, to the root.
    function rootFrom(bytes32 node, uint256 index, bytes32[] calldata proof) internal pure returns (bytes32) {
        for (uint256 i = 0; i < proof.length; ++i) {
            node = index >> i & 1 == 0 ? pair(node, proof[i]) : pair(proof[i], node);
        }
        return node;
    }

    /// @notice The root of chunk number `chunk`, whose leaves are `payees` and zero words after them, and what those get
    /// whose bit is set in `waiting`.
    /// @dev `payees.length` is 1 to CHUNK, so that no sum of 128-bit numbers can pass 2^256. One scratch buffer of CHUNK
    /// words is folded level by level; of the empty subtrees after the payees only the first of a level is ever read.
    /// A payee's three words are hashed as they stand in the calldata.
    function chunkOf(bytes32 couponId, uint256 chunk, Payee[] calldata payees, uint256 waiting)
        internal
        pure
        returns (bytes32 root, uint256 amount, uint256 withheld)
    {
        bytes32[] memory nodes = new bytes32[](CHUNK);
        uint256 first = chunk * CHUNK;
        uint256 outOfRange = 0;
        // Writes the five words of a leaf to free memory without taking it, then inside `nodes` alone: a parent never
        // lies behind its children.
        assembly ("memory-safe") {
            let base := add(nodes, 0x20)
            let words := mload(0x40)
            mstore(words, couponId)
            for { let i := 0 } lt(i, payees.length) { i := add(i, 1) } {
                mstore(add(words, 0x20), add(first, i))
                calldatacopy(add(words, 0x40), add(payees.offset, mul(i, 0x60)), 0x60)
                mstore(0x00, keccak256(words, 0xa0))
                mstore(add(base, shl(5, i)), keccak256(0x00, 0x20))
                let gets := mload(add(words, 0x60))
                let kept := mload(add(words, 0x80))
                outOfRange := or(outOfRange, or(shr(160, mload(add(words, 0x40))), shr(128, or(gets, kept))))
                let counts := and(shr(i, waiting), 1)
                amount := add(amount, mul(counts, gets))
                withheld := add(withheld, mul(counts, kept))
            }
            let count := payees.length
            let empty := 0
            for { let level := 0 } lt(level, 8) { level := add(level, 1) } {
                if and(count, 1) {
                    mstore(add(base, shl(5, count)), empty)
                    count := add(count, 1)
                }
                let end := shl(5, count)
                for { let at_ := 0 } lt(at_, end) { at_ := add(at_, 0x40) } {
                    mstore(add(base, shr(1, at_)), keccak256(add(base, at_), 0x40))
                }
                count := shr(1, count)
                mstore(0x00, empty)
                mstore(0x20, empty)
                empty := keccak256(0x00, 0x40)
            }
            root := mload(base)
        }
        require(outOfRange == 0, PayeeOutOfRange());
    }

    /// @notice Account and amount of one payee of a chunk that `chunkOf` has found in range.
    /// @dev `i` is below `payees.length`.
    function payeeAt(Payee[] calldata payees, uint256 i) internal pure returns (address account, uint256 amount) {
        assembly ("memory-safe") {
            let words := add(payees.offset, mul(i, 0x60))
            account := calldataload(words)
            amount := calldataload(add(words, 0x20))
        }
    }

    /// @notice The node over two nodes.
    function pair(bytes32 left, bytes32 right) internal pure returns (bytes32 node) {
        // The two words of scratch space hold what is hashed.
        assembly ("memory-safe") {
            mstore(0x00, left)
            mstore(0x20, right)
            node := keccak256(0x00, 0x40)
        }
    }
}
