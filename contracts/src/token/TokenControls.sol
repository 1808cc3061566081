// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IdentityWord} from "../IdentityWord.sol";
import {IIdentityCopy} from "../interfaces/IIdentityRegistry.sol";
import {CoreWord, CoreWords} from "./CoreWord.sol";
import {HolderWord, HolderWords} from "./HolderWord.sol";
import {TokenLedger} from "./TokenLedger.sol";
import {PartitionTerms} from "./TokenState.sol";

/// @title Terms, primary, control, pauses, freezes and lock-ups: what the roles set.
abstract contract TokenControls is TokenLedger, IIdentityCopy {
    event Unpaused(address indexed account);
    event PartitionPausedSet(bytes32 indexed partition, bool paused);
    event WalletLockSet(address indexed account, uint40 lockedUntil);
    event PrimaryClosed();
    event ControlRenounced();

    error PrimaryAlreadyClosed();
    error NotTheRegistry(address caller);

    // Terms, primary, control.

    function addPartition(PartitionTerms calldata terms) external onlyRole(ISSUER) {
        _addPartition(terms);
    }

    function setPartitionTerms(PartitionTerms calldata terms) external onlyRole(COMPLIANCE) {
        _known(terms.partition);
        _setTerms(terms);
    }

    /// @notice Ends issuance for good; from here on caps are measured against the units outstanding.
    function closePrimary() external onlyRole(ISSUER) {
        require(!_tokenFlag(CoreWords.PRIMARY_CLOSED), PrimaryAlreadyClosed());
        _setFlag(_defaultPartition(), CoreWords.PRIMARY_CLOSED, true);
        emit PrimaryClosed();
    }

    function isIssuable() external view returns (bool) {
        return !_tokenFlag(CoreWords.PRIMARY_CLOSED);
    }

    /// @notice Gives up forced transfers and redemptions for good.
    function renounceControl() external onlyAdmin {
        _setFlag(_defaultPartition(), CoreWords.CONTROL_RENOUNCED, true);
        emit ControlRenounced();
    }

    function isControllable() external view returns (bool) {
        return !_tokenFlag(CoreWords.CONTROL_RENOUNCED);
    }

    // Pauses and freezes.

    function unpause() external onlyRole(PAUSER) {
        _setFlag(_defaultPartition(), CoreWords.ALL_PAUSED, false);
        emit Unpaused(msg.sender);
    }

    function paused() external view returns (bool) {
        return _tokenFlag(CoreWords.ALL_PAUSED);
    }

    function setPartitionPaused(bytes32 partition, bool paused_) external onlyRole(PAUSER) {
        _known(partition);
        _setFlag(partition, CoreWords.PAUSED, paused_);
        emit PartitionPausedSet(partition, paused_);
    }

    function isWalletFrozen(address account) external view returns (bool) {
        return _holders[account].has(HolderWords.WALLET_FROZEN);
    }

    /// @notice Freezes `amount` units of the account over all partitions; it may exceed the balance.
    function setFrozenTokens(address account, uint256 amount) external onlyRole(COMPLIANCE) returns (bool) {
        _holders[account] = _holders[account].with(HolderWords.FROZEN_UNITS, amount != 0);
        _setFrozenUnits(account, amount);
        return true;
    }

    function getFrozenTokens(address account) external view returns (uint256) {
        return _frozenUnits[account];
    }

    /// @notice Locks all units of one wallet until a moment; 0 ends the lock.
    function setWalletLock(address account, uint40 lockedUntil) external onlyRole(COMPLIANCE) {
        _holders[account] = _holders[account].withLock(lockedUntil);
        emit WalletLockSet(account, lockedUntil);
    }

    function walletLock(address account) external view returns (uint256 lockedUntil) {
        return _holders[account].lockedUntil();
    }

    // Identities.

    /// @notice Copies what the registry knows into the wallets' words, so that their first movement is cheap too.
    /// @dev A wallet's first units do the same by themselves.
    function admit(address[] calldata wallets) external onlyRole(COMPLIANCE) {
        for (uint256 i = 0; i < wallets.length; ++i) {
            HolderWord holder = _holders[wallets[i]];
            if (holder.identity().number() != 0 || !_registry.copyTo(wallets[i])) continue;
            _holders[wallets[i]] = holder.withIdentity(_registry.wordOf(wallets[i]));
        }
    }

    /// @inheritdoc IIdentityCopy
    function identityChanged(address wallet, IdentityWord word) external {
        require(msg.sender == address(_registry), NotTheRegistry(msg.sender));
        HolderWord holder = _holders[wallet];
        if (holder.identity().number() != 0) _holders[wallet] = holder.withIdentity(word);
    }

    /// @notice Whether the wallet's identity stands in this token, so that a movement asks no other contract.
    function hasCopy(address wallet) external view returns (bool) {
        return _holders[wallet].identity().number() != 0;
    }

    function _setFlag(bytes32 partition, uint256 flag, bool on) private {
        _partitions[partition].core = _partitions[partition].core.with(flag, on);
    }

    function _tokenFlag(uint256 flag) private view returns (bool) {
        return _partitions[_defaultPartition()].core.has(flag);
    }

    function _known(bytes32 partition) internal view returns (CoreWord core) {
        core = _partitions[partition].core;
        require(core.has(CoreWords.EXISTS), PartitionUnknown(partition));
    }
}
