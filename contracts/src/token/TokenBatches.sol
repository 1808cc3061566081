// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC20} from "../interfaces/IERC20.sol";
import {IERC1410} from "../interfaces/IERC1400.sol";
import {CoreWord, CoreWords} from "./CoreWord.sol";
import {HolderWord} from "./HolderWord.sol";
import {TokenLedger} from "./TokenLedger.sol";

/// @title Many movements under one operation id: the partition's and the sender's words are written once.
abstract contract TokenBatches is TokenLedger {
    function _issueBatch(bytes32 operationId, bytes32 partition, address[] calldata to, uint256[] calldata units)
        internal
    {
        _begin(operationId, to, units);
        Partition storage place = _partitions[partition];
        (CoreWord before, uint256 record) = _open(place);
        CoreWord core = before;
        for (uint256 i = 0; i < to.length; ++i) {
            core = _add(place, core, record, to[i], units[i]);
            if (partition != _defaultPartition()) emit IERC1410.IssuedByPartition(partition, to[i], units[i], "");
        }
        _close(place, before, core);
    }

    function _transferBatch(bytes32 operationId, bytes32 partition, address[] calldata to, uint256[] calldata units)
        internal
    {
        _begin(_ownOperation(operationId), to, units);
        Partition storage place = _partitions[partition];
        (CoreWord before, uint256 record) = _open(place);
        CoreWord core = before;
        HolderWord sender = _wordOf(place, msg.sender);
        for (uint256 i = 0; i < to.length; ++i) {
            (core, sender) = _transferOne(place, core, record, sender, to[i], units[i]);
            if (partition != _defaultPartition()) {
                emit IERC1410.TransferByPartition(partition, msg.sender, msg.sender, to[i], units[i], "", "");
            }
        }
        _store(place, msg.sender, sender);
        _close(place, before, core);
    }

    function _begin(bytes32 operationId, address[] calldata to, uint256[] calldata units) internal {
        require(to.length == units.length, LengthMismatch(to.length, units.length));
        _consume(operationId);
    }

    function _transferOne(
        Partition storage partition,
        CoreWord core,
        uint256 record,
        HolderWord sender,
        address to,
        uint256 units
    ) private returns (CoreWord, HolderWord) {
        HolderWord receiver = _wordOf(partition, to);
        core = _checkTransfer(partition, core, msg.sender, sender, to, receiver, units);
        if (core.has(CoreWords.FURTHER)) _noteTransfer(partition, msg.sender, sender, to, receiver, units);
        if (units != 0 && msg.sender != to) {
            _receive(partition, record, to, receiver, units);
            if (sender.lastRecord() != record) sender = _kept(partition, msg.sender, sender, record);
            sender = sender.minus(units);
        }
        emit IERC20.Transfer(msg.sender, to, units);
        return (core, sender);
    }
}
