// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @notice What is asked of a version of a document first, in one storage word.
/// @dev bits   0..39   unix seconds of its beginning
///      bits  40..55   length of the URI in bytes; `REMOVED` when the document was taken away
///      bits  56..71   in the first version's head alone: how many versions there are
///      bits  72..255  the first 23 bytes of the URI
type DocumentHead is bytes32;

using DocumentHeads for DocumentHead global;

library DocumentHeads {
    /// @notice So many bytes of a URI stand in the head.
    uint256 internal constant START = 23;
    uint256 internal constant REMOVED = type(uint16).max;
    uint256 internal constant MAX_VERSIONS = type(uint16).max;

    function pack(bytes calldata uri, uint256 length_) internal view returns (DocumentHead) {
        bytes32 start = bytes32(uri.length > START ? uri[:START] : uri);
        return DocumentHead.wrap(start | bytes32(length_ << 40 | block.timestamp));
    }

    function since(DocumentHead head) internal pure returns (uint256) {
        return uint40(uint256(DocumentHead.unwrap(head)));
    }

    function length(DocumentHead head) internal pure returns (uint256) {
        return uint16(uint256(DocumentHead.unwrap(head)) >> 40);
    }

    function isRemoved(DocumentHead head) internal pure returns (bool) {
        return length(head) == REMOVED;
    }

    function versions(DocumentHead head) internal pure returns (uint256) {
        return uint16(uint256(DocumentHead.unwrap(head)) >> 56);
    }

    /// @dev The caller has checked that there are not too many already.
    function withOneVersionMore(DocumentHead head) internal pure returns (DocumentHead) {
        return DocumentHead.wrap(bytes32(uint256(DocumentHead.unwrap(head)) + (1 << 56)));
    }
}
