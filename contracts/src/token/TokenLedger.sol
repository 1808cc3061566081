// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IdentityWord} from "../IdentityWord.sol";
import {IERC20} from "../interfaces/IERC20.sol";
import {IERC1410} from "../interfaces/IERC1400.sol";
import {IERC7943} from "../interfaces/IERC7943.sol";
import {CoreWord, HolderWord, HolderWords} from "./Words.sol";
import {TokenRules} from "./TokenRules.sol";

/// @title How units move: balances, supply and holder counts change together, whoever asks and whatever the path.
abstract contract TokenLedger is TokenRules {
    function _transfer(
        bytes32 partition,
        address from,
        address to,
        uint256 units,
        bytes memory data,
        bytes memory operatorData
    ) internal {
        Sides memory sides = _sides(from, to);
        _refuse(_judgeTransfer(partition, from, to, units, sides));
        _move(partition, from, to, units, sides, data, operatorData);
    }

    function _issue(bytes32 partition, address to, uint256 units, bytes memory data) internal {
        IdentityWord identity = _registry.wordOf(to);
        _refuse(_judgeIssue(partition, to, units, identity));
        CoreWord core = _partitions[partition].core.issued(units);
        if (units != 0 && _ownerUnits(partition, to, identity) == 0) core = core.entered();
        _partitions[partition].core = core;
        // Bounded by the authorised size, which fits 63 bits.
        unchecked {
            _setUnits(partition, to, _unitsOf(partition, to) + units);
        }
        emit IERC20.Transfer(address(0), to, units);
        emit IERC1410.IssuedByPartition(partition, to, units, data);
    }

    function _redeem(bytes32 partition, address from, uint256 units, bytes memory data, bytes memory operatorData)
        internal
    {
        IdentityWord identity = _registry.wordOf(from);
        _refuse(_judgeRedeem(partition, from, units, identity));
        _burn(partition, from, units, identity, data, operatorData);
    }

    function _forceTransfer(
        bytes32 partition,
        address from,
        address to,
        uint256 units,
        bytes memory data,
        bytes memory operatorData
    ) internal {
        Sides memory sides = _sides(from, to);
        _refuse(_judgeForcedTransfer(partition, from, to, units, sides.to));
        if (from != to) _unfreezeFor(from, units);
        _move(partition, from, to, units, sides, data, operatorData);
    }

    function _forceRedeem(bytes32 partition, address from, uint256 units, bytes memory data, bytes memory operatorData)
        internal
    {
        _refuse(_judgeForcedRedeem(partition, from, units));
        _unfreezeFor(from, units);
        _burn(partition, from, units, _registry.wordOf(from), data, operatorData);
    }

    function _setFrozenUnits(address account, uint256 units) internal {
        _frozenUnits[account] = units;
        _holders[account] = _holders[account].with(HolderWords.FROZEN_UNITS, units != 0);
        emit IERC7943.Frozen(account, units);
    }

    function _sides(address from, address to) internal view returns (Sides memory sides) {
        (sides.from, sides.to) = _registry.wordsOf(from, to);
    }

    function _move(
        bytes32 partition,
        address from,
        address to,
        uint256 units,
        Sides memory sides,
        bytes memory data,
        bytes memory operatorData
    ) private {
        if (units != 0 && from != to) {
            if (sides.from.number() != sides.to.number()) _recount(partition, from, to, units, sides);
            // The rules have seen units <= the sender's balance, and a sum of balances fits 63 bits.
            unchecked {
                _setUnits(partition, from, _unitsOf(partition, from) - units);
                _setUnits(partition, to, _unitsOf(partition, to) + units);
            }
        }
        emit IERC20.Transfer(from, to, units);
        emit IERC1410.TransferByPartition(partition, msg.sender, from, to, units, data, operatorData);
    }

    function _recount(bytes32 partition, address from, address to, uint256 units, Sides memory sides) private {
        bool enters = _ownerUnits(partition, to, sides.to) == 0;
        bool leaves = _ownerUnits(partition, from, sides.from) == units;
        if (enters == leaves) return;
        CoreWord core = _partitions[partition].core;
        _partitions[partition].core = enters ? core.entered() : core.left();
    }

    function _burn(
        bytes32 partition,
        address from,
        uint256 units,
        IdentityWord identity,
        bytes memory data,
        bytes memory operatorData
    ) private {
        CoreWord core = _partitions[partition].core.redeemed(units);
        if (units != 0 && _ownerUnits(partition, from, identity) == units) core = core.left();
        _partitions[partition].core = core;
        // The rules have seen units <= the holder's balance.
        unchecked {
            _setUnits(partition, from, _unitsOf(partition, from) - units);
        }
        emit IERC20.Transfer(from, address(0), units);
        emit IERC1410.RedeemedByPartition(partition, msg.sender, from, units, data, operatorData);
    }

    /// @dev Frozen units leave only by force, and the freeze shrinks by exactly those that left.
    function _unfreezeFor(address account, uint256 units) private {
        if (!_holders[account].has(HolderWords.FROZEN_UNITS)) return;
        uint256 free = _freeUnits(account);
        if (units > free) _setFrozenUnits(account, _frozenUnits[account] - (units - free));
    }

    function _setUnits(bytes32 partition, address account, uint256 units) private {
        if (partition == _defaultPartition()) {
            HolderWord word = _holders[account];
            _holders[account] = HolderWord.wrap(HolderWord.unwrap(word) >> 64 << 64 | units);
        } else {
            _partitions[partition].units[account] = units;
        }
    }
}
