// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC20} from "../interfaces/IERC20.sol";
import {IERC7943} from "../interfaces/IERC7943.sol";
import {CoreWord, CoreWords} from "./CoreWord.sol";
import {HolderWord, HolderWords} from "./HolderWord.sol";
import {LimitWord, LimitWords} from "./LimitWord.sol";
import {TokenRecords} from "./TokenRecords.sol";

/// @title How units move: balances, supply and holder counts change together, whoever asks and whatever the path.
/// @notice Every movement emits the ERC-20 event; a call that names a partition or carries data adds the event of its
/// own standard right after it. A `Transfer` that no event by partition follows at once is of the default partition.
abstract contract TokenLedger is TokenRecords {
    function _transfer(bytes32 name, address from, address to, uint256 units) internal {
        Partition storage partition = _partitions[name];
        (CoreWord core, uint256 record) = _open(partition);
        HolderWord sender = _wordOf(partition, from);
        HolderWord receiver = _wordOf(partition, to);
        CoreWord counted = _checkTransfer(partition, core, from, sender, to, receiver, units);
        if (core.has(CoreWords.FURTHER)) _noteTransfer(partition, from, sender, to, receiver, units);
        _pass(partition, record, from, sender, to, receiver, units);
        _close(partition, core, counted);
        emit IERC20.Transfer(from, to, units);
    }

    function _forceTransfer(bytes32 name, address from, address to, uint256 units) internal {
        Partition storage partition = _partitions[name];
        (CoreWord core, uint256 record) = _open(partition);
        HolderWord sender = _wordOf(partition, from);
        HolderWord receiver = _wordOf(partition, to);
        CoreWord counted = _checkForcedTransfer(partition, core, from, sender, to, receiver, units);
        if (core.has(CoreWords.FURTHER)) _notePassing(partition, from, sender, to, receiver, units);
        if (sender.has(HolderWords.ENCUMBERED) && from != to) _unfreezeFor(partition, from, sender, units);
        _pass(partition, record, from, sender, to, receiver, units);
        _close(partition, core, counted);
        emit IERC20.Transfer(from, to, units);
    }

    function _issue(bytes32 name, address to, uint256 units) internal {
        Partition storage partition = _partitions[name];
        (CoreWord core, uint256 record) = _open(partition);
        _close(partition, core, _add(partition, core, record, to, units));
    }

    function _redeem(bytes32 name, address from, uint256 units) internal {
        Partition storage partition = _partitions[name];
        (CoreWord core, uint256 record) = _open(partition);
        HolderWord sender = _wordOf(partition, from);
        _checkRedemption(partition, core, from, sender, units);
        _burn(partition, core, record, from, sender, units);
    }

    function _forceRedeem(bytes32 name, address from, uint256 units) internal {
        Partition storage partition = _partitions[name];
        (CoreWord core, uint256 record) = _open(partition);
        HolderWord sender = _wordOf(partition, from);
        _checkForced(core, sender, units);
        if (sender.has(HolderWords.ENCUMBERED)) _unfreezeFor(partition, from, sender, units);
        _burn(partition, core, record, from, sender, units);
    }

    /// @dev Issues, but for the core word: a batch writes it once.
    function _add(Partition storage partition, CoreWord core, uint256 record, address to, uint256 units)
        internal
        returns (CoreWord next)
    {
        HolderWord receiver = _wordOf(partition, to);
        next = _checkIssue(partition, core, to, receiver, units);
        if (units != 0) {
            if (core.has(CoreWords.FURTHER)) _noteIssue(partition, to, receiver, units);
            next = _keepSupply(partition, next, record).issued(units);
            _receive(partition, record, to, receiver, units);
        }
        emit IERC20.Transfer(address(0), to, units);
    }

    /// @dev Units from one wallet to another, which the rules have allowed.
    function _pass(
        Partition storage partition,
        uint256 record,
        address from,
        HolderWord sender,
        address to,
        HolderWord receiver,
        uint256 units
    ) internal {
        if (units == 0 || from == to) return;
        _receive(partition, record, to, receiver, units);
        if (sender.lastRecord() != record) sender = _kept(partition, from, sender, record);
        _store(partition, from, sender.minus(units));
    }

    /// @dev What the further rules keep of a transfer that was allowed: its co-signature is used up.
    function _noteTransfer(
        Partition storage partition,
        address from,
        HolderWord sender,
        address to,
        HolderWord receiver,
        uint256 units
    ) internal {
        if (partition.limits.has(LimitWords.COSIGNED)) {
            delete partition.cosigned[_cosignatureKey(from, to, units)];
        }
        _notePassing(partition, from, sender, to, receiver, units);
    }

    /// @dev Who enters and leaves by units that pass to another wallet, by country and class.
    function _notePassing(
        Partition storage partition,
        address from,
        HolderWord sender,
        address to,
        HolderWord receiver,
        uint256 units
    ) private {
        if (units == 0 || sender.isSameOwner(receiver) || !partition.limits.has(LimitWords.COUNTED)) return;
        if (_leaves(partition, from, sender, units)) _countOut(partition, sender.identity());
        if (_enters(partition, to, receiver)) _countIn(partition, receiver.identity());
    }

    function _noteIssue(Partition storage partition, address to, HolderWord receiver, uint256 units) private {
        LimitWord limits = partition.limits;
        if (limits.has(LimitWords.RELEASED)) partition.scheduled[to] += units;
        if (limits.has(LimitWords.COUNTED) && _enters(partition, to, receiver)) {
            _countIn(partition, receiver.identity());
        }
    }

    /// @dev The caller has checked the range.
    function _setFrozenUnits(address account, uint256 units) internal {
        _encumbrances[account] = _encumbrances[account].withFrozen(units);
        emit IERC7943.Frozen(account, units);
    }

    /// @dev Writes the partition's own word if it changed.
    function _close(Partition storage partition, CoreWord before, CoreWord core) internal {
        if (CoreWord.unwrap(core) != CoreWord.unwrap(before)) _write(partition, core);
    }

    function _write(Partition storage partition, CoreWord core) private {
        partition.core = _isDefault(partition) ? core : core.alone();
    }

    function _store(Partition storage partition, address account, HolderWord word) internal {
        if (_isDefault(partition)) _holders[account] = word.toStore();
        else partition.places[account] = word.place();
    }

    function _burn(
        Partition storage partition,
        CoreWord core,
        uint256 record,
        address from,
        HolderWord sender,
        uint256 units
    ) private {
        if (units != 0) {
            if (_leaves(partition, from, sender, units)) {
                if (core.has(CoreWords.FURTHER)) _countOut(partition, sender.identity());
                core = core.left();
            }
            _write(partition, _keepSupply(partition, core, record).redeemed(units));
            if (sender.lastRecord() != record) sender = _kept(partition, from, sender, record);
            _store(partition, from, sender.minus(units));
        }
        emit IERC20.Transfer(from, address(0), units);
    }

    function _receive(Partition storage partition, uint256 record, address to, HolderWord receiver, uint256 units)
        internal
    {
        if (receiver.has(HolderWords.LENT)) receiver = _adopt(partition, to, receiver);
        if (receiver.lastRecord() != record) receiver = _kept(partition, to, receiver, record);
        _store(partition, to, receiver.plus(units));
    }

    /// @dev The first units of a wallet: its identity is copied, unless the registry lets this token keep no copy.
    function _adopt(Partition storage partition, address to, HolderWord receiver) private returns (HolderWord) {
        receiver = _adopted(to, receiver);
        if (!receiver.has(HolderWords.LENT) && !_isDefault(partition)) {
            _holders[to] = _holders[to].withIdentity(receiver.identity());
        }
        return receiver;
    }

    /// @dev With an identity of its own where the registry lets this token keep one.
    function _adopted(address account, HolderWord holder) internal returns (HolderWord) {
        if (!holder.has(HolderWords.LENT) || !_registry.copyTo(account)) return holder;
        return holder.with(HolderWords.LENT, false);
    }

    /// @dev Held units stay. Frozen units leave only by force, and the freeze shrinks by exactly those that left.
    function _unfreezeFor(Partition storage partition, address from, HolderWord sender, uint256 units) private {
        _checkHeld(partition, from, sender, units);
        uint256 free = _freeUnits(partition, from, sender);
        if (units > free) _setFrozenUnits(from, _encumbrances[from].frozen() - (units - free));
    }
}
