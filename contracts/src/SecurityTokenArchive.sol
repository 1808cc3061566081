// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {TokenDryRuns} from "./token/TokenDryRuns.sol";
import {TokenDocuments} from "./token/TokenDocuments.sol";
import {TokenRecordBook} from "./token/TokenRecordBook.sol";
import {TokenRulebook} from "./token/TokenRulebook.sol";

/// @title What a token keeps for later or is asked beforehand: documents, record dates, further rules and dry runs.
/// @notice Reached through the back office; like it, works on the storage of the token that calls it.
contract SecurityTokenArchive is TokenDocuments, TokenRecordBook, TokenRulebook, TokenDryRuns {
    function _defaultPartition() internal view override returns (bytes32) {
        return _partitionNames[0];
    }
}
