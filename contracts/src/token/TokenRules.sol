// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IdentityWord} from "../IdentityWord.sol";
import {AllowedWord, CoreWord, CoreWords} from "./CoreWord.sol";
import {EncumbranceWord} from "./EncumbranceWord.sol";
import {HolderWord, HolderWords} from "./HolderWord.sol";
import {Reasons, Status} from "./Reasons.sol";
import {TokenBook} from "./TokenBook.sol";

/// @title The rules of a token: facts in, the first refusal out. The dry run and the real call ask the same functions.
/// @notice Order of the checks; the first that fails is the reason.
///
///      transfer            issue               redeem              forced transfer     forced redemption
///   1  OPERATOR/ALLOWANCE                      OPERATOR/ALLOWANCE
///   2  PARTITION_UNKNOWN   PARTITION_UNKNOWN   PARTITION_UNKNOWN   PARTITION_UNKNOWN   PARTITION_UNKNOWN
///                          NOT_ISSUABLE                            NOT_CONTROLLABLE    NOT_CONTROLLABLE
///   3  PAUSED              PAUSED              PAUSED
///   4  PARTITION_PAUSED    PARTITION_PAUSED    PARTITION_PAUSED
///   5  SENDER_UNKNOWN                          SENDER_UNKNOWN
///   6  FROZEN (sender)                         FROZEN (sender)
///   7  KYC_EXPIRED (sender)
///   8  BALANCE             AUTHORISED          BALANCE             BALANCE             BALANCE
///   9  HELD_UNITS                              HELD_UNITS          HELD_UNITS          HELD_UNITS
///      FROZEN_UNITS                            FROZEN_UNITS
///  10  LOCKED                                  LOCKED
///  11  LOCKED_HOLDER                           LOCKED_HOLDER
///  12  RECEIVER_UNKNOWN    RECEIVER_UNKNOWN                        RECEIVER_UNKNOWN
///  13  FROZEN (receiver)   FROZEN (receiver)                       FROZEN (receiver)
///  14  KYC_EXPIRED (rec.)  KYC_EXPIRED (rec.)                      KYC_EXPIRED (rec.)
///  15  COUNTRY             COUNTRY
///  16  CLASS               CLASS
///  17  CAP_HOLDER          CAP_HOLDER
///  18  HOLDER_COUNT        HOLDER_COUNT
///
/// A sender is known when its wallet is registered and not removed; FROZEN is the identity in the registry or the
/// wallet in this token, for a time or because it was recovered. 17 and 18 do not ask when no units move or both wallets are one owner's: only what comes in
/// from another can breach. The cap counts all wallets of the owner in the partition. A cap breached by someone else's
/// redemption therefore refuses what comes in and lets everything out. An expired holder may still redeem and is still
/// counted and paid; it cannot transfer.
/// @dev A rule that refuses reverts where it stands: nothing is carried along for refusals that do not come. A dry run
/// lets the token call itself and reads the revert.
abstract contract TokenRules is TokenBook {
    function _checkTransfer(
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
    ) internal view {
        _checkRunning(core, whole);
        _checkSender(sender);
        _checkSenderValid(sender);
        _checkUnits(partition, core, from, sender, fromPlace, units);
        _checkReceipt(partition, core, whole, from, sender, fromPlace, to, receiver, toPlace, units);
    }

    /// @dev What is asked of the receiver's side, whatever allows the sender to part with the units.
    function _checkReceipt(
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
    ) internal view {
        _checkReceiver(receiver);
        _checkProfile(partition, receiver);
        if (units != 0 && !sender.isSameOwner(receiver)) {
            uint256 held = _ownerUnits(partition, to, receiver, toPlace);
            _checkCap(core, whole, core.supply(), held + units);
            if (held == 0) _checkCount(core, _leaves(partition, from, sender, fromPlace, units) ? 1 : 0);
        }
    }

    function _checkIssue(
        bytes32 partition,
        CoreWord core,
        CoreWord whole,
        address to,
        HolderWord receiver,
        HolderWord toPlace,
        uint256 units
    ) internal view {
        if (!core.has(CoreWords.EXISTS)) _refuse(Status.FAILURE, Reasons.PARTITION_UNKNOWN, 0, 0);
        if (whole.has(CoreWords.PRIMARY_CLOSED)) _refuse(Status.FAILURE, Reasons.NOT_ISSUABLE, 0, 0);
        _checkRunning(core, whole);
        _checkAuthorised(core.supply(), core.authorised(), units);
        _checkReceiver(receiver);
        _checkProfile(partition, receiver);
        if (units != 0) {
            uint256 held = _ownerUnits(partition, to, receiver, toPlace);
            _checkCap(core, whole, core.supply() + units, held + units);
            if (held == 0) _checkCount(core, 0);
        }
    }

    function _checkRedemption(
        bytes32 partition,
        CoreWord core,
        CoreWord whole,
        address from,
        HolderWord sender,
        HolderWord fromPlace,
        uint256 units
    ) internal view {
        _checkRunning(core, whole);
        _checkSender(sender);
        _checkUnits(partition, core, from, sender, fromPlace, units);
    }

    /// @dev Pause, lock-up, freeze, cap and counts do not bind the controller; the receiver must still be eligible.
    function _checkForced(CoreWord core, CoreWord whole, HolderWord fromPlace, uint256 units) internal pure {
        if (!core.has(CoreWords.EXISTS)) _refuse(Status.FAILURE, Reasons.PARTITION_UNKNOWN, 0, 0);
        _checkControl(whole);
        uint256 balance = fromPlace.units();
        if (units > balance) _refuse(Status.INSUFFICIENT_BALANCE, Reasons.BALANCE, units, balance);
    }

    function _checkControl(CoreWord whole) internal pure {
        if (whole.has(CoreWords.CONTROL_RENOUNCED)) _refuse(Status.FAILURE, Reasons.NOT_CONTROLLABLE, 0, 0);
    }

    function _checkReceiver(HolderWord receiver) internal view {
        if (!receiver.identity().isActive()) _refuse(Status.INVALID_RECEIVER, Reasons.RECEIVER_UNKNOWN, 0, 0);
        if (receiver.isFrozen()) _refuse(Status.INVALID_RECEIVER, Reasons.FROZEN, 0, 0);
        if (!receiver.identity().isValid()) {
            _refuse(Status.INVALID_RECEIVER, Reasons.KYC_EXPIRED, block.timestamp, receiver.identity().validUntil());
        }
    }

    /// @dev The cap in units when `supply` is outstanding.
    function _capUnits(CoreWord core, CoreWord whole, uint256 supply) internal pure returns (uint256) {
        uint256 denominator = whole.has(CoreWords.PRIMARY_CLOSED) ? supply : core.authorised();
        // 60 bits times 14 bits.
        unchecked {
            return denominator * core.capBps() / CoreWords.MAX_BPS;
        }
    }

    /// @dev Held units are not to be had in their partition, frozen ones anywhere.
    function _checkFree(bytes32 partition, address from, HolderWord fromPlace, uint256 units) internal view {
        _checkHeld(partition, from, fromPlace, units);
        uint256 limit = _freeUnits(partition, from, fromPlace);
        if (units > limit) _refuse(Status.LOCKED, Reasons.FROZEN_UNITS, units, limit);
    }

    /// @dev Binds the controller too: what it takes by force, it takes from what no hold keeps.
    function _checkHeld(bytes32 partition, address from, HolderWord fromPlace, uint256 units) internal view {
        uint256 limit = fromPlace.units() - _heldUnits(partition, from, fromPlace);
        if (units > limit) _refuse(Status.LOCKED, Reasons.HELD_UNITS, units, limit);
    }

    /// @dev Units of a wallet over all partitions that are neither held nor frozen: what is held is not frozen as well.
    /// A freeze may exceed the balance. The place may be ahead of what is stored.
    function _freeUnits(bytes32 partition, address from, HolderWord fromPlace) internal view returns (uint256 free) {
        EncumbranceWord encumbrance = _encumbrances[from];
        uint256 bound = encumbrance.frozen() + encumbrance.held();
        uint256 count = _partitionNames.length;
        for (uint256 i = 0; i < count; ++i) {
            bytes32 name = _partitionNames[i];
            HolderWord place = name == partition ? fromPlace : _placeOf(name, from);
            free += place.units();
            if (i != 0) bound += place.held();
        }
        return free > bound ? free - bound : 0;
    }

    /// @dev Owners enter with their first units and leave with their last.
    function _enters(bytes32 partition, address to, HolderWord receiver, HolderWord toPlace)
        internal
        view
        returns (bool)
    {
        return _ownerUnits(partition, to, receiver, toPlace) == 0;
    }

    function _leaves(bytes32 partition, address from, HolderWord sender, HolderWord fromPlace, uint256 units)
        internal
        view
        returns (bool)
    {
        return _ownerUnits(partition, from, sender, fromPlace) == units;
    }

    /// @dev A holder is its own operator.
    function _isOperatorFor(bytes32 partition, address operator, address holder) internal view returns (bool) {
        return operator == holder || _operators[holder][operator] || _partitionOperators[holder][partition][operator];
    }

    function _refuse(bytes1 status, bytes32 reason, uint256 value, uint256 limit) internal pure {
        revert TransferRefused(status, reason, value, limit);
    }

    function _checkRunning(CoreWord core, CoreWord whole) internal pure {
        if (!core.has(CoreWords.EXISTS)) _refuse(Status.FAILURE, Reasons.PARTITION_UNKNOWN, 0, 0);
        if (whole.has(CoreWords.ALL_PAUSED)) _refuse(Status.HALTED, Reasons.PAUSED, 0, 0);
        if (core.has(CoreWords.PAUSED)) _refuse(Status.HALTED, Reasons.PARTITION_PAUSED, 0, 0);
    }

    function _checkSender(HolderWord sender) internal pure {
        if (!sender.identity().isActive()) _refuse(Status.INVALID_SENDER, Reasons.SENDER_UNKNOWN, 0, 0);
        if (sender.isFrozen()) _refuse(Status.INVALID_SENDER, Reasons.FROZEN, 0, 0);
    }

    function _checkSenderValid(HolderWord sender) internal view {
        if (!sender.identity().isValid()) {
            _refuse(Status.INVALID_SENDER, Reasons.KYC_EXPIRED, block.timestamp, sender.identity().validUntil());
        }
    }

    function _checkUnits(
        bytes32 partition,
        CoreWord core,
        address from,
        HolderWord sender,
        HolderWord fromPlace,
        uint256 units
    ) private view {
        uint256 limit = fromPlace.units();
        if (units > limit) _refuse(Status.INSUFFICIENT_BALANCE, Reasons.BALANCE, units, limit);
        if (sender.has(HolderWords.ENCUMBERED)) _checkFree(partition, from, fromPlace, units);
        _checkLocks(core, sender);
    }

    function _checkLocks(CoreWord core, HolderWord sender) internal view {
        uint256 limit = core.lockedUntil();
        if (block.timestamp < limit) _refuse(Status.LOCKED, Reasons.LOCKED, block.timestamp, limit);
        limit = sender.lockedUntil();
        if (block.timestamp < limit) _refuse(Status.LOCKED, Reasons.LOCKED_HOLDER, block.timestamp, limit);
    }

    function _checkAuthorised(uint256 supply, uint256 authorised, uint256 units) private pure {
        if (units > authorised - supply) {
            // A sum past 2^256 is shown as the largest number.
            uint256 wouldBe = units > type(uint256).max - supply ? type(uint256).max : supply + units;
            _refuse(Status.FAILURE, Reasons.AUTHORISED, wouldBe, authorised);
        }
    }

    function _checkProfile(bytes32 partition, HolderWord receiver) private view {
        IdentityWord identity = receiver.identity();
        AllowedWord allowed = _partitions[partition].allowed;
        if (!allowed.hasCountry(identity.country())) {
            _refuse(Status.INVALID_RECEIVER, Reasons.COUNTRY, identity.country(), allowed.countryMask());
        }
        if (!allowed.hasClass(identity.investorClass())) {
            _refuse(Status.INVALID_RECEIVER, Reasons.CLASS, identity.investorClass(), allowed.classMask());
        }
    }

    function _checkCap(CoreWord core, CoreWord whole, uint256 supply, uint256 wouldHold) private pure {
        if (core.capBps() == 0) return;
        uint256 cap = _capUnits(core, whole, supply);
        if (wouldHold > cap) {
            _refuse(Status.FAILURE, Reasons.CAP_HOLDER, wouldHold, cap);
        }
    }

    /// @dev An owner that leaves by the same movement makes room for the one that enters.
    function _checkCount(CoreWord core, uint256 leaving) private pure {
        uint256 limit = core.holderLimit();
        uint256 wouldBe = core.holders() + 1 - leaving;
        if (limit != 0 && wouldBe > limit) {
            _refuse(Status.FAILURE, Reasons.HOLDER_COUNT, wouldBe, limit);
        }
    }
}
