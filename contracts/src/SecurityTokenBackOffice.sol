// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {AccessRoles} from "./AccessRoles.sol";
import {IdentityWord} from "./IdentityWord.sol";
import {IERC20} from "./interfaces/IERC20.sol";
import {IERC1410, IERC1594, IERC1643, IERC1644} from "./interfaces/IERC1400.sol";
import {IERC7943} from "./interfaces/IERC7943.sol";
import {CoreWord, CoreWords, HolderWords} from "./token/Words.sol";
import {Reasons, Status} from "./token/Reasons.sol";
import {PartitionTerms} from "./token/TokenState.sol";
import {TokenLedger} from "./token/TokenLedger.sol";

/// @title What a token is asked or told seldom: descriptions, dry runs, terms, freezes, pauses, operators, documents.
/// @notice One deployment serves all tokens; it works on the storage of the token that calls it, never on its own.
contract SecurityTokenBackOffice is TokenLedger, AccessRoles {
    event Paused(address indexed account);
    event Unpaused(address indexed account);
    event PartitionPausedSet(bytes32 indexed partition, bool paused);
    event WalletFrozenSet(address indexed account, bool frozen);
    event PrimaryClosed();
    event ControlRenounced();

    error PartitionUnknown(bytes32 partition);
    error DocumentUnknown(bytes32 name);
    error PrimaryAlreadyClosed();

    // Descriptions.

    function name() external view returns (string memory) {
        return _name;
    }

    function symbol() external view returns (string memory) {
        return _symbol;
    }

    function decimals() external view returns (uint8) {
        return _decimals;
    }

    function registry() external view returns (address) {
        return address(_registry);
    }

    /// @notice Units outstanding over all partitions.
    function totalSupply() external view returns (uint256 total) {
        for (uint256 i = 0; i < _partitionNames.length; ++i) {
            total += _partitions[_partitionNames[i]].core.supply();
        }
    }

    function totalSupplyByPartition(bytes32 partition) external view returns (uint256) {
        return _partitions[partition].core.supply();
    }

    function defaultPartition() external view returns (bytes32) {
        return _defaultPartition();
    }

    function partitions() external view returns (bytes32[] memory) {
        return _partitionNames;
    }

    function partitionsOf(address tokenHolder) external view returns (bytes32[] memory held) {
        held = new bytes32[](_partitionNames.length);
        uint256 count = 0;
        for (uint256 i = 0; i < held.length; ++i) {
            if (_unitsOf(_partitionNames[i], tokenHolder) != 0) held[count++] = _partitionNames[i];
        }
        // Only shortens the array that was just made.
        assembly ("memory-safe") {
            mstore(held, count)
        }
    }

    function termsOf(bytes32 partition) external view returns (PartitionTerms memory) {
        CoreWord core = _known(partition);
        return PartitionTerms({
            partition: partition,
            authorised: uint64(_partitions[partition].authorised),
            capBps: core.capBps(),
            holderLimit: core.holderLimit(),
            classMask: core.classMask(),
            lockedUntil: core.lockedUntil(),
            countryMask: _partitions[partition].countryMask
        });
    }

    /// @notice Where a partition stands; `capUnits` is the cap per owner as of now, 0 for none.
    function stateOf(bytes32 partition)
        external
        view
        returns (uint256 supply, uint256 holders, uint256 capUnits, bool partitionPaused)
    {
        CoreWord core = _known(partition);
        return (
            core.supply(),
            core.holders(),
            core.capBps() == 0 ? 0 : _capUnits(partition, core, core.supply()),
            core.has(CoreWords.PAUSED)
        );
    }

    function isConsumed(bytes32 operationId) external view returns (bool) {
        return _consumed[operationId];
    }

    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return interfaceId == 0x01ffc9a7 // ERC-165
            || interfaceId == type(IERC20).interfaceId || interfaceId == type(IERC1410).interfaceId
            || interfaceId == type(IERC1594).interfaceId || interfaceId == type(IERC1643).interfaceId
            || interfaceId == type(IERC1644).interfaceId || interfaceId == type(IERC7943).interfaceId;
    }

    // Dry runs: the same judgement as the real call.

    /// @notice The first refusal of a transfer by `from` itself, with its numbers; status 0x51 when there is none.
    function judgeTransfer(bytes32 partition, address from, address to, uint256 units)
        external
        view
        returns (bytes1 status, bytes32 reason, uint256 value, uint256 limit)
    {
        return _verdict(_judgeTransfer(partition, from, to, units, _sides(from, to)));
    }

    /// @notice As `judgeTransfer`, for an issuance.
    function judgeIssue(bytes32 partition, address to, uint256 units)
        external
        view
        returns (bytes1 status, bytes32 reason, uint256 value, uint256 limit)
    {
        return _verdict(_judgeIssue(partition, to, units, _registry.wordOf(to)));
    }

    /// @notice As `judgeTransfer`, for a redemption by `from` itself.
    function judgeRedeem(bytes32 partition, address from, uint256 units)
        external
        view
        returns (bytes1 status, bytes32 reason, uint256 value, uint256 limit)
    {
        return _verdict(_judgeRedeem(partition, from, units, _registry.wordOf(from)));
    }

    /// @notice As `judgeTransfer`, for a transfer by the controller.
    function judgeForcedTransfer(bytes32 partition, address from, address to, uint256 units)
        external
        view
        returns (bytes1 status, bytes32 reason, uint256 value, uint256 limit)
    {
        return _verdict(_judgeForcedTransfer(partition, from, to, units, _registry.wordOf(to)));
    }

    function canTransferByPartition(address from, address to, bytes32 partition, uint256 value, bytes calldata)
        external
        view
        returns (bytes1, bytes32, bytes32)
    {
        Refusal memory refusal = _judgeTransfer(partition, from, to, value, _sides(from, to));
        return
            refusal.reason == 0 ? (Status.SUCCESS, bytes32(0), partition) : (refusal.status, refusal.reason, partition);
    }

    /// @notice As `canTransferByPartition`, when `operator` would do it.
    function canOperatorTransferByPartition(
        address operator,
        bytes32 partition,
        address from,
        address to,
        uint256 value,
        bytes calldata
    ) external view returns (bytes1, bytes32) {
        if (!_isOperatorFor(partition, operator, from)) return (Status.INVALID_OPERATOR, Reasons.OPERATOR);
        return _short(_judgeTransfer(partition, from, to, value, _sides(from, to)));
    }

    /// @dev ERC-1594: the caller is the sender.
    function canTransfer(address to, uint256 value, bytes calldata) external view returns (bytes1, bytes32) {
        return _short(_judgeTransfer(_defaultPartition(), msg.sender, to, value, _sides(msg.sender, to)));
    }

    /// @dev ERC-1594: the caller is the spender.
    function canTransferFrom(address from, address to, uint256 value, bytes calldata)
        external
        view
        returns (bytes1, bytes32)
    {
        if (value > _allowances[from][msg.sender]) return (Status.INSUFFICIENT_ALLOWANCE, Reasons.ALLOWANCE);
        return _short(_judgeTransfer(_defaultPartition(), from, to, value, _sides(from, to)));
    }

    /// @dev ERC-7943, on the default partition.
    function canTransfer(address from, address to, uint256 amount) external view returns (bool) {
        return _judgeTransfer(_defaultPartition(), from, to, amount, _sides(from, to)).reason == 0;
    }

    /// @notice Whether the account may send at all; amounts, lock-ups and pauses are `canTransfer`'s.
    function canSend(address account) external view returns (bool) {
        return _isEligible(account);
    }

    /// @notice Whether the account may receive at all; a partition's countries, classes and limits are `canTransfer`'s.
    function canReceive(address account) external view returns (bool) {
        return _isEligible(account);
    }

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

    function pause() external onlyRole(PAUSER) {
        _setFlag(_defaultPartition(), CoreWords.ALL_PAUSED, true);
        emit Paused(msg.sender);
    }

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

    /// @notice Freezes or unfreezes one wallet in this token; a whole identity is frozen in the registry.
    function setWalletFrozen(address account, bool frozen) external onlyRole(COMPLIANCE) {
        _holders[account] = _holders[account].with(HolderWords.WALLET_FROZEN, frozen);
        emit WalletFrozenSet(account, frozen);
    }

    function isWalletFrozen(address account) external view returns (bool) {
        return _holders[account].has(HolderWords.WALLET_FROZEN);
    }

    /// @notice Freezes `amount` units of the account over all partitions; it may exceed the balance.
    function setFrozenTokens(address account, uint256 amount) external onlyRole(COMPLIANCE) returns (bool) {
        _setFrozenUnits(account, amount);
        return true;
    }

    function getFrozenTokens(address account) external view returns (uint256) {
        return _frozenUnits[account];
    }

    // Operators (ERC-1410): they act for a holder and are bound by every rule that binds the holder.

    function isOperator(address operator, address tokenHolder) external view returns (bool) {
        return operator == tokenHolder || _operators[tokenHolder][operator];
    }

    function isOperatorForPartition(bytes32 partition, address operator, address tokenHolder)
        external
        view
        returns (bool)
    {
        return _isOperatorFor(partition, operator, tokenHolder);
    }

    function authorizeOperator(address operator) external {
        _operators[msg.sender][operator] = true;
        emit IERC1410.AuthorizedOperator(operator, msg.sender);
    }

    function revokeOperator(address operator) external {
        _operators[msg.sender][operator] = false;
        emit IERC1410.RevokedOperator(operator, msg.sender);
    }

    function authorizeOperatorByPartition(bytes32 partition, address operator) external {
        _partitionOperators[msg.sender][partition][operator] = true;
        emit IERC1410.AuthorizedOperatorByPartition(partition, operator, msg.sender);
    }

    function revokeOperatorByPartition(bytes32 partition, address operator) external {
        _partitionOperators[msg.sender][partition][operator] = false;
        emit IERC1410.RevokedOperatorByPartition(partition, operator, msg.sender);
    }

    // Documents (ERC-1643).

    function getDocument(bytes32 name_) external view returns (string memory, bytes32, uint256) {
        Document storage document = _documents[name_];
        return (document.uri, document.hash, document.updatedAt);
    }

    function setDocument(bytes32 name_, string calldata uri, bytes32 documentHash) external onlyRole(ISSUER) {
        Document storage document = _documents[name_];
        if (document.place == 0) {
            _documentNames.push(name_);
            document.place = uint32(_documentNames.length);
        }
        document.uri = uri;
        document.hash = documentHash;
        document.updatedAt = uint64(block.timestamp);
        emit IERC1643.DocumentUpdated(name_, uri, documentHash);
    }

    function removeDocument(bytes32 name_) external onlyRole(ISSUER) {
        Document memory document = _documents[name_];
        require(document.place != 0, DocumentUnknown(name_));
        bytes32 last = _documentNames[_documentNames.length - 1];
        _documentNames[document.place - 1] = last;
        _documents[last].place = document.place;
        _documentNames.pop();
        delete _documents[name_];
        emit IERC1643.DocumentRemoved(name_, document.uri, document.hash);
    }

    function getAllDocuments() external view returns (bytes32[] memory) {
        return _documentNames;
    }

    function _defaultPartition() internal view override returns (bytes32) {
        return _partitionNames[0];
    }

    function _setFlag(bytes32 partition, uint256 flag, bool on) private {
        _partitions[partition].core = _partitions[partition].core.with(flag, on);
    }

    function _known(bytes32 partition) private view returns (CoreWord core) {
        core = _partitions[partition].core;
        require(core.has(CoreWords.EXISTS), PartitionUnknown(partition));
    }

    function _isEligible(address account) private view returns (bool) {
        IdentityWord identity = _registry.wordOf(account);
        return identity.isActive() && identity.isValid() && !_isFrozen(account, identity);
    }

    function _verdict(Refusal memory refusal) private pure returns (bytes1, bytes32, uint256, uint256) {
        if (refusal.reason == 0) return (Status.SUCCESS, 0, 0, 0);
        return (refusal.status, refusal.reason, refusal.value, refusal.limit);
    }

    function _short(Refusal memory refusal) private pure returns (bytes1, bytes32) {
        return refusal.reason == 0 ? (Status.SUCCESS, bytes32(0)) : (refusal.status, refusal.reason);
    }
}
