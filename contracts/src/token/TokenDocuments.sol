// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC1643} from "../interfaces/IERC1400.sol";
import {TokenState} from "./TokenState.sol";

/// @title Documents (ERC-1643).
abstract contract TokenDocuments is TokenState {
    error DocumentUnknown(bytes32 name);

    function getDocument(bytes32 name_) external view returns (string memory, bytes32, uint256) {
        Document storage document = _documents[name_];
        return (document.uri, document.hash, document.updatedAt);
    }

    function setDocument(bytes32 name_, string calldata uri, bytes32 documentHash) external onlyRole(ISSUER) {
        Document storage document = _documents[name_];
        if (document.place == 0) {
            _documentNames.push(name_);
            document.place = uint32(_documentNames.length);
        }
        document.uri = uri;
        document.hash = documentHash;
        document.updatedAt = uint64(block.timestamp);
        emit IERC1643.DocumentUpdated(name_, uri, documentHash);
    }

    function removeDocument(bytes32 name_) external onlyRole(ISSUER) {
        Document memory document = _documents[name_];
        require(document.place != 0, DocumentUnknown(name_));
        bytes32 last = _documentNames[_documentNames.length - 1];
        _documentNames[document.place - 1] = last;
        _documents[last].place = document.place;
        _documentNames.pop();
        delete _documents[name_];
        emit IERC1643.DocumentRemoved(name_, document.uri, document.hash);
    }

    function getAllDocuments() external view returns (bytes32[] memory) {
        return _documentNames;
    }
}
