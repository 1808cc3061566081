// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {TokenDocuments} from "./token/TokenDocuments.sol";
import {TokenRecordBook} from "./token/TokenRecordBook.sol";

/// @title What a token keeps for later: documents and the register as of its record dates.
/// @notice Reached through the back office; like it, works on the storage of the token that calls it.
contract SecurityTokenArchive is TokenDocuments, TokenRecordBook {
    function _defaultPartition() internal view override returns (bytes32) {
        return _partitionNames[0];
    }
}
