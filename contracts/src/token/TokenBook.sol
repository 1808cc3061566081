// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IdentityWords} from "../IdentityWord.sol";
import {CoreWord} from "./CoreWord.sol";
import {HolderWord, HolderWords} from "./HolderWord.sol";
import {TokenState} from "./TokenState.sol";

/// @title What a movement reads: the partition's words and those of the wallets, each once.
/// @notice The identities stand in the registry; the token keeps a copy of each wallet's in the wallet's own word, so
/// that a movement asks nobody. The registry tells every token that has a copy of every change in the same transaction;
/// an expiry needs no telling. A wallet without a copy, and a token that may keep none, are answered by the registry.
abstract contract TokenBook is TokenState {
    /// @dev The partition's own word, and that of the default partition with the flags and records of the whole token.
    function _cores(bytes32 partition) internal view returns (CoreWord core, CoreWord whole) {
        bytes32 first = _defaultPartition();
        core = _partitions[partition].core;
        whole = partition == first ? core : _partitions[first].core;
    }

    /// @dev A wallet's own word, and the one with its units in the partition: the same one in the default partition.
    function _wordsOf(bytes32 partition, address account) internal view returns (HolderWord holder, HolderWord place) {
        holder = _holderOf(account);
        place = partition == _defaultPartition() ? holder : _partitions[partition].places[account];
    }

    /// @dev The stored word with a wallet's units in a partition.
    function _placeOf(bytes32 partition, address account) internal view returns (HolderWord) {
        return partition == _defaultPartition() ? _holders[account] : _partitions[partition].places[account];
    }

    /// @dev Units of a wallet in a partition that holds keep for somebody.
    function _heldUnits(bytes32 partition, address account, HolderWord place) internal view returns (uint256) {
        return partition == _defaultPartition() ? _encumbrances[account].held() : place.held();
    }

    /// @dev The wallet that acts in the place of one that was recovered, perhaps more than once; otherwise itself.
    function _currentOf(address account) internal view returns (address) {
        while (_holders[account].has(HolderWords.RECOVERED)) account = _encumbrances[account].successor();
        return account;
    }

    /// @dev Whether anything of a wallet is frozen or held, as it is stored.
    function _isEncumbered(address account) internal view returns (bool) {
        if (!_encumbrances[account].isNone()) return true;
        uint256 count = _partitionNames.length;
        for (uint256 i = 1; i < count; ++i) {
            if (_partitions[_partitionNames[i]].places[account].held() != 0) return true;
        }
        return false;
    }

    function _holderOf(address account) internal view returns (HolderWord holder) {
        holder = _holders[account];
        if (!holder.hasIdentity()) {
            holder = holder.withIdentity(_registry.wordOf(account)).with(HolderWords.LENT, true);
        }
    }

    /// @dev Units of the beneficial owner of a wallet; other wallets are read only when there are any.
    function _ownerUnits(bytes32 partition, address account, HolderWord holder, HolderWord place)
        internal
        view
        returns (uint256)
    {
        if (!holder.identity().has(IdentityWords.SEVERAL)) return place.units();
        return place.units() + _otherUnits(partition, account);
    }

    function _otherUnits(bytes32 partition, address account) private view returns (uint256 total) {
        address[] memory wallets = _registry.walletsOf(account);
        // The wallet itself comes first.
        for (uint256 i = 1; i < wallets.length; ++i) {
            total += _unitsOf(partition, wallets[i]);
        }
    }
}
