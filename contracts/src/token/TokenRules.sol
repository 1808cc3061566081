// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IdentityWord} from "../IdentityWord.sol";
import {AllowedWord, CoreWord, CoreWords} from "./CoreWord.sol";
import {HolderWord, HolderWords} from "./HolderWord.sol";
import {Reasons, Status} from "./Reasons.sol";
import {TokenLimits} from "./TokenLimits.sol";

/// @title The rules of a token: facts in, the first refusal out. The dry run and the real call ask the same functions.
/// @notice Order of the checks; the first that fails is the reason.
///
///      transfer            issue               redeem              forced transfer     forced redemption
///   1  RECOVERED                               RECOVERED
///      OPERATOR/ALLOWANCE                      OPERATOR/ALLOWANCE
///   2  PARTITION_UNKNOWN   PARTITION_UNKNOWN   PARTITION_UNKNOWN   PARTITION_UNKNOWN   PARTITION_UNKNOWN
///                          NOT_ISSUABLE                            NOT_CONTROLLABLE    NOT_CONTROLLABLE
///   3  PAUSED              PAUSED              PAUSED
///   4  PARTITION_PAUSED    PARTITION_PAUSED    PARTITION_PAUSED
///   5  SENDER_UNKNOWN                          SENDER_UNKNOWN
///   6  FROZEN (sender)                         FROZEN (sender)
///   7  KYC_EXPIRED (sender)
///   8  BALANCE             AUTHORISED          BALANCE             BALANCE             BALANCE
///   9  HELD_UNITS                              HELD_UNITS                              HELD_UNITS
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
///  19                                                              HELD_UNITS
///
/// A sender is known when its wallet is registered and not removed; FROZEN is the identity in the registry or the
/// wallet in this token, for a time or because it was recovered. RECOVERED is asked of who acts for a holder: a wallet that
/// was recovered does so no more, whoever allowed it and whenever, and not for itself either. 17 and 18 do not ask when no units move or both wallets are one owner's: only what comes in
/// from another can breach. The cap counts all wallets of the owner in the partition. A cap breached by someone else's
/// redemption therefore refuses what comes in and lets everything out. An expired holder may still redeem and is still
/// counted and paid; it cannot transfer.
/// @dev A rule that refuses reverts where it stands: nothing is carried along for refusals that do not come. A dry run
/// lets the token call itself and reads the revert.
abstract contract TokenRules is TokenLimits {
    /// @return next the partition's word with the owners counted that enter and leave
    function _checkTransfer(
        Partition storage partition,
        CoreWord core,
        address from,
        HolderWord sender,
        address to,
        HolderWord receiver,
        uint256 units
    ) internal view returns (CoreWord next) {
        _checkRunning(core);
        _checkSenderValid(sender);
        _checkUnits(partition, core, from, sender, units);
        return _checkDelivery(partition, core, from, sender, to, receiver, units);
    }

    /// @dev What is asked of the receiver's side and of the limits, whatever allows the sender to part with the units.
    /// @return next the partition's word with the owners counted that enter and leave
    function _checkDelivery(
        Partition storage partition,
        CoreWord core,
        address from,
        HolderWord sender,
        address to,
        HolderWord receiver,
        uint256 units
    ) internal view returns (CoreWord next) {
        _checkReceiver(receiver);
        _checkProfile(partition, receiver);
        if (units == 0) return core;
        if (sender.isSameOwner(receiver)) {
            if (core.has(CoreWords.FURTHER)) _checkReleased(partition, from, sender, units);
            return core;
        }
        uint256 held = _ownerUnits(partition, to, receiver);
        // Both are at most the supply.
        unchecked {
            _checkCap(core, core.supply(), held + units, receiver);
        }
        next = core.counted(held == 0, _leaves(partition, from, sender, units));
        if (held == 0) _checkCount(next, receiver);
        if (core.has(CoreWords.FURTHER)) _checkTransferLimits(partition, from, sender, to, receiver, units);
    }

    /// @return next the partition's word with the owner counted that enters
    function _checkIssue(Partition storage partition, CoreWord core, address to, HolderWord receiver, uint256 units)
        internal
        view
        returns (CoreWord next)
    {
        if (!core.has(CoreWords.EXISTS)) _refuse(Status.FAILURE, Reasons.PARTITION_UNKNOWN, 0, 0);
        if (core.has(CoreWords.PRIMARY_CLOSED)) _refuse(Status.FAILURE, Reasons.NOT_ISSUABLE, 0, 0);
        _checkRunning(core);
        _checkAuthorised(core.supply(), core.authorised(), units);
        _checkReceiver(receiver);
        _checkProfile(partition, receiver);
        next = core;
        if (units != 0) {
            uint256 held = _ownerUnits(partition, to, receiver);
            // Both are at most the authorised size.
            unchecked {
                _checkCap(core, core.supply() + units, held + units, receiver);
            }
            if (held == 0) {
                next = core.entered();
                _checkCount(next, receiver);
            }
        }
        if (core.has(CoreWords.FURTHER)) _checkIssueLimits(partition, to, receiver, units);
    }

    function _checkRedemption(
        Partition storage partition,
        CoreWord core,
        address from,
        HolderWord sender,
        uint256 units
    ) internal view {
        _checkRunning(core);
        _checkSender(sender);
        _checkUnits(partition, core, from, sender, units);
        if (core.has(CoreWords.FURTHER) && !sender.has(HolderWords.EXEMPT)) {
            _checkLeaving(partition, partition.limits, from, sender, units);
        }
    }

    /// @dev Known and not frozen; an approval that ran out does not hinder.
    function _checkSender(HolderWord sender) internal view {
        if (!sender.identity().isActive() || sender.isFrozen()) {
            _refuseParty(Status.INVALID_SENDER, Reasons.SENDER_UNKNOWN, sender);
        }
    }

    function _checkSenderValid(HolderWord sender) internal view {
        if (!sender.isEligible()) _refuseParty(Status.INVALID_SENDER, Reasons.SENDER_UNKNOWN, sender);
    }

    function _checkControl(CoreWord core) internal pure {
        if (core.has(CoreWords.CONTROL_RENOUNCED)) _refuse(Status.FAILURE, Reasons.NOT_CONTROLLABLE, 0, 0);
    }

    /// @dev Pause, lock-up, freeze, cap and counts do not bind the controller; the receiver must still be eligible.
    function _checkForced(CoreWord core, HolderWord sender, uint256 units) internal pure {
        if (!core.isControlled()) {
            bool exists = core.has(CoreWords.EXISTS);
            _refuse(Status.FAILURE, exists ? Reasons.NOT_CONTROLLABLE : Reasons.PARTITION_UNKNOWN, 0, 0);
        }
        uint256 balance = sender.units();
        if (units > balance) _refuse(Status.INSUFFICIENT_BALANCE, Reasons.BALANCE, units, balance);
    }

    /// @return next the partition's word with the owners counted that enter and leave
    function _checkForcedTransfer(
        Partition storage partition,
        CoreWord core,
        address from,
        HolderWord sender,
        address to,
        HolderWord receiver,
        uint256 units
    ) internal view returns (CoreWord next) {
        _checkForced(core, sender, units);
        _checkReceiver(receiver);
        if (units == 0 || sender.isSameOwner(receiver)) return core;
        return core.counted(_enters(partition, to, receiver), _leaves(partition, from, sender, units));
    }

    function _checkReceiver(HolderWord receiver) internal view {
        if (!receiver.isEligible()) _refuseParty(Status.INVALID_RECEIVER, Reasons.RECEIVER_UNKNOWN, receiver);
    }

    /// @dev The cap in units when `supply` is outstanding.
    function _capUnits(CoreWord core, uint256 supply) internal pure returns (uint256) {
        uint256 denominator = core.has(CoreWords.PRIMARY_CLOSED) ? supply : core.authorised();
        // 60 bits times 14 bits.
        unchecked {
            return denominator * core.capBps() / CoreWords.MAX_BPS;
        }
    }

    /// @dev Held units are not to be had in their partition, frozen ones anywhere.
    function _checkFree(Partition storage partition, address from, HolderWord sender, uint256 units) internal view {
        _checkHeld(partition, from, sender, units);
        uint256 limit = _freeUnits(partition, from, sender);
        if (units > limit) _refuse(Status.LOCKED, Reasons.FROZEN_UNITS, units, limit);
    }

    /// @dev Binds the controller too: what it takes by force, it takes from what no hold keeps.
    function _checkHeld(Partition storage partition, address from, HolderWord sender, uint256 units) internal view {
        uint256 limit = sender.units() - _heldUnits(partition, from);
        if (units > limit) _refuse(Status.LOCKED, Reasons.HELD_UNITS, units, limit);
    }

    /// @dev Units of a wallet over all partitions that are neither held nor frozen: what is held is not frozen as well.
    /// A freeze may exceed the balance. The word may be ahead of what is stored.
    function _freeUnits(Partition storage partition, address from, HolderWord sender) internal view returns (uint256) {
        uint256 free = _balanceOf(from) + sender.units() - _placeOf(partition, from).units();
        uint256 bound = _encumbrances[from].frozen() + _encumbrances[from].held();
        uint256 count = _partitionNames.length;
        for (uint256 i = 1; i < count; ++i) {
            bound += _partitions[_partitionNames[i]].held[from];
        }
        return free > bound ? free - bound : 0;
    }

    /// @dev Whatever a recovered wallet was or will be allowed: it acts for nobody, itself included.
    function _checkActor(address actor) internal view {
        if (_isRecovered(actor)) _refuse(Status.INVALID_OPERATOR, Reasons.RECOVERED, 0, 0);
    }

    /// @dev A holder is its own operator. Says nothing of recoveries: `_checkActor` does.
    function _isOperatorFor(bytes32 partition, address operator, address holder) internal view returns (bool) {
        return operator == holder || _operators[holder][operator] || _partitionOperators[holder][partition][operator];
    }

    /// @dev One question when all is well, and each of its parts only to say which reason it is.
    function _checkRunning(CoreWord core) internal pure {
        if (core.isRunning()) return;
        if (!core.has(CoreWords.EXISTS)) _refuse(Status.FAILURE, Reasons.PARTITION_UNKNOWN, 0, 0);
        if (core.has(CoreWords.ALL_PAUSED)) _refuse(Status.HALTED, Reasons.PAUSED, 0, 0);
        _refuse(Status.HALTED, Reasons.PARTITION_PAUSED, 0, 0);
    }

    /// @dev Why a wallet is not eligible.
    function _refuseParty(bytes1 status, bytes32 unknown, HolderWord word) private view {
        IdentityWord identity = word.identity();
        if (!identity.isActive()) _refuse(status, unknown, 0, 0);
        if (word.isFrozen()) _refuse(status, Reasons.FROZEN, 0, 0);
        _refuse(status, Reasons.KYC_EXPIRED, block.timestamp, identity.validUntil());
    }

    function _checkUnits(Partition storage partition, CoreWord core, address from, HolderWord sender, uint256 units)
        private
        view
    {
        uint256 limit = sender.units();
        if (units > limit) _refuse(Status.INSUFFICIENT_BALANCE, Reasons.BALANCE, units, limit);
        if (sender.has(HolderWords.ENCUMBERED)) _checkFree(partition, from, sender, units);
        _checkLocks(core, sender);
    }

    function _checkLocks(CoreWord core, HolderWord sender) internal view {
        uint256 limit = core.lockedUntil();
        if (block.timestamp < limit && !sender.has(HolderWords.EXEMPT)) {
            _refuse(Status.LOCKED, Reasons.LOCKED, block.timestamp, limit);
        }
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

    function _checkProfile(Partition storage partition, HolderWord receiver) private view {
        IdentityWord identity = receiver.identity();
        AllowedWord allowed = partition.allowed;
        if (!allowed.hasCountry(identity.country())) {
            _refuse(Status.INVALID_RECEIVER, Reasons.COUNTRY, identity.country(), allowed.countryMask());
        }
        if (!allowed.hasClass(identity.investorClass())) {
            _refuse(Status.INVALID_RECEIVER, Reasons.CLASS, identity.investorClass(), allowed.classMask());
        }
    }

    function _checkCap(CoreWord core, uint256 supply, uint256 wouldHold, HolderWord receiver) private pure {
        if (core.capBps() == 0) return;
        uint256 cap = _capUnits(core, supply);
        if (wouldHold > cap && !receiver.has(HolderWords.EXEMPT)) {
            _refuse(Status.FAILURE, Reasons.CAP_HOLDER, wouldHold, cap);
        }
    }

    /// @dev An owner that leaves by the same movement has made room for the one that enters.
    function _checkCount(CoreWord core, HolderWord receiver) private pure {
        uint256 limit = core.holderLimit();
        if (limit != 0 && core.holders() > limit && !receiver.has(HolderWords.EXEMPT)) {
            _refuse(Status.FAILURE, Reasons.HOLDER_COUNT, core.holders(), limit);
        }
    }
}
