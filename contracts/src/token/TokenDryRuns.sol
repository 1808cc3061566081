// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {HolderWord} from "./HolderWord.sol";
import {Reasons, Status} from "./Reasons.sol";
import {TokenRules} from "./TokenRules.sol";

/// @title Dry runs: the same checks as the real call, whose revert is read and spelled out.
abstract contract TokenDryRuns is TokenRules {
    /// @notice Reverts with the refusal that a transfer by `from` itself would meet.
    function checkTransfer(bytes32 name, address from, address to, uint256 units) external view {
        Partition storage partition = _partitions[name];
        HolderWord sender = _wordOf(partition, from);
        _checkTransfer(partition, _coreOf(partition), from, sender, to, _wordOf(partition, to), units);
    }

    /// @notice As `checkTransfer`, for an issuance.
    function checkIssue(bytes32 name, address to, uint256 units) external view {
        Partition storage partition = _partitions[name];
        _checkIssue(partition, _coreOf(partition), to, _wordOf(partition, to), units);
    }

    /// @notice As `checkTransfer`, for a redemption by `from` itself.
    function checkRedemption(bytes32 name, address from, uint256 units) external view {
        Partition storage partition = _partitions[name];
        _checkRedemption(partition, _coreOf(partition), from, _wordOf(partition, from), units);
    }

    /// @notice As `checkTransfer`, for a transfer by the controller.
    function checkForcedTransfer(bytes32 name, address from, address to, uint256 units) external view {
        Partition storage partition = _partitions[name];
        HolderWord sender = _wordOf(partition, from);
        _checkForcedTransfer(partition, _coreOf(partition), from, sender, to, _wordOf(partition, to), units);
        if (from != to && units != 0) _checkHeld(partition, from, sender, units);
    }

    /// @notice Reverts with the refusal that any receipt by the account would meet.
    function checkReceiver(address account) external view {
        _checkReceiver(_holderOf(account));
    }

    /// @notice The first refusal of a transfer by `from` itself, with its numbers; status 0x51 when there is none.
    function judgeTransfer(bytes32 partition, address from, address to, uint256 units)
        public
        view
        returns (bytes1 status, bytes32 reason, uint256 value, uint256 limit)
    {
        return _try(abi.encodeCall(this.checkTransfer, (partition, from, to, units)));
    }

    /// @notice As `judgeTransfer`, for an issuance.
    function judgeIssue(bytes32 partition, address to, uint256 units)
        external
        view
        returns (bytes1 status, bytes32 reason, uint256 value, uint256 limit)
    {
        return _try(abi.encodeCall(this.checkIssue, (partition, to, units)));
    }

    /// @notice As `judgeTransfer`, for a redemption by `from` itself.
    function judgeRedeem(bytes32 partition, address from, uint256 units)
        external
        view
        returns (bytes1 status, bytes32 reason, uint256 value, uint256 limit)
    {
        return _try(abi.encodeCall(this.checkRedemption, (partition, from, units)));
    }

    /// @notice As `judgeTransfer`, for a transfer by the controller.
    function judgeForcedTransfer(bytes32 partition, address from, address to, uint256 units)
        external
        view
        returns (bytes1 status, bytes32 reason, uint256 value, uint256 limit)
    {
        return _try(abi.encodeCall(this.checkForcedTransfer, (partition, from, to, units)));
    }

    function canTransferByPartition(address from, address to, bytes32 partition, uint256 value, bytes calldata)
        external
        view
        returns (bytes1 status, bytes32 reason, bytes32)
    {
        (status, reason,,) = judgeTransfer(partition, from, to, value);
        return (status, reason, partition);
    }

    /// @notice As `canTransferByPartition`, when `operator` would do it.
    function canOperatorTransferByPartition(
        address operator,
        bytes32 partition,
        address from,
        address to,
        uint256 value,
        bytes calldata
    ) external view returns (bytes1 status, bytes32 reason) {
        if (_isRecovered(operator)) return (Status.INVALID_OPERATOR, Reasons.RECOVERED);
        if (!_isOperatorFor(partition, operator, from)) return (Status.INVALID_OPERATOR, Reasons.OPERATOR);
        (status, reason,,) = judgeTransfer(partition, from, to, value);
    }

    /// @dev ERC-1594: the caller is the sender.
    function canTransfer(address to, uint256 value, bytes calldata)
        external
        view
        returns (bytes1 status, bytes32 reason)
    {
        (status, reason,,) = judgeTransfer(_defaultPartition(), msg.sender, to, value);
    }

    /// @dev ERC-1594: the caller is the spender.
    function canTransferFrom(address from, address to, uint256 value, bytes calldata)
        external
        view
        returns (bytes1 status, bytes32 reason)
    {
        if (_isRecovered(msg.sender)) return (Status.INVALID_OPERATOR, Reasons.RECOVERED);
        if (value > _allowances[from][msg.sender]) return (Status.INSUFFICIENT_ALLOWANCE, Reasons.ALLOWANCE);
        (status, reason,,) = judgeTransfer(_defaultPartition(), from, to, value);
    }

    /// @dev ERC-7943, on the default partition.
    function canTransfer(address from, address to, uint256 amount) external view returns (bool) {
        (bytes1 status,,,) = judgeTransfer(_defaultPartition(), from, to, amount);
        return status == Status.SUCCESS;
    }

    /// @notice Whether the account may send at all; amounts, lock-ups and pauses are `canTransfer`'s.
    function canSend(address account) external view returns (bool) {
        return _isEligible(account);
    }

    /// @notice Whether the account may receive at all; a partition's countries, classes and limits are `canTransfer`'s.
    function canReceive(address account) external view returns (bool) {
        return _isEligible(account);
    }

    function _isEligible(address account) private view returns (bool) {
        (bytes1 status,,,) = _try(abi.encodeCall(this.checkReceiver, (account)));
        return status == Status.SUCCESS;
    }

    /// @dev The token asks itself. What is no refusal is passed on as it came.
    function _try(bytes memory check)
        internal
        view
        returns (bytes1 status, bytes32 reason, uint256 value, uint256 limit)
    {
        (bool ok, bytes memory answer) = address(this).staticcall(check);
        if (ok) return (Status.SUCCESS, 0, 0, 0);
        if (bytes4(answer) != TransferRefused.selector) {
            assembly ("memory-safe") {
                revert(add(answer, 0x20), mload(answer))
            }
        }
        // The arguments follow the four bytes of the selector.
        assembly ("memory-safe") {
            status := mload(add(answer, 0x24))
            reason := mload(add(answer, 0x44))
            value := mload(add(answer, 0x64))
            limit := mload(add(answer, 0x84))
        }
    }
}
