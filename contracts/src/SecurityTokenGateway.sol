// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Token3643} from "./token/Token3643.sol";
import {TokenCalls} from "./token/TokenCalls.sol";
import {TokenCodes} from "./token/TokenCodes.sol";
import {TokenRedemptions} from "./token/TokenRedemptions.sol";
import {TokenSignatures} from "./token/TokenSignatures.sol";

/// @title What a token does by its own other calls: signed ones, batches, redemptions against payment, other names.
/// @notice Reached last, through the archive; like it, works on the storage of the token that calls it. Whatever is done here
/// in the end is a call of the token in the name of the sender or by a signature, under every rule of that call.
contract SecurityTokenGateway is TokenSignatures, TokenCodes, TokenCalls, TokenRedemptions, Token3643 {
    function _defaultPartition() internal view override returns (bytes32) {
        return _firstName();
    }
}
