// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC20} from "../interfaces/IERC20.sol";
import {IERC7943} from "../interfaces/IERC7943.sol";
import {CoreWord} from "./CoreWord.sol";
import {HolderWord, HolderWords} from "./HolderWord.sol";
import {TokenRecords} from "./TokenRecords.sol";

/// @title How units move: balances, supply and holder counts change together, whoever asks and whatever the path.
/// @notice Every movement emits the ERC-20 event; a call that names a partition or carries data adds the event of its
/// own standard right after it. A `Transfer` that no event by partition follows at once is of the default partition.
abstract contract TokenLedger is TokenRecords {
    function _transfer(bytes32 partition, address from, address to, uint256 units) internal {
        (CoreWord core, CoreWord whole) = _cores(partition);
        (HolderWord sender, HolderWord fromPlace) = _wordsOf(partition, from);
        (HolderWord receiver, HolderWord toPlace) = _wordsOf(partition, to);
        _checkTransfer(partition, core, whole, from, sender, fromPlace, to, receiver, toPlace, units);
        if (units != 0 && from != to) {
            CoreWord before = core;
            (core, fromPlace) = _pass(partition, core, whole, from, sender, fromPlace, to, receiver, toPlace, units);
            _store(partition, from, fromPlace);
            _close(partition, before, core);
        }
        emit IERC20.Transfer(from, to, units);
    }

    function _forceTransfer(bytes32 partition, address from, address to, uint256 units) internal {
        (CoreWord core, CoreWord whole) = _cores(partition);
        (HolderWord sender, HolderWord fromPlace) = _wordsOf(partition, from);
        (HolderWord receiver, HolderWord toPlace) = _wordsOf(partition, to);
        _checkForced(core, whole, fromPlace, units);
        _checkReceiver(receiver);
        if (units != 0 && from != to) {
            _unfreezeFor(partition, from, sender, fromPlace, units);
            CoreWord before = core;
            (core, fromPlace) = _pass(partition, core, whole, from, sender, fromPlace, to, receiver, toPlace, units);
            _store(partition, from, fromPlace);
            _close(partition, before, core);
        }
        emit IERC20.Transfer(from, to, units);
    }

    function _issue(bytes32 partition, address to, uint256 units) internal {
        (CoreWord core, CoreWord whole) = _cores(partition);
        _close(partition, core, _add(partition, core, whole, to, units));
    }

    function _redeem(bytes32 partition, address from, uint256 units) internal {
        (CoreWord core, CoreWord whole) = _cores(partition);
        (HolderWord sender, HolderWord fromPlace) = _wordsOf(partition, from);
        _checkRedemption(partition, core, whole, from, sender, fromPlace, units);
        _burn(partition, core, whole, from, sender, fromPlace, units);
    }

    function _forceRedeem(bytes32 partition, address from, uint256 units) internal {
        (CoreWord core, CoreWord whole) = _cores(partition);
        (HolderWord sender, HolderWord fromPlace) = _wordsOf(partition, from);
        _checkForced(core, whole, fromPlace, units);
        _unfreezeFor(partition, from, sender, fromPlace, units);
        _burn(partition, core, whole, from, sender, fromPlace, units);
    }

    /// @dev Issues, but for the core word: a batch writes it once.
    function _add(bytes32 partition, CoreWord core, CoreWord whole, address to, uint256 units)
        internal
        returns (CoreWord)
    {
        (HolderWord receiver, HolderWord toPlace) = _wordsOf(partition, to);
        _checkIssue(partition, core, whole, to, receiver, toPlace, units);
        if (units != 0) {
            (core, whole) = _takeRecords(partition, core, whole);
            core = _keepSupply(partition, core, whole);
            if (_enters(partition, to, receiver, toPlace)) core = core.entered();
            core = core.issued(units);
            _receive(partition, whole, to, receiver, toPlace, units);
        }
        emit IERC20.Transfer(address(0), to, units);
        return core;
    }

    /// @dev Units from one wallet to another, which the rules have allowed. What changes in the core word and in the
    /// sender's is the caller's to write: a batch does so once.
    function _pass(
        bytes32 partition,
        CoreWord core,
        CoreWord whole,
        address from,
        HolderWord sender,
        HolderWord fromPlace,
        address to,
        HolderWord receiver,
        HolderWord toPlace,
        uint256 units
    ) internal returns (CoreWord, HolderWord) {
        (core, whole) = _takeRecords(partition, core, whole);
        if (!sender.isSameOwner(receiver)) {
            bool enters = _enters(partition, to, receiver, toPlace);
            if (enters != _leaves(partition, from, sender, fromPlace, units)) {
                core = enters ? core.entered() : core.left();
            }
        }
        _receive(partition, whole, to, receiver, toPlace, units);
        return (core, _keep(partition, whole, from, fromPlace).minus(units));
    }

    /// @dev The caller has checked the range.
    function _setFrozenUnits(address account, uint256 units) internal {
        _encumbrances[account] = _encumbrances[account].withFrozen(units);
        emit IERC7943.Frozen(account, units);
    }

    /// @dev Writes the partition's own word if it changed.
    function _close(bytes32 partition, CoreWord before, CoreWord core) internal {
        if (CoreWord.unwrap(core) != CoreWord.unwrap(before)) _partitions[partition].core = core;
    }

    function _store(bytes32 partition, address account, HolderWord place) internal {
        if (partition == _defaultPartition()) _holders[account] = place.toStore();
        else _partitions[partition].places[account] = place;
    }

    function _burn(
        bytes32 partition,
        CoreWord core,
        CoreWord whole,
        address from,
        HolderWord sender,
        HolderWord fromPlace,
        uint256 units
    ) private {
        if (units != 0) {
            (core, whole) = _takeRecords(partition, core, whole);
            core = _keepSupply(partition, core, whole);
            if (_leaves(partition, from, sender, fromPlace, units)) core = core.left();
            _partitions[partition].core = core.redeemed(units);
            _store(partition, from, _keep(partition, whole, from, fromPlace).minus(units));
        }
        emit IERC20.Transfer(from, address(0), units);
    }

    function _receive(
        bytes32 partition,
        CoreWord whole,
        address to,
        HolderWord receiver,
        HolderWord toPlace,
        uint256 units
    ) private {
        if (receiver.has(HolderWords.LENT)) toPlace = _adopt(partition, to, receiver, toPlace);
        _store(partition, to, _keep(partition, whole, to, toPlace).plus(units));
    }

    /// @dev The first units of a wallet: its identity is copied, unless the registry lets this token keep no copy.
    function _adopt(bytes32 partition, address to, HolderWord receiver, HolderWord toPlace)
        private
        returns (HolderWord)
    {
        receiver = _adopted(to, receiver);
        if (partition == _defaultPartition()) return receiver;
        _holders[to] = receiver.toStore();
        return toPlace;
    }

    /// @dev With an identity of its own where the registry lets this token keep one.
    function _adopted(address account, HolderWord holder) internal returns (HolderWord) {
        if (!holder.has(HolderWords.LENT) || !_registry.copyTo(account)) return holder;
        return holder.with(HolderWords.LENT, false);
    }

    /// @dev Held units stay. Frozen units leave only by force, and the freeze shrinks by exactly those that left.
    function _unfreezeFor(bytes32 partition, address from, HolderWord sender, HolderWord fromPlace, uint256 units)
        private
    {
        if (!sender.has(HolderWords.ENCUMBERED)) return;
        _checkHeld(partition, from, fromPlace, units);
        uint256 free = _freeUnits(partition, from, fromPlace);
        if (units > free) _setFrozenUnits(from, _encumbrances[from].frozen() - (units - free));
    }
}
