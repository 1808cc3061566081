// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC20} from "../interfaces/IERC20.sol";
import {IERC1410} from "../interfaces/IERC1400.sol";
import {CoreWord} from "./CoreWord.sol";
import {HolderWord} from "./HolderWord.sol";
import {TokenLedger} from "./TokenLedger.sol";

/// @title Many movements under one operation id: the partition's and the sender's words are written once.
abstract contract TokenBatches is TokenLedger {
    function _issueBatch(bytes32 operationId, bytes32 partition, address[] calldata to, uint256[] calldata units)
        internal
    {
        _begin(operationId, to, units);
        (CoreWord core, CoreWord whole) = _cores(partition);
        CoreWord before = core;
        for (uint256 i = 0; i < to.length; ++i) {
            core = _add(partition, core, whole, to[i], units[i]);
            if (partition == _defaultPartition()) whole = core;
            else emit IERC1410.IssuedByPartition(partition, to[i], units[i], "");
        }
        _close(partition, before, core);
    }

    function _transferBatch(bytes32 operationId, bytes32 partition, address[] calldata to, uint256[] calldata units)
        internal
    {
        _begin(_ownOperation(operationId), to, units);
        (CoreWord core, CoreWord whole) = _cores(partition);
        CoreWord before = core;
        (HolderWord sender, HolderWord fromPlace) = _wordsOf(partition, msg.sender);
        for (uint256 i = 0; i < to.length; ++i) {
            (core, fromPlace) = _transferOne(partition, core, whole, sender, fromPlace, to[i], units[i]);
            if (partition == _defaultPartition()) whole = core;
        }
        _store(partition, msg.sender, fromPlace);
        _close(partition, before, core);
    }

    function _begin(bytes32 operationId, address[] calldata to, uint256[] calldata units) internal {
        require(to.length == units.length, LengthMismatch(to.length, units.length));
        _consume(operationId);
    }

    function _transferOne(
        bytes32 partition,
        CoreWord core,
        CoreWord whole,
        HolderWord sender,
        HolderWord fromPlace,
        address to,
        uint256 units
    ) private returns (CoreWord, HolderWord) {
        (HolderWord receiver, HolderWord toPlace) = _wordsOf(partition, to);
        _checkTransfer(partition, core, whole, msg.sender, sender, fromPlace, to, receiver, toPlace, units);
        if (units != 0 && msg.sender != to) {
            (core, fromPlace) =
                _pass(partition, core, whole, msg.sender, sender, fromPlace, to, receiver, toPlace, units);
        }
        emit IERC20.Transfer(msg.sender, to, units);
        if (partition != _defaultPartition()) {
            emit IERC1410.TransferByPartition(partition, msg.sender, msg.sender, to, units, "", "");
        }
        return (core, fromPlace);
    }
}
