// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {CoreWord} from "./CoreWord.sol";
import {HolderWord} from "./HolderWord.sol";
import {TokenRules} from "./TokenRules.sol";

/// @title Record dates without a keeper: what was held when the date came is kept by the first change after it.
/// @notice A record shows the register before the first change at or after its date. It costs nothing while nobody
/// moves, and nobody can choose its moment.
abstract contract TokenRecords is TokenRules {
    /// @dev The partition's word and the last record, before anything of a movement is changed: the records whose dates
    /// have come are taken here.
    function _open(Partition storage partition) internal returns (CoreWord core, uint256 record) {
        core = _whole().core;
        if (core.recordIsDue()) {
            core = _rolled(core);
            _whole().core = core;
        }
        record = core.lastRecord();
        if (!_isDefault(partition)) core = partition.core.under(core);
    }

    /// @dev As `_kept`, for the supply; that of the default partition is kept with the record itself.
    function _keepSupply(Partition storage partition, CoreWord core, uint256 record) internal returns (CoreWord) {
        uint256 earlier = core.lastRecord();
        if (earlier == record) return core;
        partition.past[address(0)][record] = Past(uint64(core.supply()), uint16(earlier));
        return core.withRecords(record, 0);
    }

    /// @dev Keeps the units as they were in the records taken since they last changed. To be called before a change, when
    /// the word's last record is not `record`.
    function _kept(Partition storage partition, address account, HolderWord word, uint256 record)
        internal
        returns (HolderWord)
    {
        (uint256 units, uint256 earlier) = (word.units(), word.lastRecord());
        // Where nothing is kept, nothing was held.
        if (units | earlier != 0) partition.past[account][record] = Past(uint64(units), uint16(earlier));
        return word.withLastRecord(record);
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
