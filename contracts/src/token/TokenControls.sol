// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {CoreWord, CoreWords} from "./CoreWord.sol";
import {EncumbranceWords} from "./EncumbranceWord.sol";
import {HolderWord, HolderWords} from "./HolderWord.sol";
import {TokenLedger} from "./TokenLedger.sol";
import {PartitionTerms} from "./TokenState.sol";

/// @title Terms, primary, control, pauses, freezes and lock-ups: what the roles set.
abstract contract TokenControls is TokenLedger {
    event Unpaused(address indexed account);
    event PartitionPausedSet(bytes32 indexed partition, bool paused);
    event WalletLockSet(address indexed account, uint40 lockedUntil);
    event PrimaryClosed();
    event ControlRenounced();

    error PrimaryAlreadyClosed();

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
        HolderWord holder = _holders[account];
        require(!holder.has(HolderWords.RECOVERED), WalletIsRecovered(account));
        _atMost("frozen", amount, EncumbranceWords.MAX_FROZEN);
        _setFrozenUnits(account, amount);
        _holders[account] = holder.with(HolderWords.ENCUMBERED, amount != 0 || _isEncumbered(account));
        return true;
    }

    function getFrozenTokens(address account) external view returns (uint256) {
        return _holders[account].has(HolderWords.RECOVERED) ? 0 : _encumbrances[account].frozen();
    }

    /// @notice Locks all units of one wallet until a moment; 0 ends the lock.
    function setWalletLock(address account, uint40 lockedUntil) external onlyRole(COMPLIANCE) {
        _holders[account] = _holders[account].withLock(lockedUntil);
        emit WalletLockSet(account, lockedUntil);
    }

    function walletLock(address account) external view returns (uint256 lockedUntil) {
        return _holders[account].lockedUntil();
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
