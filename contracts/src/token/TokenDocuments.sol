// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC1643} from "../interfaces/IERC1400.sol";
import {DocumentHead, DocumentHeads} from "./DocumentHead.sol";
import {TokenState} from "./TokenState.sol";

/// @title Documents (ERC-1643) with all their versions: what was in force at any time can be asked for ever.
/// @notice A version is in force from the second it was set until the next one's. Taking a document away ends it and
/// keeps what it was.
abstract contract TokenDocuments is TokenState {
    /// @notice More than any address needs; a document is stored by its hash, not by its text.
    uint256 internal constant MAX_URI = 2048;

    error DocumentUnknown(bytes32 name);
    error DocumentVersionUnknown(bytes32 name, uint256 version);
    error TooManyVersions(bytes32 name, uint256 max);

    function getDocument(bytes32 name_) external view returns (string memory uri, bytes32 documentHash, uint256 since) {
        return _read(name_, _versionsOf(name_));
    }

    function setDocument(bytes32 name_, string calldata uri, bytes32 documentHash) external onlyRole(ISSUER) {
        bytes calldata text = bytes(uri);
        _atMost("uri", text.length, MAX_URI);
        DocumentVersion storage added = _add(name_, DocumentHeads.pack(text, text.length));
        added.hash = documentHash;
        for (uint256 start = DocumentHeads.START; start < text.length; start += 32) {
            added.rest[start >> 5] = bytes32(text[start:text.length < start + 32 ? text.length : start + 32]);
        }
        emit IERC1643.DocumentUpdated(name_, uri, documentHash);
    }

    function removeDocument(bytes32 name_) external onlyRole(ISSUER) {
        (string memory uri, bytes32 documentHash, uint256 since) = _read(name_, _versionsOf(name_));
        require(since != 0, DocumentUnknown(name_));
        _add(name_, DocumentHeads.pack(msg.data[:0], DocumentHeads.REMOVED));
        emit IERC1643.DocumentRemoved(name_, uri, documentHash);
    }

    /// @notice The documents in force.
    function getAllDocuments() external view returns (bytes32[] memory) {
        return allDocumentsAt(block.timestamp);
    }

    /// @notice The documents that were in force at a time, by the order of their first appearance.
    function allDocumentsAt(uint256 time) public view returns (bytes32[] memory names) {
        names = new bytes32[](_documentNames.length);
        uint256 count = 0;
        for (uint256 i = 0; i < names.length; ++i) {
            bytes32 name_ = _documentNames[i];
            uint256 version = documentVersionAt(name_, time);
            if (version != 0 && !_documents[name_][version].head.isRemoved()) names[count++] = name_;
        }
        // Only shortens the array that was just made.
        assembly ("memory-safe") {
            mstore(names, count)
        }
    }

    /// @notice A document as it was in force at a time: nothing, 0 and 0 when it was not.
    function documentAt(bytes32 name_, uint256 time)
        external
        view
        returns (string memory uri, bytes32 documentHash, uint256 since)
    {
        return _read(name_, documentVersionAt(name_, time));
    }

    /// @notice The number of the version in force at a time, 0 before the first; a removal counts as one.
    function documentVersionAt(bytes32 name_, uint256 time) public view returns (uint256 version) {
        // The last version that had begun by then lies in version..last.
        uint256 last = _versionsOf(name_);
        while (version < last) {
            uint256 middle = (version + last + 1) / 2;
            if (_documents[name_][middle].head.since() <= time) version = middle;
            else last = middle - 1;
        }
    }

    /// @notice How many versions there are of a document, removals among them.
    function documentVersions(bytes32 name_) external view returns (uint256) {
        return _versionsOf(name_);
    }

    /// @notice One version of a document and since when it was in force; of a removal, the time alone and `removed`.
    function documentVersion(bytes32 name_, uint256 version)
        external
        view
        returns (string memory uri, bytes32 documentHash, uint256 since, bool removed)
    {
        require(version != 0 && version <= _versionsOf(name_), DocumentVersionUnknown(name_, version));
        DocumentHead head = _documents[name_][version].head;
        if (head.isRemoved()) return ("", 0, head.since(), true);
        (uri, documentHash, since) = _read(name_, version);
    }

    function _versionsOf(bytes32 name_) private view returns (uint256) {
        return _documents[name_][1].head.versions();
    }

    function _add(bytes32 name_, DocumentHead head) private returns (DocumentVersion storage added) {
        DocumentHead first = _documents[name_][1].head;
        uint256 version = first.versions() + 1;
        require(version <= DocumentHeads.MAX_VERSIONS, TooManyVersions(name_, DocumentHeads.MAX_VERSIONS));
        added = _documents[name_][version];
        if (version == 1) {
            _documentNames.push(name_);
            added.head = head.withOneVersionMore();
        } else {
            _documents[name_][1].head = first.withOneVersionMore();
            added.head = head;
        }
    }

    /// @dev Version 0 and a removal read as nothing.
    function _read(bytes32 name_, uint256 version) private view returns (string memory, bytes32, uint256) {
        DocumentVersion storage found = _documents[name_][version];
        DocumentHead head = found.head;
        if (version == 0 || head.isRemoved()) return ("", 0, 0);
        bytes memory uri = new bytes(head.length());
        bytes32 part = DocumentHead.unwrap(head);
        uint256 start = 0;
        for (uint256 i = 0; i < uri.length; ++i) {
            if (i >= DocumentHeads.START && (i - DocumentHeads.START) % 32 == 0) {
                (start, part) = (i, found.rest[i >> 5]);
            }
            uri[i] = part[i - start];
        }
        return (string(uri), found.hash, head.since());
    }
}
