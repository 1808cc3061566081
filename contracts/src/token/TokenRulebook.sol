// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IdentityWord} from "../IdentityWord.sol";
import {CoreWord, CoreWords} from "./CoreWord.sol";
import {HolderWord, HolderWords} from "./HolderWord.sol";
import {LimitWord, LimitWords} from "./LimitWord.sol";
import {ReleaseStep, ReleaseWord, ReleaseWords} from "./ReleaseWord.sol";
import {TokenLimits} from "./TokenLimits.sol";

/// @notice The further rules of a partition, zero for none.
/// @param maxHolding most units of one beneficial owner
/// @param minHolding an owner holds none or at least so many
/// @param transferLimit most units of one transfer to another owner
/// @param saleOpens unix seconds: nothing is issued before
/// @param saleCloses unix seconds: nothing is issued from then on
/// @param cosigned each transfer to another owner needs a co-signature of the issuer
struct PartitionLimits {
    bytes32 partition;
    uint64 maxHolding;
    uint64 minHolding;
    uint64 transferLimit;
    uint40 saleOpens;
    uint40 saleCloses;
    bool cosigned;
}

/// @title The further rules as compliance sets them, and as everybody reads them.
/// @notice A rule that is breached the moment it is set is a passive breach: nothing is sold, nothing comes in.
abstract contract TokenRulebook is TokenLimits {
    event PartitionLimitsSet(bytes32 indexed partition, PartitionLimits limits);
    event PoolCapSet(uint16 bps, uint64 units);
    event ReleaseScheduleSet(bytes32 indexed partition, ReleaseStep[] steps);
    event ScheduledUnitsSet(bytes32 indexed partition, address indexed account, uint256 units);
    event CountLimitSet(bytes32 indexed partition, uint256 indexed key, uint256 limit);
    event OwnerCounted(bytes32 indexed partition, address indexed account, uint8 country, uint8 investorClass);
    event SystemAccountSet(address indexed account, bytes32 name);

    error NotAllCounted(uint256 counted, uint256 holders);
    error WindowClosesFirst(uint40 opens, uint40 closes);
    error HolderRangeEmpty(uint64 least, uint64 most);

    function setPartitionLimits(PartitionLimits calldata limits) external onlyRole(COMPLIANCE) {
        _atMost("maxHolding", limits.maxHolding, CoreWords.MAX_UNITS);
        _atMost("minHolding", limits.minHolding, CoreWords.MAX_UNITS);
        _atMost("transferLimit", limits.transferLimit, CoreWords.MAX_UNITS);
        _atMost("saleOpens", limits.saleOpens, CoreWords.MAX_TIME);
        _atMost("saleCloses", limits.saleCloses, CoreWords.MAX_TIME);
        bool closesLater = limits.saleCloses == 0 || limits.saleCloses > limits.saleOpens;
        require(closesLater, WindowClosesFirst(limits.saleOpens, limits.saleCloses));
        bool someFit = limits.maxHolding == 0 || limits.minHolding <= limits.maxHolding;
        require(someFit, HolderRangeEmpty(limits.minHolding, limits.maxHolding));
        LimitWord word = _limitsOf(limits.partition)
            .withTerms(limits.maxHolding, limits.minHolding, limits.transferLimit, limits.saleOpens, limits.saleCloses);
        _setLimits(limits.partition, word.with(LimitWords.COSIGNED, limits.cosigned));
        emit PartitionLimitsSet(limits.partition, limits);
    }

    function limitsOf(bytes32 partition) external view returns (PartitionLimits memory) {
        LimitWord word = _limitsOf(partition);
        return PartitionLimits({
            partition: partition,
            maxHolding: uint64(word.maxHolding()),
            minHolding: uint64(word.minHolding()),
            transferLimit: uint64(word.transferLimit()),
            saleOpens: uint40(word.saleOpens()),
            saleCloses: uint40(word.saleCloses()),
            cosigned: word.has(LimitWords.COSIGNED)
        });
    }

    /// @notice A cap per owner over all partitions: basis points of all that is authorised until the primary closes and
    /// of all that is outstanding afterwards, and units. Of partitions opened later it holds once it is set again.
    function setPoolCap(uint16 bps, uint64 units) external onlyRole(COMPLIANCE) {
        require(bps <= CoreWords.MAX_BPS, CapOutOfRange(bps, CoreWords.MAX_BPS));
        _atMost("poolCap", units, CoreWords.MAX_UNITS);
        _poolCap = PoolCap(bps, units);
        for (uint256 i = 0; i < _partitionNames.length; ++i) {
            bytes32 name = _partitionNames[i];
            _setLimits(name, _limitsOf(name).with(LimitWords.POOL_CAPPED, bps != 0 || units != 0));
        }
        emit PoolCapSet(bps, units);
    }

    function poolCap() external view returns (uint16 bps, uint64 units) {
        return (_poolCap.bps, _poolCap.units);
    }

    /// @notice Releases what is issued while the schedule stands step by step; no steps end it for all.
    function setReleaseSchedule(bytes32 partition, ReleaseStep[] calldata steps) external onlyRole(COMPLIANCE) {
        _partitions[partition].release = ReleaseWords.pack(steps);
        _setLimits(partition, _limitsOf(partition).with(LimitWords.RELEASED, steps.length != 0));
        emit ReleaseScheduleSet(partition, steps);
    }

    /// @notice Sets of how many units of one wallet the schedule speaks: more than were issued to it, or fewer.
    function setScheduledUnits(bytes32 partition, address account, uint256 units) external onlyRole(COMPLIANCE) {
        _limitsOf(partition);
        _atMost("scheduled", units, CoreWords.MAX_UNITS);
        _partitions[partition].scheduled[account] = units;
        emit ScheduledUnitsSet(partition, account, units);
    }

    /// @notice The schedule, of how many of a wallet's units it speaks, and how many it may move now.
    function releaseOf(bytes32 partition, address account)
        external
        view
        returns (ReleaseStep[] memory steps, uint256 scheduled, uint256 free)
    {
        Partition storage place = _partitions[partition];
        free = _placeOf(place, account).units();
        if (place.limits.has(LimitWords.RELEASED)) free = _releasedUnits(place, account, free);
        return (place.release.unpack(), place.scheduled[account], free);
    }

    /// @notice Counts the owners of the wallets by country and class, each as it is now. While a partition is empty there
    /// is nobody to count; otherwise its holders are counted in batches, and limits can be set once all are. Each is told in
    /// an event; whoever enters later is counted as the registry has it at that moment.
    function countOwners(bytes32 partition, address[] calldata wallets) external onlyRole(COMPLIANCE) {
        Partition storage place = _partitions[partition];
        _setLimits(partition, _limitsOf(partition).with(LimitWords.COUNTED, true));
        for (uint256 i = 0; i < wallets.length; ++i) {
            HolderWord holder = _wordOf(place, wallets[i]);
            if (_enters(place, wallets[i], holder)) continue;
            IdentityWord identity = holder.identity();
            _countOut(place, identity);
            _countIn(place, identity);
            emit OwnerCounted(partition, wallets[i], identity.country(), identity.investorClass());
        }
    }

    /// @notice As an owner of which country and class the owner of a wallet is counted; country 0 when it is not counted.
    function countedAs(bytes32 partition, address account) external view returns (uint8 country, uint8 investorClass) {
        uint256 profile = _partitions[partition].countedAs[_holderOf(account).identity().number()];
        if (profile != 0) (country, investorClass) = (uint8(profile), uint8((profile >> 8) - CLASSES));
    }

    /// @notice Most owners of a country (1 to 249), 0 for no limit.
    function setCountryLimit(bytes32 partition, uint8 country, uint32 limit) external onlyRole(COMPLIANCE) {
        _setCountLimit(partition, country, limit);
    }

    /// @notice Most owners of a class (0 to 6), 0 for no limit.
    function setClassLimit(bytes32 partition, uint8 investorClass, uint32 limit) external onlyRole(COMPLIANCE) {
        _setCountLimit(partition, CLASSES + investorClass, limit);
    }

    function countryCount(bytes32 partition, uint8 country) external view returns (uint256 owners, uint256 limit) {
        return _countOf(partition, country);
    }

    function classCount(bytes32 partition, uint8 investorClass) external view returns (uint256 owners, uint256 limit) {
        return _countOf(partition, CLASSES + investorClass);
    }

    /// @notice Names a system account, which the limits on holders do not bind; no name ends it. It must be eligible as
    /// everybody, and pauses and freezes hold for it.
    function setSystemAccount(address account, bytes32 name) external onlyRole(COMPLIANCE) {
        _systemNames[account] = name;
        _holders[account] = _holders[account].with(HolderWords.EXEMPT, name != 0);
        emit SystemAccountSet(account, name);
    }

    /// @notice The name of a system account, zero for any other.
    function systemAccount(address account) external view returns (bytes32) {
        return _systemNames[account];
    }

    function _setCountLimit(bytes32 partition, uint256 key, uint256 limit) private {
        Partition storage place = _partitions[partition];
        bool counts = _limitsOf(partition).has(LimitWords.COUNTED);
        (uint256 counted, uint256 holders) = (place.counts[EVERYBODY], place.core.holders());
        require(counts && counted == holders, NotAllCounted(counted, holders));
        place.counts[key] = place.counts[key] & MAX_COUNT | limit << 32;
        emit CountLimitSet(partition, key, limit);
    }

    function _countOf(bytes32 partition, uint256 key) private view returns (uint256 owners, uint256 limit) {
        uint256 word = _partitions[partition].counts[key];
        return (word & MAX_COUNT, word >> 32);
    }

    function _limitsOf(bytes32 partition) private view returns (LimitWord) {
        Partition storage place = _partitions[partition];
        if (!place.core.has(CoreWords.EXISTS)) revert PartitionUnknown(partition);
        return place.limits;
    }

    function _setLimits(bytes32 partition, LimitWord word) private {
        Partition storage place = _partitions[partition];
        place.limits = word;
        place.core = place.core.with(CoreWords.FURTHER, !word.isNone());
    }
}
