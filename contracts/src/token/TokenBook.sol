// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IdentityWords} from "../IdentityWord.sol";
import {CoreWord, CoreWords} from "./CoreWord.sol";
import {HolderWord, HolderWords} from "./HolderWord.sol";
import {TokenState} from "./TokenState.sol";

/// @title What a movement reads: the partition's word and those of the wallets, each once.
/// @notice The identities stand in the registry; the token keeps a copy of each wallet's in the wallet's own word, so
/// that a movement asks nobody. The registry tells every token that has a copy of every change in the same transaction;
/// an expiry needs no telling. A wallet without a copy, and a token that may keep none, are answered by the registry.
/// @dev Whatever the partition, the rules see one word of it, with the flags of the whole token, and one word of each
/// wallet, with its units in that partition.
abstract contract TokenBook is TokenState {
    function _coreOf(Partition storage partition) internal view returns (CoreWord core) {
        core = partition.core;
        if (!_isDefault(partition)) core = core.under(_whole().core);
    }

    function _wordOf(Partition storage partition, address account) internal view returns (HolderWord word) {
        word = _holderOf(account);
        if (!_isDefault(partition)) word = word.inPlace(partition.places[account]);
    }

    /// @dev Units of a wallet in a partition that holds keep for somebody.
    function _heldUnits(Partition storage partition, address account) internal view returns (uint256) {
        return _isDefault(partition) ? _encumbrances[account].held() : partition.held[account];
    }

    /// @dev Whether a wallet was recovered; its word is read only when the token ever saw a recovery.
    function _isRecovered(address account) internal view returns (bool) {
        return _whole().core.has(CoreWords.RECOVERIES) && _holders[account].has(HolderWords.RECOVERED);
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
            if (_partitions[_partitionNames[i]].held[account] != 0) return true;
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
    function _ownerUnits(Partition storage partition, address account, HolderWord word)
        internal
        view
        returns (uint256 units)
    {
        units = word.units();
        if (word.identity().has(IdentityWords.SEVERAL)) units += _otherUnits(partition, account);
    }

    /// @dev Owners enter with their first units and leave with their last.
    function _enters(Partition storage partition, address to, HolderWord receiver) internal view returns (bool) {
        return receiver.units() == 0 && _ownerUnits(partition, to, receiver) == 0;
    }

    /// @dev The caller has checked that the wallet has the units.
    function _leaves(Partition storage partition, address from, HolderWord sender, uint256 units)
        internal
        view
        returns (bool)
    {
        return sender.units() == units && _ownerUnits(partition, from, sender) == units;
    }

    /// @dev What a co-signature of the issuer allows in a partition.
    function _cosignatureKey(address from, address to, uint256 units) internal pure returns (bytes32) {
        return keccak256(abi.encode(from, to, units));
    }

    function _refuse(bytes1 status, bytes32 reason, uint256 value, uint256 limit) internal pure {
        revert TransferRefused(status, reason, value, limit);
    }

    function _otherUnits(Partition storage partition, address account) private view returns (uint256 total) {
        address[] memory wallets = _registry.walletsOf(account);
        // The wallet itself comes first.
        for (uint256 i = 1; i < wallets.length; ++i) {
            total += _placeOf(partition, wallets[i]).units();
        }
    }
}
