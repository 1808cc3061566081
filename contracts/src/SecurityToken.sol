// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IBackOffice} from "./interfaces/IBackOffice.sol";
import {IERC20} from "./interfaces/IERC20.sol";
import {IERC1410, IERC1594, IERC1644} from "./interfaces/IERC1400.sol";
import {IERC7943} from "./interfaces/IERC7943.sol";
import {Delegation} from "./token/Delegation.sol";
import {Reasons, Status} from "./token/Reasons.sol";
import {TokenBirth} from "./token/TokenBirth.sol";
import {TokenConfig} from "./token/TokenState.sol";
import {TokenUrgent} from "./token/TokenUrgent.sol";

/// @title A pool's security token of the ERC-1400 family (1410, 1594, 1643, 1644 over ERC-20) with ERC-7943.
/// @notice Whatever sends units is here; whatever else it does is in `SecurityTokenDesk`, and what is asked or set seldom
/// in `SecurityTokenBackOffice` behind it, reached through the fallback at addresses that never change.
contract SecurityToken is TokenUrgent, TokenBirth {
    bytes32 private immutable DEFAULT_PARTITION;
    /// @dev Where the default partition stands in storage.
    bytes32 private immutable WHOLE;
    address private immutable DESK;

    constructor(TokenConfig memory config) {
        _begin(config);
        DEFAULT_PARTITION = config.partitions[0].partition;
        DESK = IBackOffice(config.backOffice).desk();
        Partition storage first = _partitions[config.partitions[0].partition];
        bytes32 slot;
        assembly {
            slot := first.slot
        }
        WHOLE = slot;
    }

    /// @dev Everything not named here runs the desk's code, or that of what stands behind it, on this token's storage.
    fallback() external {
        Delegation.forward(DESK);
    }

    // ERC-20, on the default partition.

    function transfer(address to, uint256 value) external returns (bool) {
        _transfer(DEFAULT_PARTITION, msg.sender, to, value);
        return true;
    }

    function transferFrom(address from, address to, uint256 value) external returns (bool) {
        _spendAllowance(from, value);
        _transfer(DEFAULT_PARTITION, from, to, value);
        return true;
    }

    function approve(address spender, uint256 value) external returns (bool) {
        _allowances[msg.sender][spender] = value;
        emit IERC20.Approval(msg.sender, spender, value);
        return true;
    }

    /// @notice Units over all partitions.
    function balanceOf(address account) external view returns (uint256) {
        return _balanceOf(account);
    }

    // ERC-1594, on the default partition.

    function transferWithData(address to, uint256 value, bytes calldata data) external {
        _transfer(DEFAULT_PARTITION, msg.sender, to, value);
        emit IERC1410.TransferByPartition(DEFAULT_PARTITION, msg.sender, msg.sender, to, value, data, "");
    }

    function transferFromWithData(address from, address to, uint256 value, bytes calldata data) external {
        _spendAllowance(from, value);
        _transfer(DEFAULT_PARTITION, from, to, value);
        emit IERC1410.TransferByPartition(DEFAULT_PARTITION, msg.sender, from, to, value, data, "");
    }

    function issue(address tokenHolder, uint256 value, bytes calldata data) external onlyRole(ISSUER) {
        _issue(DEFAULT_PARTITION, tokenHolder, value);
        emit IERC1594.Issued(msg.sender, tokenHolder, value, data);
    }

    function redeem(uint256 value, bytes calldata data) external {
        _redeem(DEFAULT_PARTITION, msg.sender, value);
        emit IERC1594.Redeemed(msg.sender, msg.sender, value, data);
    }

    function redeemFrom(address tokenHolder, uint256 value, bytes calldata data) external {
        _spendAllowance(tokenHolder, value);
        _redeem(DEFAULT_PARTITION, tokenHolder, value);
        emit IERC1594.Redeemed(msg.sender, tokenHolder, value, data);
    }

    // ERC-1410.

    function balanceOfByPartition(bytes32 partition, address tokenHolder) external view returns (uint256) {
        return _unitsOf(partition, tokenHolder);
    }

    function transferByPartition(bytes32 partition, address to, uint256 value, bytes calldata data)
        external
        returns (bytes32)
    {
        _transfer(partition, msg.sender, to, value);
        emit IERC1410.TransferByPartition(partition, msg.sender, msg.sender, to, value, data, "");
        return partition;
    }

    function operatorTransferByPartition(
        bytes32 partition,
        address from,
        address to,
        uint256 value,
        bytes calldata data,
        bytes calldata operatorData
    ) external returns (bytes32) {
        _requireOperator(partition, from);
        _transfer(partition, from, to, value);
        emit IERC1410.TransferByPartition(partition, msg.sender, from, to, value, data, operatorData);
        return partition;
    }

    function issueByPartition(bytes32 partition, address tokenHolder, uint256 value, bytes calldata data)
        external
        onlyRole(ISSUER)
    {
        _issue(partition, tokenHolder, value);
        emit IERC1410.IssuedByPartition(partition, tokenHolder, value, data);
    }

    function redeemByPartition(bytes32 partition, uint256 value, bytes calldata data) external {
        _redeem(partition, msg.sender, value);
        emit IERC1410.RedeemedByPartition(partition, msg.sender, msg.sender, value, data, "");
    }

    function operatorRedeemByPartition(
        bytes32 partition,
        address tokenHolder,
        uint256 value,
        bytes calldata data,
        bytes calldata operatorData
    ) external {
        _requireOperator(partition, tokenHolder);
        _redeem(partition, tokenHolder, value);
        emit IERC1410.RedeemedByPartition(partition, msg.sender, tokenHolder, value, data, operatorData);
    }

    // Batches: an operation id works once and one refusal reverts all.

    function issueBatch(bytes32 operationId, bytes32 partition, address[] calldata holders, uint256[] calldata units)
        external
        onlyRole(ISSUER)
    {
        _issueBatch(operationId, partition, holders, units);
    }

    /// @notice From the caller to many. The operation id is the caller's own: another's does not use it up.
    function transferBatch(bytes32 operationId, bytes32 partition, address[] calldata to, uint256[] calldata units)
        external
    {
        _transferBatch(operationId, partition, to, units);
    }

    // ERC-1644 and ERC-7943: the transfer agent, by force.

    function controllerTransfer(
        address from,
        address to,
        uint256 value,
        bytes calldata data,
        bytes calldata operatorData
    ) external onlyRole(TRANSFER_AGENT) {
        _forceTransfer(DEFAULT_PARTITION, from, to, value);
        emit IERC1644.ControllerTransfer(msg.sender, from, to, value, data, operatorData);
    }

    function controllerTransferByPartition(
        bytes32 partition,
        address from,
        address to,
        uint256 value,
        bytes calldata data,
        bytes calldata operatorData
    ) external onlyRole(TRANSFER_AGENT) {
        _forceTransfer(partition, from, to, value);
        emit IERC1410.TransferByPartition(partition, msg.sender, from, to, value, data, operatorData);
        emit IERC1644.ControllerTransfer(msg.sender, from, to, value, data, operatorData);
    }

    function controllerRedeem(address tokenHolder, uint256 value, bytes calldata data, bytes calldata operatorData)
        external
        onlyRole(TRANSFER_AGENT)
    {
        _forceRedeem(DEFAULT_PARTITION, tokenHolder, value);
        emit IERC1644.ControllerRedemption(msg.sender, tokenHolder, value, data, operatorData);
    }

    function controllerRedeemByPartition(
        bytes32 partition,
        address tokenHolder,
        uint256 value,
        bytes calldata data,
        bytes calldata operatorData
    ) external onlyRole(TRANSFER_AGENT) {
        _forceRedeem(partition, tokenHolder, value);
        emit IERC1410.RedeemedByPartition(partition, msg.sender, tokenHolder, value, data, operatorData);
        emit IERC1644.ControllerRedemption(msg.sender, tokenHolder, value, data, operatorData);
    }

    function forcedTransfer(address from, address to, uint256 amount) external onlyRole(TRANSFER_AGENT) returns (bool) {
        _forceTransfer(DEFAULT_PARTITION, from, to, amount);
        emit IERC7943.ForcedTransfer(from, to, amount);
        return true;
    }

    function _defaultPartition() internal view override returns (bytes32) {
        return DEFAULT_PARTITION;
    }

    function _whole() internal view override returns (Partition storage first) {
        bytes32 slot = WHOLE;
        assembly ("memory-safe") {
            first.slot := slot
        }
    }

    function _requireOperator(bytes32 partition, address holder) private view {
        _checkActor(msg.sender);
        if (!_isOperatorFor(partition, msg.sender, holder)) {
            _refuse(Status.INVALID_OPERATOR, Reasons.OPERATOR, 0, 0);
        }
    }

    function _spendAllowance(address owner, uint256 value) private {
        _checkActor(msg.sender);
        uint256 allowed = _allowances[owner][msg.sender];
        if (value > allowed) {
            _refuse(Status.INSUFFICIENT_ALLOWANCE, Reasons.ALLOWANCE, value, allowed);
        }
        // The largest number means without limit and is not counted down.
        if (allowed != type(uint256).max) _allowances[owner][msg.sender] = allowed - value;
    }
}
