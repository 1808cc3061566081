// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IdentityWord, IdentityWords} from "../IdentityWord.sol";
import {CoreWord, CoreWords, HolderWord, HolderWords} from "./Words.sol";
import {Reasons, Status} from "./Reasons.sol";
import {TokenState} from "./TokenState.sol";

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
///   9  FROZEN_UNITS                            FROZEN_UNITS
///  10  LOCKED                                  LOCKED
///  11  RECEIVER_UNKNOWN    RECEIVER_UNKNOWN                        RECEIVER_UNKNOWN
///  12  FROZEN (receiver)   FROZEN (receiver)                       FROZEN (receiver)
///  13  KYC_EXPIRED (rec.)  KYC_EXPIRED (rec.)                      KYC_EXPIRED (rec.)
///  14  COUNTRY             COUNTRY
///  15  CLASS               CLASS
///  16  CAP_HOLDER          CAP_HOLDER
///  17  HOLDER_COUNT        HOLDER_COUNT
///
/// A sender is known when its wallet is registered and not removed; FROZEN is the identity in the registry or the
/// wallet in this token. 16 and 17 do not ask when no units move or both wallets are one owner's: only what comes in
/// from another can breach. The cap counts all wallets of the owner in the partition. A cap breached by someone else's
/// redemption therefore refuses what comes in and lets everything out. An expired holder may still redeem and is still
/// counted and paid; it cannot transfer.
abstract contract TokenRules is TokenState {
    struct Refusal {
        bytes1 status;
        bytes32 reason;
        uint256 value;
        uint256 limit;
    }

    /// @dev The two sides as the registry knows them, read once per call.
    struct Sides {
        IdentityWord from;
        IdentityWord to;
    }

    function _judgeTransfer(bytes32 partition, address from, address to, uint256 units, Sides memory sides)
        internal
        view
        returns (Refusal memory refusal)
    {
        CoreWord core = _partitions[partition].core;
        if (_refusesPartition(refusal, partition, core)) return refusal;
        if (_refusesSender(refusal, from, sides.from)) return refusal;
        if (!sides.from.isValid()) {
            return _refusal(Status.INVALID_SENDER, Reasons.KYC_EXPIRED, block.timestamp, sides.from.validUntil());
        }
        if (_refusesUnits(refusal, partition, core, from, units)) return refusal;
        if (_refusesReceiver(refusal, to, sides.to)) return refusal;
        if (_refusesProfile(refusal, partition, core, sides.to)) return refusal;
        if (units != 0 && sides.from.number() != sides.to.number()) {
            uint256 leaving = _ownerUnits(partition, from, sides.from) == units ? 1 : 0;
            _refusesHolding(refusal, partition, core, core.supply(), to, units, sides.to, leaving);
        }
    }

    function _judgeIssue(bytes32 partition, address to, uint256 units, IdentityWord identity)
        internal
        view
        returns (Refusal memory refusal)
    {
        CoreWord core = _partitions[partition].core;
        if (!core.has(CoreWords.EXISTS)) return _refusal(Status.FAILURE, Reasons.PARTITION_UNKNOWN, 0, 0);
        if (_tokenFlag(CoreWords.PRIMARY_CLOSED)) return _refusal(Status.FAILURE, Reasons.NOT_ISSUABLE, 0, 0);
        if (_refusesPartition(refusal, partition, core)) return refusal;
        uint256 authorised = _partitions[partition].authorised;
        if (units > authorised - core.supply()) {
            // A sum past 2^256 is shown as the largest number.
            uint256 wouldBe = units > type(uint256).max - core.supply() ? type(uint256).max : core.supply() + units;
            return _refusal(Status.FAILURE, Reasons.AUTHORISED, wouldBe, authorised);
        }
        if (_refusesReceiver(refusal, to, identity)) return refusal;
        if (_refusesProfile(refusal, partition, core, identity)) return refusal;
        if (units != 0) _refusesHolding(refusal, partition, core, core.supply() + units, to, units, identity, 0);
    }

    function _judgeRedeem(bytes32 partition, address from, uint256 units, IdentityWord identity)
        internal
        view
        returns (Refusal memory refusal)
    {
        CoreWord core = _partitions[partition].core;
        if (_refusesPartition(refusal, partition, core)) return refusal;
        if (_refusesSender(refusal, from, identity)) return refusal;
        _refusesUnits(refusal, partition, core, from, units);
    }

    /// @dev Pause, lock-up, freeze, cap and counts do not bind the controller; the receiver must still be eligible.
    function _judgeForcedTransfer(bytes32 partition, address from, address to, uint256 units, IdentityWord receiver)
        internal
        view
        returns (Refusal memory refusal)
    {
        refusal = _judgeForcedRedeem(partition, from, units);
        if (refusal.reason == 0) _refusesReceiver(refusal, to, receiver);
    }

    function _judgeForcedRedeem(bytes32 partition, address from, uint256 units)
        internal
        view
        returns (Refusal memory refusal)
    {
        CoreWord core = _partitions[partition].core;
        if (!core.has(CoreWords.EXISTS)) return _refusal(Status.FAILURE, Reasons.PARTITION_UNKNOWN, 0, 0);
        if (_tokenFlag(CoreWords.CONTROL_RENOUNCED)) return _refusal(Status.FAILURE, Reasons.NOT_CONTROLLABLE, 0, 0);
        uint256 balance = _unitsOf(partition, from);
        if (units > balance) return _refusal(Status.INSUFFICIENT_BALANCE, Reasons.BALANCE, units, balance);
    }

    /// @dev Units of the beneficial owner behind `account`; other wallets are read only when there are any.
    function _ownerUnits(bytes32 partition, address account, IdentityWord identity)
        internal
        view
        returns (uint256 total)
    {
        if (!identity.has(IdentityWords.SEVERAL)) return _unitsOf(partition, account);
        address[] memory wallets = _registry.walletsOf(account);
        for (uint256 i = 0; i < wallets.length; ++i) {
            total += _unitsOf(partition, wallets[i]);
        }
    }

    /// @dev The cap in units when `supply` is outstanding.
    function _capUnits(bytes32 partition, CoreWord core, uint256 supply) internal view returns (uint256) {
        uint256 denominator = _tokenFlag(CoreWords.PRIMARY_CLOSED) ? supply : _partitions[partition].authorised;
        return denominator * core.capBps() / MAX_BPS;
    }

    function _tokenFlag(uint256 flag) internal view returns (bool) {
        return _partitions[_defaultPartition()].core.has(flag);
    }

    /// @dev Units over all partitions that are not frozen; a freeze may exceed the balance.
    function _freeUnits(address account) internal view returns (uint256) {
        uint256 balance = _balanceOf(account);
        uint256 frozen = _frozenUnits[account];
        return balance > frozen ? balance - frozen : 0;
    }

    function _refuse(Refusal memory refusal) internal pure {
        if (refusal.reason != 0) {
            revert TransferRefused(refusal.status, refusal.reason, refusal.value, refusal.limit);
        }
    }

    function _refusal(bytes1 status, bytes32 reason, uint256 value, uint256 limit)
        internal
        pure
        returns (Refusal memory)
    {
        return Refusal(status, reason, value, limit);
    }

    function _refusesPartition(Refusal memory refusal, bytes32 partition, CoreWord core) private view returns (bool) {
        if (!core.has(CoreWords.EXISTS)) return _fill(refusal, Status.FAILURE, Reasons.PARTITION_UNKNOWN, 0, 0);
        bool paused =
            partition == _defaultPartition() ? core.has(CoreWords.ALL_PAUSED) : _tokenFlag(CoreWords.ALL_PAUSED);
        if (paused) return _fill(refusal, Status.HALTED, Reasons.PAUSED, 0, 0);
        if (core.has(CoreWords.PAUSED)) return _fill(refusal, Status.HALTED, Reasons.PARTITION_PAUSED, 0, 0);
        return false;
    }

    function _refusesSender(Refusal memory refusal, address from, IdentityWord identity) private view returns (bool) {
        if (!identity.isActive()) return _fill(refusal, Status.INVALID_SENDER, Reasons.SENDER_UNKNOWN, 0, 0);
        if (_isFrozen(from, identity)) return _fill(refusal, Status.INVALID_SENDER, Reasons.FROZEN, 0, 0);
        return false;
    }

    function _refusesUnits(Refusal memory refusal, bytes32 partition, CoreWord core, address from, uint256 units)
        private
        view
        returns (bool)
    {
        uint256 balance = _unitsOf(partition, from);
        if (units > balance) return _fill(refusal, Status.INSUFFICIENT_BALANCE, Reasons.BALANCE, units, balance);
        if (_holders[from].has(HolderWords.FROZEN_UNITS)) {
            uint256 free = _freeUnits(from);
            if (units > free) return _fill(refusal, Status.LOCKED, Reasons.FROZEN_UNITS, units, free);
        }
        uint40 lockedUntil = core.lockedUntil();
        if (block.timestamp < lockedUntil) {
            return _fill(refusal, Status.LOCKED, Reasons.LOCKED, block.timestamp, lockedUntil);
        }
        return false;
    }

    function _refusesReceiver(Refusal memory refusal, address to, IdentityWord identity) private view returns (bool) {
        if (!identity.isActive()) return _fill(refusal, Status.INVALID_RECEIVER, Reasons.RECEIVER_UNKNOWN, 0, 0);
        if (_isFrozen(to, identity)) return _fill(refusal, Status.INVALID_RECEIVER, Reasons.FROZEN, 0, 0);
        if (!identity.isValid()) {
            return _fill(refusal, Status.INVALID_RECEIVER, Reasons.KYC_EXPIRED, block.timestamp, identity.validUntil());
        }
        return false;
    }

    function _refusesProfile(Refusal memory refusal, bytes32 partition, CoreWord core, IdentityWord identity)
        private
        view
        returns (bool)
    {
        uint256 countries = _partitions[partition].countryMask;
        if (countries >> identity.country() & 1 == 0) {
            return _fill(refusal, Status.INVALID_RECEIVER, Reasons.COUNTRY, identity.country(), countries);
        }
        uint256 classes = core.classMask();
        if (classes >> identity.investorClass() & 1 == 0) {
            return _fill(refusal, Status.INVALID_RECEIVER, Reasons.CLASS, identity.investorClass(), classes);
        }
        return false;
    }

    /// @dev `leaving` is 1 when the sender's owner gives up its last units by this movement.
    function _refusesHolding(
        Refusal memory refusal,
        bytes32 partition,
        CoreWord core,
        uint256 supply,
        address to,
        uint256 units,
        IdentityWord identity,
        uint256 leaving
    ) private view {
        uint256 held = _ownerUnits(partition, to, identity);
        if (core.capBps() != 0) {
            uint256 cap = _capUnits(partition, core, supply);
            if (held + units > cap) {
                _fill(refusal, Status.FAILURE, Reasons.CAP_HOLDER, held + units, cap);
                return;
            }
        }
        if (core.holderLimit() != 0 && held == 0) {
            uint256 wouldBe = core.holders() + 1 - leaving;
            if (wouldBe > core.holderLimit()) {
                _fill(refusal, Status.FAILURE, Reasons.HOLDER_COUNT, wouldBe, core.holderLimit());
            }
        }
    }

    function _isFrozen(address account, IdentityWord identity) internal view returns (bool) {
        return identity.has(IdentityWords.FROZEN) || _holders[account].has(HolderWords.WALLET_FROZEN);
    }

    /// @dev A holder is its own operator.
    function _isOperatorFor(bytes32 partition, address operator, address holder) internal view returns (bool) {
        return operator == holder || _operators[holder][operator] || _partitionOperators[holder][partition][operator];
    }

    function _fill(Refusal memory refusal, bytes1 status, bytes32 reason, uint256 value, uint256 limit)
        private
        pure
        returns (bool)
    {
        refusal.status = status;
        refusal.reason = reason;
        refusal.value = value;
        refusal.limit = limit;
        return true;
    }
}
