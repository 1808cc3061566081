// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {RoleBook} from "../RoleBook.sol";
import {IIdentityRegistry} from "../interfaces/IIdentityRegistry.sol";
import {AllowedWord, AllowedWords, CoreWord, CoreWords} from "./CoreWord.sol";
import {DocumentHead} from "./DocumentHead.sol";
import {EncumbranceWord} from "./EncumbranceWord.sol";
import {HolderWord} from "./HolderWord.sol";
import {LimitWord} from "./LimitWord.sol";
import {ReleaseWord} from "./ReleaseWord.sol";

/// @notice The terms of a partition.
/// @param partition its name, never zero
/// @param authorised most units that may ever be outstanding, up to 2^60 - 1
/// @param capBps cap per beneficial owner in basis points of the authorised size until the primary closes, of the
/// units outstanding afterwards, rounded down; 0 for none
/// @param holderLimit most beneficial owners in the partition, up to 2^20 - 1; 0 for none
/// @param classMask bit c set: class c (0..6) may receive
/// @param lockedUntil unix seconds below 2^32; no transfer or redemption by holders before
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

/// @title The storage of a token, shared in this order by its implementations.
/// @dev A transfer in the default partition reads four words and no other contract:
///
///      _partitions[default].core     supply | authorised | holders | limits | lock | next record date | flags
///      _partitions[default].allowed  countries | classes
///      _holders[sender]              units | identity, expiry, country, class | lock | last record | flags
///      _holders[receiver]            the same
///
/// It writes the two holders' words, and the core word only when an owner enters or leaves. In another partition the
/// units stand in a word of their own, `_partitions[partition].places[wallet]`.
abstract contract TokenState is RoleBook {
    struct Partition {
        CoreWord core;
        AllowedWord allowed;
        /// @dev Units per wallet; those of the default partition stand in the holder's word instead.
        mapping(address account => HolderWord) places;
        /// @dev The zero account is the supply of a partition other than the default one.
        mapping(address account => mapping(uint256 record => Past)) past;
        /// @dev Units that holds keep, per wallet; those of the default partition stand with what is frozen. Read only when
        /// the wallet's word says that anything is.
        mapping(address account => uint256) held;
        // What follows is read only when the partition's word says so.
        LimitWord limits;
        ReleaseWord release;
        /// @dev Units that the release schedule speaks of, per wallet.
        mapping(address account => uint256) scheduled;
        /// @dev Until when a co-signed transfer may be made.
        mapping(bytes32 transfer => uint256) cosigned;
        /// @dev How an owner is counted: country, and class above 8 bits. Zero when it is not.
        mapping(uint256 identity => uint256) countedAs;
        mapping(uint256 key => uint256) counts;
    }

    /// @notice The most units of one owner over all partitions, in basis points and in units; zero for none.
    struct PoolCap {
        uint16 bps;
        uint64 units;
    }

    /// @dev A version of a document. The URI is as long as the head says and begins in it.
    struct DocumentVersion {
        DocumentHead head;
        bytes32 hash;
        mapping(uint256 place => bytes32) rest;
    }

    struct Redemption {
        bytes32 termsHash;
        uint64 units;
    }

    /// @dev A record date, and the default partition's supply when its record was taken.
    struct Record {
        uint40 date;
        uint64 supply;
    }

    /// @dev Units as they were in the records after `earlier` up to the one it is kept under.
    struct Past {
        uint64 units;
        uint16 earlier;
    }

    /// @notice Loops over partitions stay bounded.
    uint256 internal constant MAX_PARTITIONS = 16;

    string internal _name;
    string internal _symbol;
    uint8 internal _decimals;
    IIdentityRegistry internal _registry;
    /// @dev The first is the default partition.
    bytes32[] internal _partitionNames;
    mapping(bytes32 partition => Partition) internal _partitions;
    mapping(address account => HolderWord) internal _holders;
    /// @dev What is frozen or held of a wallet's units; of a recovered wallet, who took its place.
    mapping(address account => EncumbranceWord) internal _encumbrances;
    mapping(address owner => mapping(address spender => uint256)) internal _allowances;
    mapping(address holder => mapping(address operator => bool)) internal _operators;
    mapping(address holder => mapping(bytes32 partition => mapping(address operator => bool))) internal
        _partitionOperators;
    mapping(bytes32 operationId => bool) internal _consumed;
    /// @dev Versions are numbered from 1; the first one's head tells how many there are.
    mapping(bytes32 name => mapping(uint256 version => DocumentVersion)) internal _documents;
    /// @dev Every name that a document ever had.
    bytes32[] internal _documentNames;
    /// @dev Records are numbered from 1. Those after the next one wait here with their date alone.
    mapping(uint256 record => Record) internal _records;

    PoolCap internal _poolCap;
    /// @dev The names of the system accounts.
    mapping(address account => bytes32) internal _systemNames;
    /// @dev Co-signatures that were presented, by their digest.
    mapping(bytes32 digest => bool) internal _presented;
    /// @dev Units that a hold still keeps, and that it is known. Its terms are in its id.
    mapping(bytes32 holdId => uint256) internal _holds;
    mapping(bytes32 redemptionId => Redemption) internal _redemptions;
    /// @dev Bits 0..31 what was written off, in millionths · 32 in default.
    mapping(bytes32 partition => uint256) internal _distress;
    address internal _waterfall;
    mapping(address owner => uint256) internal _nonces;
    mapping(address authorizer => mapping(bytes32 nonce => bool)) internal _authorizations;

    event OperationDone(bytes32 indexed operationId);
    event PartitionTermsSet(bytes32 indexed partition, PartitionTerms terms);

    /// @notice A rule refuses: the status byte of the ERC-1400 text, the registered reason and its two numbers.
    error TransferRefused(bytes1 status, bytes32 reason, uint256 value, uint256 limit);
    error OperationConsumed(bytes32 operationId);
    error WalletIsRecovered(address account);
    error LengthMismatch(uint256 left, uint256 right);
    error PartitionKnown(bytes32 partition);
    error PartitionUnknown(bytes32 partition);
    error PartitionZero();
    error TooManyPartitions(uint256 max);
    error CapOutOfRange(uint16 capBps, uint256 max);
    error AuthorisedOutOfRange(uint64 authorised, uint256 min, uint256 max);
    error TermOutOfRange(bytes32 term, uint256 value, uint256 max);

    /// @dev An immutable in the token, a storage read in its back office.
    function _defaultPartition() internal view virtual returns (bytes32);

    /// @dev The default partition's name from storage. There always is one, so the length of the list is not asked.
    function _firstName() internal view returns (bytes32 name) {
        bytes32[] storage names = _partitionNames;
        assembly ("memory-safe") {
            mstore(0, names.slot)
            name := sload(keccak256(0, 0x20))
        }
    }

    /// @dev The default partition; its word has the flags and the records of the whole token.
    function _whole() internal view virtual returns (Partition storage) {
        return _partitions[_defaultPartition()];
    }

    function _isDefault(Partition storage partition) internal view returns (bool same) {
        Partition storage whole = _whole();
        // Where they stand in storage.
        assembly ("memory-safe") {
            same := eq(partition.slot, whole.slot)
        }
    }

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
        require(terms.capBps <= CoreWords.MAX_BPS, CapOutOfRange(terms.capBps, CoreWords.MAX_BPS));
        require(
            terms.authorised >= core.supply() && terms.authorised <= CoreWords.MAX_UNITS,
            AuthorisedOutOfRange(terms.authorised, core.supply(), CoreWords.MAX_UNITS)
        );
        _atMost("holderLimit", terms.holderLimit, CoreWords.MAX_HOLDERS);
        _atMost("lockedUntil", terms.lockedUntil, CoreWords.MAX_TIME);
        _atMost("classMask", terms.classMask, AllowedWords.ALL_CLASSES);
        require(
            terms.countryMask & ~AllowedWords.ALL_COUNTRIES == 0,
            TermOutOfRange("countryMask", terms.countryMask, AllowedWords.ALL_COUNTRIES)
        );
        partition.core = core.withTerms(terms.authorised, terms.holderLimit, terms.capBps, terms.lockedUntil);
        partition.allowed = AllowedWords.pack(terms.countryMask, terms.classMask);
        emit PartitionTermsSet(terms.partition, terms);
    }

    function _atMost(bytes32 term, uint256 value, uint256 max) internal pure {
        require(value <= max, TermOutOfRange(term, value, max));
    }

    /// @dev Whatever is read here was consumed by an earlier call with the same id.
    function _consume(bytes32 operationId) internal {
        require(!_consumed[operationId], OperationConsumed(operationId));
        _consumed[operationId] = true;
        emit OperationDone(operationId);
    }

    /// @dev A holder's operation ids are its own: nobody else can use them up.
    function _ownOperation(bytes32 operationId) internal view returns (bytes32) {
        return keccak256(abi.encode(msg.sender, operationId));
    }

    function _unitsOf(bytes32 partition, address account) internal view returns (uint256) {
        return _placeOf(_partitions[partition], account).units();
    }

    /// @dev The word with a wallet's units in a partition, as it is stored.
    function _placeOf(Partition storage partition, address account) internal view returns (HolderWord) {
        return _isDefault(partition) ? _holders[account] : partition.places[account];
    }

    function _balanceOf(address account) internal view returns (uint256 total) {
        uint256 count = _partitionNames.length;
        for (uint256 i = 0; i < count; ++i) {
            total += _unitsOf(_partitionNames[i], account);
        }
    }
}
