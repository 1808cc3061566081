// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {RedemptionTerms} from "../src/token/TokenRedemptions.sol";

/// @title A token as those see it who use its archive and its gateway.
interface IGateway {
    function allDocumentsAt(uint256 time) external view returns (bytes32[] memory);
    function documentAt(bytes32 name, uint256 time) external view returns (string memory, bytes32, uint256);
    function documentVersionAt(bytes32 name, uint256 time) external view returns (uint256);
    function documentVersions(bytes32 name) external view returns (uint256);
    function documentVersion(bytes32 name, uint256 version)
        external
        view
        returns (string memory, bytes32, uint256, bool);

    function setWaterfall(address waterfall) external;
    function waterfall() external view returns (address);
    function setDefault(bytes32 partition, bool inDefault, bytes calldata data) external;
    function writeDown(bytes32 partition, uint32 remaining, bytes calldata data) external;
    function distressOf(bytes32 partition) external view returns (bool, uint256);

    function batch(bytes32 operationId, bytes[] calldata calls, bool skip) external;
    function setWalletsFrozen(bytes32 operationId, address[] calldata accounts, bool frozen) external;
    function redeemAgainstPayment(
        bytes32 redemptionId,
        RedemptionTerms calldata terms,
        address holder,
        uint256 units
    ) external;
    function redeemedOf(bytes32 redemptionId) external view returns (uint256);
    function isRedeemed(bytes32 redemptionId, address holder) external view returns (bool);

    function detectTransferRestriction(address from, address to, uint256 value) external view returns (uint8);
    function messageForTransferRestriction(uint8 restrictionCode) external view returns (string memory);

    function permit(address owner, address spender, uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s)
        external;
    function permit(address owner, address spender, uint256 value, uint256 deadline, bytes calldata signature) external;
    function transferWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external;
    function transferWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external;
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external;
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external;
    function cancelAuthorization(address authorizer, bytes32 nonce, uint8 v, bytes32 r, bytes32 s) external;
    function cancelAuthorization(address authorizer, bytes32 nonce, bytes calldata signature) external;
    function authorizationState(address authorizer, bytes32 nonce) external view returns (bool);
    function nonces(address owner) external view returns (uint256);
    function DOMAIN_SEPARATOR() external view returns (bytes32);
    function eip712Domain()
        external
        view
        returns (bytes1, string memory, string memory, uint256, address, bytes32, uint256[] memory);

    function version() external view returns (string memory);
    function onchainID() external view returns (address);
    function identityRegistry() external view returns (address);
    function compliance() external view returns (address);
    function isVerified(address account) external view returns (bool);
    function contains(address account) external view returns (bool);
    function isFrozen(address account) external view returns (bool);
    function mint(address to, uint256 amount) external;
    function burn(address account, uint256 amount) external;
    function setAddressFrozen(address account, bool freeze) external;
    function freezePartialTokens(address account, uint256 amount) external;
    function unfreezePartialTokens(address account, uint256 amount) external;
    function recoveryAddress(address lost, address replacement, address onchainID) external returns (bool);
    function batchTransfer(address[] calldata to, uint256[] calldata amounts) external;
    function batchForcedTransfer(address[] calldata from, address[] calldata to, uint256[] calldata amounts) external;
    function batchMint(address[] calldata to, uint256[] calldata amounts) external;
    function batchBurn(address[] calldata accounts, uint256[] calldata amounts) external;
    function batchSetAddressFrozen(address[] calldata accounts, bool[] calldata freeze) external;
    function batchFreezePartialTokens(address[] calldata accounts, uint256[] calldata amounts) external;
    function batchUnfreezePartialTokens(address[] calldata accounts, uint256[] calldata amounts) external;
}
