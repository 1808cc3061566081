// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Delegation} from "./token/Delegation.sol";
import {TokenCopies} from "./token/TokenCopies.sol";
import {TokenHolds} from "./token/TokenHolds.sol";
import {TokenRecovery} from "./token/TokenRecovery.sol";

/// @title What a token does with units that are not simply sent, holds and the recovery of a lost wallet, and what it
/// knows of its wallets.
/// @notice One deployment serves all tokens; it works on the storage of the token that calls it, never on its own. What
/// it does not know either is for the back office that made it.
contract SecurityTokenDesk is TokenCopies, TokenHolds, TokenRecovery {
    address private immutable BACK_OFFICE;

    constructor(address backOffice) {
        BACK_OFFICE = backOffice;
    }

    fallback() external {
        Delegation.forward(BACK_OFFICE);
    }

    function _defaultPartition() internal view override returns (bytes32) {
        return _partitionNames[0];
    }
}
