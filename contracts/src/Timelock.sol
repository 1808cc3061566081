// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {AccessRoles} from "./AccessRoles.sol";

/// @title Lets time pass between announcing a change and making it.
/// @notice It is given the administration of the contracts it guards, and the roles whose changes must be announced, such
/// as the compliance role of tokens and registries. Compliance schedules a call here and executes it once the delay has
/// passed and before it lapses; a pauser, compliance or the administrator cancels it. What cannot wait, such as freezing a
/// wallet, is named by contract and function and goes through at once. What need not wait can only be changed by a call
/// that waited.
/// @dev A word of an operation: 0 unknown · 1 done or cancelled · else the second from which on it may be executed.
contract Timelock is AccessRoles {
    /// @notice A function of a contract that need not wait.
    struct Urgent {
        address target;
        bytes4 selector;
    }

    uint256 public constant MIN_DELAY = 1 hours;
    uint256 public constant MAX_DELAY = 30 days;
    /// @notice How long a call may be executed once it is ready.
    uint256 public constant GRACE = 14 days;
    uint256 private constant OVER = 1;

    uint256 public delay;
    mapping(bytes32 operationId => uint256) private _readyAt;
    mapping(address target => mapping(bytes4 selector => bool)) public isUrgent;

    event CallScheduled(bytes32 indexed operationId, address indexed target, bytes data, bytes32 salt, uint256 readyAt);
    event CallExecuted(bytes32 indexed operationId, address indexed target);
    event CallCancelled(bytes32 indexed operationId);
    event UrgentCallMade(address indexed target, bytes4 indexed selector, address indexed by);
    event DelayChanged(uint256 delay);
    event UrgentSet(address indexed target, bytes4 indexed selector, bool urgent);

    error DelayOutOfRange(uint256 delay, uint256 min, uint256 max);
    error OperationKnown(bytes32 operationId);
    error OperationNotOpen(bytes32 operationId);
    error OperationNotReady(bytes32 operationId, uint256 readyAt);
    error OperationLapsed(bytes32 operationId, uint256 lapsedAt);
    error NotUrgent(address target, bytes4 selector);
    error NotTheTimelock(address account);
    error NoCode(address target);

    modifier onlyItself() {
        require(msg.sender == address(this), NotTheTimelock(msg.sender));
        _;
    }

    constructor(address admin_, uint256 delay_, Urgent[] memory urgent) {
        _setAdmin(admin_);
        _setDelay(delay_);
        for (uint256 i = 0; i < urgent.length; ++i) {
            _setUrgent(urgent[i].target, urgent[i].selector, true);
        }
    }

    /// @notice Announces a call; the same call with the same salt works once.
    function schedule(address target, bytes calldata data, bytes32 salt)
        external
        onlyRole(COMPLIANCE)
        returns (bytes32 operationId)
    {
        operationId = idOf(target, data, salt);
        require(_readyAt[operationId] == 0, OperationKnown(operationId));
        uint256 ready = block.timestamp + delay;
        _readyAt[operationId] = ready;
        emit CallScheduled(operationId, target, data, salt, ready);
    }

    /// @notice Makes an announced call once its delay has passed; its revert is this call's revert.
    function execute(address target, bytes calldata data, bytes32 salt) external onlyRole(COMPLIANCE) {
        bytes32 operationId = idOf(target, data, salt);
        uint256 ready = _readyAt[operationId];
        require(ready > OVER, OperationNotOpen(operationId));
        require(block.timestamp >= ready, OperationNotReady(operationId, ready));
        require(block.timestamp < ready + GRACE, OperationLapsed(operationId, ready + GRACE));
        _readyAt[operationId] = OVER;
        emit CallExecuted(operationId, target);
        _call(target, data);
    }

    /// @notice Takes an announced call back for good.
    function cancel(bytes32 operationId) external {
        if (msg.sender != _admin) _requireRole(COMPLIANCE | PAUSER);
        require(_readyAt[operationId] > OVER, OperationNotOpen(operationId));
        _readyAt[operationId] = OVER;
        emit CallCancelled(operationId);
    }

    /// @notice Makes a call that need not wait.
    function callUrgently(address target, bytes calldata data) external onlyRole(COMPLIANCE) {
        require(isUrgent[target][bytes4(data)], NotUrgent(target, bytes4(data)));
        emit UrgentCallMade(target, bytes4(data), msg.sender);
        _call(target, data);
    }

    /// @notice Changes the delay, itself after the delay of before.
    function setDelay(uint256 delay_) external onlyItself {
        _setDelay(delay_);
    }

    /// @notice Says whether a function of a contract need not wait, itself after the delay.
    function setUrgent(address target, bytes4 selector, bool urgent) external onlyItself {
        _setUrgent(target, selector, urgent);
    }

    /// @notice When an announced call may be made, 0 when it is not announced or over.
    function readyAt(bytes32 operationId) external view returns (uint256) {
        uint256 ready = _readyAt[operationId];
        return ready == OVER ? 0 : ready;
    }

    /// @notice The id of a call.
    function idOf(address target, bytes calldata data, bytes32 salt) public pure returns (bytes32) {
        return keccak256(abi.encode(target, data, salt));
    }

    function _setDelay(uint256 delay_) private {
        require(delay_ >= MIN_DELAY && delay_ <= MAX_DELAY, DelayOutOfRange(delay_, MIN_DELAY, MAX_DELAY));
        delay = delay_;
        emit DelayChanged(delay_);
    }

    function _setUrgent(address target, bytes4 selector, bool urgent) private {
        isUrgent[target][selector] = urgent;
        emit UrgentSet(target, selector, urgent);
    }

    function _call(address target, bytes calldata data) private {
        require(target.code.length != 0, NoCode(target));
        (bool ok, bytes memory answer) = target.call(data);
        if (ok) return;
        // The target's own revert, byte for byte.
        assembly ("memory-safe") {
            revert(add(answer, 0x20), mload(answer))
        }
    }
}
