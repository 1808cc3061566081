// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {RoleBook} from "../RoleBook.sol";
import {IIdentityRegistry} from "../interfaces/IIdentityRegistry.sol";
import {CoreWord, CoreWords, HolderWord} from "./Words.sol";

/// @notice The terms of a partition.
/// @param partition its name, never zero
/// @param authorised most units that may ever be outstanding, up to 2^63 - 1
/// @param capBps cap per beneficial owner in basis points of the authorised size until the primary closes, of the
/// units outstanding afterwards, rounded down; 0 for none
/// @param holderLimit most beneficial owners in the partition; 0 for none
/// @param classMask bit c set: class c may receive
/// @param lockedUntil unix seconds; no transfer or redemption by holders before
/// @param countryMask bit c set: country c (1..249) may receive
struct PartitionTerms {
    bytes32 partition;
    uint64 authorised;
    uint16 capBps;
    uint32 holderLimit;
    uint8 classMask;
    uint40 lockedUntil;
    uint256 countryMask;
}

/// @notice What a token is made of. `partitions[0]` is the default partition, the one that ERC-20 calls move.
struct TokenConfig {
    string name;
    string symbol;
    uint8 decimals;
    address admin;
    address registry;
    address backOffice;
    PartitionTerms[] partitions;
}

/// @title The storage of a token, shared in this order by its two implementations.
abstract contract TokenState is RoleBook {
    struct Partition {
        CoreWord core;
        uint256 countryMask;
        uint256 authorised;
        /// @dev Units per wallet; the default partition's stand in the holder word instead.
        mapping(address account => uint256) units;
    }

    struct Document {
        string uri;
        bytes32 hash;
        uint64 updatedAt;
        /// @dev Place in the list, from 1; 0 when absent.
        uint32 place;
    }

    /// @notice Loops over partitions stay bounded.
    uint256 internal constant MAX_PARTITIONS = 16;
    uint64 internal constant MAX_AUTHORISED = uint64(type(int64).max);
    uint16 internal constant MAX_BPS = 10_000;

    string internal _name;
    string internal _symbol;
    uint8 internal _decimals;
    IIdentityRegistry internal _registry;
    /// @dev The first is the default partition.
    bytes32[] internal _partitionNames;
    mapping(bytes32 partition => Partition) internal _partitions;
    mapping(address account => HolderWord) internal _holders;
    mapping(address account => uint256) internal _frozenUnits;
    mapping(address owner => mapping(address spender => uint256)) internal _allowances;
    mapping(address holder => mapping(address operator => bool)) internal _operators;
    mapping(address holder => mapping(bytes32 partition => mapping(address operator => bool))) internal
        _partitionOperators;
    mapping(bytes32 operationId => bool) internal _consumed;
    mapping(bytes32 name => Document) internal _documents;
    bytes32[] internal _documentNames;

    event OperationDone(bytes32 indexed operationId);
    event PartitionTermsSet(bytes32 indexed partition, PartitionTerms terms);

    /// @notice A rule refuses: the status byte of the ERC-1400 text, the registered reason and its two numbers.
    error TransferRefused(bytes1 status, bytes32 reason, uint256 value, uint256 limit);
    error OperationConsumed(bytes32 operationId);
    error LengthMismatch(uint256 left, uint256 right);
    error PartitionKnown(bytes32 partition);
    error PartitionZero();
    error TooManyPartitions(uint256 max);
    error CapOutOfRange(uint16 capBps, uint16 max);
    error AuthorisedOutOfRange(uint64 authorised, uint64 min, uint64 max);

    /// @dev An immutable in the token, a storage read in its back office.
    function _defaultPartition() internal view virtual returns (bytes32);

    function _addPartition(PartitionTerms memory terms) internal {
        require(terms.partition != 0, PartitionZero());
        require(!_partitions[terms.partition].core.has(CoreWords.EXISTS), PartitionKnown(terms.partition));
        require(_partitionNames.length < MAX_PARTITIONS, TooManyPartitions(MAX_PARTITIONS));
        _partitionNames.push(terms.partition);
        _partitions[terms.partition].core = CoreWord.wrap(CoreWords.EXISTS);
        _setTerms(terms);
    }

    /// @dev A new cap, limit or mask below what is held now is a passive breach: nothing is sold, nothing comes in.
    function _setTerms(PartitionTerms memory terms) internal {
        Partition storage partition = _partitions[terms.partition];
        CoreWord core = partition.core;
        require(terms.capBps <= MAX_BPS, CapOutOfRange(terms.capBps, MAX_BPS));
        require(
            terms.authorised >= core.supply() && terms.authorised <= MAX_AUTHORISED,
            AuthorisedOutOfRange(terms.authorised, core.supply(), MAX_AUTHORISED)
        );
        partition.core = core.withTerms(terms.holderLimit, terms.capBps, terms.classMask, terms.lockedUntil);
        partition.countryMask = terms.countryMask;
        partition.authorised = terms.authorised;
        emit PartitionTermsSet(terms.partition, terms);
    }

    /// @dev Whatever is read here was consumed by an earlier call with the same id.
    function _consume(bytes32 operationId) internal {
        require(!_consumed[operationId], OperationConsumed(operationId));
        _consumed[operationId] = true;
        emit OperationDone(operationId);
    }

    function _unitsOf(bytes32 partition, address account) internal view returns (uint256) {
        if (partition == _defaultPartition()) return _holders[account].units();
        return _partitions[partition].units[account];
    }

    function _balanceOf(address account) internal view returns (uint256 total) {
        uint256 count = _partitionNames.length;
        for (uint256 i = 0; i < count; ++i) {
            total += _unitsOf(_partitionNames[i], account);
        }
    }
}
