// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {CoreWord} from "./CoreWord.sol";
import {HolderWord} from "./HolderWord.sol";
import {TokenRules} from "./TokenRules.sol";

/// @title Record dates without a keeper: what was held when the date came is kept by the first change after it.
/// @notice A record shows the register before the first change at or after its date. It costs nothing while nobody
/// moves, and nobody can choose its moment.
abstract contract TokenRecords is TokenRules {
    /// @dev Takes the records whose dates have come, before anything of a movement is changed. In the default partition
    /// both words are one, which the caller writes; otherwise the whole token's is written here.
    function _takeRecords(bytes32 partition, CoreWord core, CoreWord whole) internal returns (CoreWord, CoreWord) {
        if (!whole.recordIsDue()) return (core, whole);
        whole = _rolled(whole);
        if (partition == _defaultPartition()) return (whole, whole);
        _partitions[_defaultPartition()].core = whole;
        return (core, whole);
    }

    /// @dev Keeps the units as they were in the records taken since they last changed. To be called before a change.
    function _keep(bytes32 partition, CoreWord whole, address account, HolderWord place) internal returns (HolderWord) {
        uint256 record = whole.lastRecord();
        if (place.lastRecord() == record) return place;
        return _kept(partition, account, place, record);
    }

    /// @dev As `_keep`, for the supply; that of the default partition is kept with the record itself.
    function _keepSupply(bytes32 partition, CoreWord core, CoreWord whole) internal returns (CoreWord) {
        (uint256 earlier, uint256 record) = (core.lastRecord(), whole.lastRecord());
        if (earlier == record) return core;
        _past[partition][address(0)][record] = Past(uint64(core.supply()), uint16(earlier));
        return core.withRecords(record, 0);
    }

    function _kept(bytes32 partition, address account, HolderWord place, uint256 record) private returns (HolderWord) {
        (uint256 units, uint256 earlier) = (place.units(), place.lastRecord());
        // Where nothing is kept, nothing was held.
        if (units | earlier != 0) _past[partition][account][record] = Past(uint64(units), uint16(earlier));
        return place.withLastRecord(record);
    }

    function _rolled(CoreWord whole) private returns (CoreWord) {
        (uint256 record, uint256 date) = (whole.lastRecord(), whole.nextRecordDate());
        do {
            _records[++record] = Record(uint40(date), uint64(whole.supply()));
            date = _records[record + 1].date;
        } while (date != 0 && date <= block.timestamp);
        return whole.withRecords(record, date);
    }
}
