// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC20} from "../src/interfaces/IERC20.sol";
import {IERC1410, IERC1594, IERC1643, IERC1644} from "../src/interfaces/IERC1400.sol";
import {IERC7943} from "../src/interfaces/IERC7943.sol";
import {IdentityWord} from "../src/IdentityWord.sol";
import {ReleaseStep} from "../src/token/ReleaseWord.sol";
import {PartitionLimits} from "../src/token/TokenRulebook.sol";
import {Hold} from "../src/token/TokenHolds.sol";
import {PartitionTerms} from "../src/token/TokenState.sol";

/// @title A token as its callers see it, back office included.
interface ISecurityToken is IERC20, IERC1410, IERC1594, IERC1643, IERC1644, IERC7943 {
    function name() external view returns (string memory);
    function symbol() external view returns (string memory);
    function decimals() external view returns (uint8);
    function registry() external view returns (address);
    function totalSupplyByPartition(bytes32 partition) external view returns (uint256);
    function defaultPartition() external view returns (bytes32);
    function partitions() external view returns (bytes32[] memory);
    function termsOf(bytes32 partition) external view returns (PartitionTerms memory);
    function stateOf(bytes32 partition) external view returns (uint256, uint256, uint256, bool);
    function isConsumed(bytes32 operationId) external view returns (bool);
    function supportsInterface(bytes4 interfaceId) external view returns (bool);
    function judgeTransfer(bytes32 partition, address from, address to, uint256 units)
        external
        view
        returns (bytes1, bytes32, uint256, uint256);
    function judgeIssue(bytes32 partition, address to, uint256 units)
        external
        view
        returns (bytes1, bytes32, uint256, uint256);
    function judgeRedeem(bytes32 partition, address from, uint256 units)
        external
        view
        returns (bytes1, bytes32, uint256, uint256);
    function judgeForcedTransfer(bytes32 partition, address from, address to, uint256 units)
        external
        view
        returns (bytes1, bytes32, uint256, uint256);
    function canOperatorTransferByPartition(
        address operator,
        bytes32 partition,
        address from,
        address to,
        uint256 value,
        bytes calldata data
    ) external view returns (bytes1, bytes32);
    function issueBatch(bytes32 operationId, bytes32 partition, address[] calldata holders, uint256[] calldata units)
        external;
    function transferBatch(bytes32 operationId, bytes32 partition, address[] calldata to, uint256[] calldata units)
        external;
    function controllerTransferByPartition(
        bytes32 partition,
        address from,
        address to,
        uint256 value,
        bytes calldata data,
        bytes calldata operatorData
    ) external;
    function controllerRedeemByPartition(
        bytes32 partition,
        address tokenHolder,
        uint256 value,
        bytes calldata data,
        bytes calldata operatorData
    ) external;
    function addPartition(PartitionTerms calldata terms) external;
    function setPartitionTerms(PartitionTerms calldata terms) external;
    function closePrimary() external;
    function renounceControl() external;
    function pause() external;
    function unpause() external;
    function paused() external view returns (bool);
    function setPartitionPaused(bytes32 partition, bool paused_) external;
    function setWalletFrozen(address account, bool frozen) external;
    function isWalletFrozen(address account) external view returns (bool);
    function setWalletLock(address account, uint40 lockedUntil) external;
    function walletLock(address account) external view returns (uint256);
    function admit(address[] calldata wallets) external;
    function hasCopy(address wallet) external view returns (bool);
    function identityChanged(address wallet, IdentityWord word) external;
    function desk() external view returns (address);
    function archive() external view returns (address);
    function gateway() external view returns (address);
    function createHold(Hold calldata hold) external returns (bytes32);
    function executeHold(Hold calldata hold, address recipient, uint256 units) external;
    function executeHoldWithSecret(Hold calldata hold, bytes32 secret) external;
    function releaseHold(Hold calldata hold) external;
    function holdIdOf(Hold calldata hold) external view returns (bytes32);
    function holdOf(bytes32 holdId) external view returns (bool, uint256);
    function heldByPartition(bytes32 partition, address account) external view returns (uint256);
    function recoverWallet(address lost, address replacement, bytes calldata data) external;
    function currentWalletOf(address account) external view returns (address);
    function scheduleRecordDate(uint40 date) external returns (uint256);
    function recordDate(uint256 record) external view returns (uint256);
    function balanceOfByPartitionAt(bytes32 partition, address account, uint256 record) external view returns (uint256);
    function totalSupplyByPartitionAt(bytes32 partition, uint256 record) external view returns (uint256);
    function setPartitionLimits(PartitionLimits calldata limits) external;
    function limitsOf(bytes32 partition) external view returns (PartitionLimits memory);
    function setPoolCap(uint16 bps, uint64 units) external;
    function poolCap() external view returns (uint16 bps, uint64 units);
    function setReleaseSchedule(bytes32 partition, ReleaseStep[] calldata steps) external;
    function setScheduledUnits(bytes32 partition, address account, uint256 units) external;
    function releaseOf(bytes32 partition, address account)
        external
        view
        returns (ReleaseStep[] memory, uint256 scheduled, uint256 free);
    function countOwners(bytes32 partition, address[] calldata wallets) external;
    function countedAs(bytes32 partition, address account) external view returns (uint8 country, uint8 investorClass);
    function setCountryLimit(bytes32 partition, uint8 country, uint32 limit) external;
    function setClassLimit(bytes32 partition, uint8 investorClass, uint32 limit) external;
    function countryCount(bytes32 partition, uint8 country) external view returns (uint256 owners, uint256 limit);
    function classCount(bytes32 partition, uint8 investorClass) external view returns (uint256 owners, uint256 limit);
    function setSystemAccount(address account, bytes32 name) external;
    function systemAccount(address account) external view returns (bytes32);
    function cosign(bytes32 partition, address from, address to, uint256 units, uint40 deadline) external;
    function presentCosignature(
        bytes32 partition,
        address from,
        address to,
        uint256 units,
        uint40 deadline,
        uint256 nonce,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external;
    function cosignatureDigest(
        bytes32 partition,
        address from,
        address to,
        uint256 units,
        uint40 deadline,
        uint256 nonce
    ) external view returns (bytes32);
    function cosignedUntil(bytes32 partition, address from, address to, uint256 units) external view returns (uint256);
    function grantRoles(address account, uint256 roles) external;
    function revokeRoles(address account, uint256 roles) external;
    function hasRole(address account, uint256 role) external view returns (bool);
    function rolesOf(address account) external view returns (uint256);
    function roleAccounts() external view returns (address[] memory);
    function admin() external view returns (address);
    function offeredAdmin() external view returns (address);
    function offerAdmin(address offered) external;
    function acceptAdmin() external;
}
