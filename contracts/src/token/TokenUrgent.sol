// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {CoreWord, CoreWords} from "./CoreWord.sol";
import {HolderWords} from "./HolderWord.sol";
import {TokenBatches} from "./TokenBatches.sol";

/// @title What the roles set often or in a hurry: halting, freezing a wallet, scheduling a record date.
/// @dev Kept in the token itself: the way through the back office costs 2,700 gas.
abstract contract TokenUrgent is TokenBatches {
    /// @notice So many record dates may wait at once.
    uint256 internal constant MAX_WAITING = 16;

    event RecordDateScheduled(uint256 indexed record, uint256 date);

    error RecordDateTooEarly(uint256 date, uint256 earliest);
    error TooManyRecords(uint256 max);
    event Paused(address indexed account);
    event WalletFrozenSet(address indexed account, bool frozen);

    function pause() external onlyRole(PAUSER) {
        _partitions[_defaultPartition()].core = _partitions[_defaultPartition()].core.with(CoreWords.ALL_PAUSED, true);
        emit Paused(msg.sender);
    }

    /// @notice Freezes or unfreezes one wallet in this token; a whole identity is frozen in the registry.
    function setWalletFrozen(address account, bool frozen) external onlyRole(COMPLIANCE) {
        _holders[account] = _holders[account].with(HolderWords.WALLET_FROZEN, frozen);
        emit WalletFrozenSet(account, frozen);
    }

    /// @notice Schedules a record date, later than now and than those scheduled before. Records are numbered from 1.
    function scheduleRecordDate(uint40 date) external onlyRole(ISSUER) returns (uint256 record) {
        require(date > block.timestamp, RecordDateTooEarly(date, block.timestamp + 1));
        _atMost("recordDate", date, CoreWords.MAX_TIME);
        bytes32 first = _defaultPartition();
        CoreWord whole = _partitions[first].core;
        uint256 latest = whole.nextRecordDate();
        record = whole.lastRecord() + 1;
        if (latest == 0) {
            require(record <= CoreWords.MAX_RECORDS, TooManyRecords(CoreWords.MAX_RECORDS));
            _partitions[first].core = whole.withRecords(record - 1, date);
        } else {
            uint256 end = record + MAX_WAITING;
            for (uint256 next = _records[++record].date; next != 0; next = _records[++record].date) {
                latest = next;
            }
            require(record < end && record <= CoreWords.MAX_RECORDS, TooManyRecords(MAX_WAITING));
            require(date > latest, RecordDateTooEarly(date, latest + 1));
            _records[record].date = date;
        }
        emit RecordDateScheduled(record, date);
    }
}
