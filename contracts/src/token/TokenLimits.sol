// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {CoreWord, CoreWords} from "./CoreWord.sol";
import {HolderWord, HolderWords} from "./HolderWord.sol";
import {LimitWord, LimitWords} from "./LimitWord.sol";
import {Reasons, Status} from "./Reasons.sol";
import {ReleaseWords} from "./ReleaseWord.sol";
import {TokenCounts} from "./TokenCounts.sol";

/// @title The further rules of a partition, each off until it is set. They are asked after all others, in this order:
/// @notice
///
///      transfer          issue          redeem
///   1                    SALE_WINDOW
///   2  COSIGNATURE
///   3  TRANSFER_LIMIT
///   4  RELEASE                          RELEASE
///   5  MAX_HOLDING       MAX_HOLDING
///   6  MIN_HOLDING       MIN_HOLDING    MIN_HOLDING
///   7  CAP_POOL          CAP_POOL
///   8  COUNTRY_COUNT     COUNTRY_COUNT
///   9  CLASS_COUNT       CLASS_COUNT
///
/// Between two wallets of one owner only RELEASE is asked. What comes in from another owner alone can breach 5 to 9; what
/// was breached otherwise is passive. The minimum binds both sides of a transfer: an owner holds nothing or at least that.
/// The controller is bound by none of them. A system account is bound by the sale window and the co-signature alone.
abstract contract TokenLimits is TokenCounts {
    /// @dev Units that leave a wallet for another owner's, or for good.
    function _checkTransferLimits(
        Partition storage partition,
        address from,
        HolderWord sender,
        address to,
        HolderWord receiver,
        uint256 units
    ) internal view {
        LimitWord limits = partition.limits;
        if (limits.has(LimitWords.COSIGNED)) _checkCosignature(partition, from, to, units);
        if (!sender.has(HolderWords.EXEMPT)) {
            uint256 most = limits.transferLimit();
            if (most != 0 && units > most) _refuse(Status.FAILURE, Reasons.TRANSFER_LIMIT, units, most);
            _checkLeaving(partition, limits, from, sender, units);
        }
        if (receiver.has(HolderWords.EXEMPT)) return;
        _checkReceipt(partition, limits, to, receiver, units);
        if (limits.has(LimitWords.COUNTED) && _enters(partition, to, receiver)) {
            bool leaves = _leaves(partition, from, sender, units);
            _checkCounts(partition, receiver.identity(), leaves ? partition.countedAs[sender.identity().number()] : 0);
        }
    }

    function _checkIssueLimits(Partition storage partition, address to, HolderWord receiver, uint256 units)
        internal
        view
    {
        LimitWord limits = partition.limits;
        uint256 moment = limits.saleOpens();
        if (block.timestamp < moment) _refuse(Status.HALTED, Reasons.SALE_WINDOW, block.timestamp, moment);
        moment = limits.saleCloses();
        if (moment != 0 && block.timestamp >= moment) {
            _refuse(Status.HALTED, Reasons.SALE_WINDOW, block.timestamp, moment);
        }
        if (units == 0 || receiver.has(HolderWords.EXEMPT)) return;
        _checkReceipt(partition, limits, to, receiver, units);
        if (limits.has(LimitWords.COUNTED) && _enters(partition, to, receiver)) {
            _checkCounts(partition, receiver.identity(), 0);
        }
    }

    /// @dev Released units may leave; what stays of an owner is nothing or the minimum.
    function _checkLeaving(
        Partition storage partition,
        LimitWord limits,
        address from,
        HolderWord sender,
        uint256 units
    ) internal view {
        _checkReleased(partition, from, sender, units);
        uint256 least = limits.minHolding();
        if (least == 0 || units == 0) return;
        uint256 rest = _ownerUnits(partition, from, sender) - units;
        if (rest != 0 && rest < least) _refuse(Status.FAILURE, Reasons.MIN_HOLDING, rest, least);
    }

    /// @dev Asked between two wallets of one owner too: the schedule speaks of a wallet's units, and would lose sight of them.
    function _checkReleased(Partition storage partition, address from, HolderWord sender, uint256 units) internal view {
        if (!partition.limits.has(LimitWords.RELEASED) || sender.has(HolderWords.EXEMPT)) return;
        uint256 free = _releasedUnits(partition, from, sender.units());
        if (units > free) _refuse(Status.LOCKED, Reasons.RELEASE, units, free);
    }

    /// @dev Units of a wallet in a partition that no release schedule keeps. What it keeps is rounded up.
    function _releasedUnits(Partition storage partition, address account, uint256 balance)
        internal
        view
        returns (uint256)
    {
        uint256 kept = partition.scheduled[account] * (ReleaseWords.ALL - partition.release.freeBps());
        kept = (kept + ReleaseWords.ALL - 1) / ReleaseWords.ALL;
        return balance > kept ? balance - kept : 0;
    }

    /// @dev The cap over all partitions in units, of which `bps` basis points may be one owner's.
    function _poolCapUnits(uint256 bps) internal view returns (uint256) {
        uint256 denominator = 0;
        bool closed = _whole().core.has(CoreWords.PRIMARY_CLOSED);
        for (uint256 i = 0; i < _partitionNames.length; ++i) {
            CoreWord core = _partitions[_partitionNames[i]].core;
            denominator += closed ? core.supply() : core.authorised();
        }
        return denominator * bps / CoreWords.MAX_BPS;
    }

    function _checkCosignature(Partition storage partition, address from, address to, uint256 units) private view {
        uint256 until = partition.cosigned[_cosignatureKey(from, to, units)];
        if (block.timestamp >= until) _refuse(Status.FAILURE, Reasons.COSIGNATURE, block.timestamp, until);
    }

    function _checkReceipt(
        Partition storage partition,
        LimitWord limits,
        address to,
        HolderWord receiver,
        uint256 units
    ) private view {
        uint256 wouldHold = _ownerUnits(partition, to, receiver) + units;
        uint256 limit = limits.maxHolding();
        if (limit != 0 && wouldHold > limit) _refuse(Status.FAILURE, Reasons.MAX_HOLDING, wouldHold, limit);
        limit = limits.minHolding();
        if (wouldHold < limit) _refuse(Status.FAILURE, Reasons.MIN_HOLDING, wouldHold, limit);
        if (limits.has(LimitWords.POOL_CAPPED)) _checkPoolCap(to, units);
    }

    function _checkPoolCap(address to, uint256 units) private view {
        uint256 wouldHold = units;
        for (uint256 i = 0; i < _partitionNames.length; ++i) {
            Partition storage each = _partitions[_partitionNames[i]];
            wouldHold += _ownerUnits(each, to, _wordOf(each, to));
        }
        PoolCap memory cap = _poolCap;
        uint256 limit = cap.units;
        if (limit != 0 && wouldHold > limit) _refuse(Status.FAILURE, Reasons.CAP_POOL, wouldHold, limit);
        if (cap.bps == 0) return;
        limit = _poolCapUnits(cap.bps);
        if (wouldHold > limit) _refuse(Status.FAILURE, Reasons.CAP_POOL, wouldHold, limit);
    }
}
