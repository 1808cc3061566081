// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Delegation} from "./token/Delegation.sol";
import {TokenCopies} from "./token/TokenCopies.sol";
import {TokenDryRuns} from "./token/TokenDryRuns.sol";
import {TokenHolds} from "./token/TokenHolds.sol";
import {TokenRecovery} from "./token/TokenRecovery.sol";

/// @title What a token does with units that are not simply sent, holds and the recovery of a lost wallet, what it knows
/// of its wallets, and what it would say to a movement.
/// @notice One deployment serves all tokens; it works on the storage of the token that calls it, never on its own. What
/// it does not know either is for the back office that made it.
contract SecurityTokenDesk is TokenCopies, TokenHolds, TokenRecovery, TokenDryRuns {
    address private immutable BACK_OFFICE;

    constructor(address backOffice) {
        BACK_OFFICE = backOffice;
    }

    fallback() external {
        Delegation.forward(BACK_OFFICE);
    }

    function _defaultPartition() internal view override returns (bytes32) {
        return _firstName();
    }
}
