// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Delegation} from "./token/Delegation.sol";
import {TokenDistress} from "./token/TokenDistress.sol";
import {TokenDocuments} from "./token/TokenDocuments.sol";
import {TokenRecordBook} from "./token/TokenRecordBook.sol";

/// @title What a token keeps for later: documents, the register as of its record dates, defaults and losses.
/// @notice Reached through the back office; like it, works on the storage of the token that calls it. What it does not
/// know either is the gateway's.
contract SecurityTokenArchive is TokenDocuments, TokenRecordBook, TokenDistress {
    address private immutable GATEWAY;

    constructor(address gateway) {
        GATEWAY = gateway;
    }

    fallback() external {
        Delegation.forward(GATEWAY);
    }

    function _defaultPartition() internal view override returns (bytes32) {
        return _firstName();
    }
}
