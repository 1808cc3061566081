// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IdentityWords} from "../IdentityWord.sol";
import {CoreWord} from "./CoreWord.sol";
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

    function _otherUnits(Partition storage partition, address account) private view returns (uint256 total) {
        address[] memory wallets = _registry.walletsOf(account);
        // The wallet itself comes first.
        for (uint256 i = 1; i < wallets.length; ++i) {
            total += _placeOf(partition, wallets[i]).units();
        }
    }
}
