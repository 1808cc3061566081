// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC20} from "../interfaces/IERC20.sol";
import {IERC1410} from "../interfaces/IERC1400.sol";
import {IERC7943} from "../interfaces/IERC7943.sol";
import {CoreWord, CoreWords} from "./CoreWord.sol";
import {EncumbranceWord, EncumbranceWords} from "./EncumbranceWord.sol";
import {HolderWord, HolderWords} from "./HolderWord.sol";
import {TokenControls} from "./TokenControls.sol";
import {TokenLedger} from "./TokenLedger.sol";
import {TokenUrgent} from "./TokenUrgent.sol";

/// @title Recovery of a lost wallet: all that it has goes to another wallet of the same owner, and it never acts again.
/// @notice Units of all partitions, frozen amounts, holds, freeze and lock-up move; what is to be paid for a record date
/// goes to the wallet that `currentWalletOf` names. The new wallet stands in the registry with the same identity first,
/// which is compliance's decision: the transfer agent alone can give a holder's units to nobody else by this way. Whatever
/// others allowed or will allow the lost wallet to do with their units, it does no more: nobody needs to know of them.
abstract contract TokenRecovery is TokenLedger {
    event WalletRecovered(address indexed lost, address indexed replacement, address indexed agent, bytes data);

    error NotOneOwner(address lost, address replacement);
    error ReplacementUnusable(address replacement);

    /// @param data the reason on record, an opaque reference
    function recoverWallet(address lost, address replacement, bytes calldata data) external onlyRole(TRANSFER_AGENT) {
        Partition storage whole = _whole();
        // The records whose dates have come show the lost wallet as the holder it was.
        (CoreWord core, uint256 record) = _open(whole);
        _checkControl(core);
        (HolderWord from, HolderWord to) = (_holderOf(lost), _holderOf(replacement));
        _checkRecovery(lost, from, replacement, to);
        to = _adopted(replacement, to);
        (from, to) = _moveDefault(whole, record, lost, from, replacement, to);
        uint256 count = _partitionNames.length;
        for (uint256 i = 1; i < count; ++i) {
            _moveIn(_partitionNames[i], record, lost, replacement, data);
        }
        _moveEncumbrance(lost, replacement);
        (_holders[lost], _holders[replacement]) = _moveMarks(lost, from, replacement, to);
        if (!core.has(CoreWords.RECOVERIES)) whole.core = core.with(CoreWords.RECOVERIES, true);
        emit WalletRecovered(lost, replacement, msg.sender, data);
    }

    /// @notice The wallet that took the place of one that was recovered; otherwise the wallet itself.
    function currentWalletOf(address account) external view returns (address) {
        return _currentOf(account);
    }

    function _checkRecovery(address lost, HolderWord from, address replacement, HolderWord to) private pure {
        require(!from.has(HolderWords.RECOVERED), WalletIsRecovered(lost));
        require(lost != replacement && from.hasIdentity() && from.isSameOwner(to), NotOneOwner(lost, replacement));
        bool usable = to.identity().isActive() && !to.has(HolderWords.RECOVERED);
        require(usable, ReplacementUnusable(replacement));
    }

    /// @dev One owner's units: neither supply nor the number of owners changes.
    function _moveDefault(
        Partition storage whole,
        uint256 record,
        address lost,
        HolderWord from,
        address replacement,
        HolderWord to
    ) private returns (HolderWord, HolderWord) {
        uint256 units = from.units();
        if (units == 0) return (from, to);
        from = _ofRecord(whole, record, lost, from).minus(units);
        to = _ofRecord(whole, record, replacement, to).plus(units);
        _moveSchedule(whole, lost, replacement);
        emit IERC20.Transfer(lost, replacement, units);
        return (from, to);
    }

    function _moveIn(bytes32 name, uint256 record, address lost, address replacement, bytes calldata data) private {
        Partition storage partition = _partitions[name];
        HolderWord from = partition.places[lost];
        uint256 units = from.units();
        if (units == 0) return;
        partition.places[lost] = _ofRecord(partition, record, lost, from).minus(units);
        HolderWord to = partition.places[replacement];
        partition.places[replacement] = _ofRecord(partition, record, replacement, to).plus(units);
        uint256 held = partition.held[lost];
        if (held != 0) (partition.held[lost], partition.held[replacement]) = (0, partition.held[replacement] + held);
        _moveSchedule(partition, lost, replacement);
        emit IERC20.Transfer(lost, replacement, units);
        emit IERC1410.TransferByPartition(name, msg.sender, lost, replacement, units, data, "");
    }

    function _ofRecord(Partition storage partition, uint256 record, address account, HolderWord word)
        private
        returns (HolderWord)
    {
        return word.lastRecord() == record ? word : _kept(partition, account, word, record);
    }

    /// @dev What a release schedule keeps of the lost wallet's units, it keeps of the new one's. A schedule that has ended
    /// keeps nothing, and one that is set again begins with the units that `setScheduledUnits` names.
    function _moveSchedule(Partition storage partition, address lost, address replacement) private {
        if (!partition.core.has(CoreWords.FURTHER)) return;
        uint256 scheduled = partition.scheduled[lost];
        if (scheduled == 0) return;
        partition.scheduled[lost] = 0;
        partition.scheduled[replacement] += scheduled;
    }

    /// @dev What was frozen or held of the one is so of the other; in its place the successor is noted.
    function _moveEncumbrance(address lost, address replacement) private {
        EncumbranceWord moved = _encumbrances[lost];
        _encumbrances[lost] = EncumbranceWords.toSuccessor(replacement);
        if (moved.isNone()) return;
        EncumbranceWord had = _encumbrances[replacement];
        uint256 frozen = moved.frozen() + had.frozen();
        if (frozen > EncumbranceWords.MAX_FROZEN) frozen = EncumbranceWords.MAX_FROZEN;
        _encumbrances[replacement] = had.withHeld(moved.held() + had.held()).withFrozen(frozen);
        if (moved.frozen() == 0) return;
        emit IERC7943.Frozen(lost, 0);
        emit IERC7943.Frozen(replacement, frozen);
    }

    /// @dev Lock, freeze and encumbrance of both wallets bind the new one.
    function _moveMarks(address lost, HolderWord from, address replacement, HolderWord to)
        private
        returns (HolderWord, HolderWord)
    {
        if (from.lockedUntil() > to.lockedUntil()) {
            to = to.withLock(from.lockedUntil());
            emit TokenControls.WalletLockSet(replacement, uint40(from.lockedUntil()));
        }
        if (from.has(HolderWords.WALLET_FROZEN)) {
            to = to.with(HolderWords.WALLET_FROZEN, true);
            emit TokenUrgent.WalletFrozenSet(replacement, true);
            emit TokenUrgent.WalletFrozenSet(lost, false);
        }
        if (from.has(HolderWords.ENCUMBERED)) to = to.with(HolderWords.ENCUMBERED, true);
        from = from.withLock(0).with(HolderWords.WALLET_FROZEN | HolderWords.ENCUMBERED, false);
        return (from.with(HolderWords.RECOVERED, true).toStore(), to.toStore());
    }
}
