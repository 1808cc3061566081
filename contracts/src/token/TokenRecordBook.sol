// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {CoreWord} from "./CoreWord.sol";
import {HolderWord} from "./HolderWord.sol";
import {TokenState} from "./TokenState.sol";

/// @title The register as of a record date can be asked once the date has come, for ever.
abstract contract TokenRecordBook is TokenState {
    error RecordUnknown(uint256 record);
    error RecordNotDue(uint256 record, uint256 date);

    /// @notice The date of a record, scheduled or taken.
    function recordDate(uint256 record) public view returns (uint256 date) {
        CoreWord whole = _partitions[_defaultPartition()].core;
        date = record == whole.lastRecord() + 1 ? whole.nextRecordDate() : _records[record].date;
        require(record != 0 && date != 0, RecordUnknown(record));
    }

    /// @notice Units of a wallet in a partition as of a record date that has come.
    function balanceOfByPartitionAt(bytes32 partition, address account, uint256 record)
        external
        view
        returns (uint256)
    {
        _requireDue(record);
        HolderWord place = _placeOf(_partitions[partition], account);
        return _at(partition, account, record, place.lastRecord(), place.units());
    }

    /// @notice Units outstanding in a partition as of a record date that has come.
    function totalSupplyByPartitionAt(bytes32 partition, uint256 record) external view returns (uint256) {
        _requireDue(record);
        CoreWord core = _partitions[partition].core;
        if (partition != _defaultPartition()) {
            return _at(partition, address(0), record, core.lastRecord(), core.supply());
        }
        return record <= core.lastRecord() ? _records[record].supply : core.supply();
    }

    function _requireDue(uint256 record) private view {
        uint256 date = recordDate(record);
        require(date <= block.timestamp, RecordNotDue(record, date));
    }

    /// @dev Walks back over the changes after the record: each left the units of the records before it.
    function _at(bytes32 partition, address account, uint256 record, uint256 changed, uint256 units)
        private
        view
        returns (uint256)
    {
        while (record <= changed) {
            Past memory past = _partitions[partition].past[account][changed];
            (changed, units) = (past.earlier, past.units);
        }
        return units;
    }
}
