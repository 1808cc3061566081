// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC20} from "../interfaces/IERC20.sol";
import {Delegation} from "./Delegation.sol";
import {SignatureCheck} from "./SignatureCheck.sol";
import {TokenDomain} from "./TokenDomain.sol";

/// @title Approvals and transfers by signature, sent by anybody: EIP-2612, ERC-3009 and EIP-1271 over EIP-712.
/// @notice On the default partition, as ERC-20 is. A signed transfer meets every rule that its signer's own would.
abstract contract TokenSignatures is TokenDomain {
    bytes32 private constant PERMIT_TYPEHASH =
        keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
    bytes32 private constant TRANSFER_TYPEHASH = keccak256(
        "TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );
    bytes32 private constant RECEIVE_TYPEHASH = keccak256(
        "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );
    bytes32 private constant CANCEL_TYPEHASH = keccak256("CancelAuthorization(address authorizer,bytes32 nonce)");

    event AuthorizationUsed(address indexed authorizer, bytes32 indexed nonce);
    event AuthorizationCanceled(address indexed authorizer, bytes32 indexed nonce);

    error PermitExpired(uint256 deadline);
    error AuthorizationNotYetValid(uint256 validAfter);
    error AuthorizationExpired(uint256 validBefore);
    error AuthorizationOver(address authorizer, bytes32 nonce);
    error CallerNotReceiver(address receiver);

    function permit(address owner, address spender, uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s)
        external
    {
        _permit(owner, spender, value, deadline, abi.encodePacked(r, s, v));
    }

    /// @notice As EIP-2612, with a signature that may be a contract's.
    function permit(address owner, address spender, uint256 value, uint256 deadline, bytes calldata signature)
        external
    {
        _permit(owner, spender, value, deadline, signature);
    }

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
    ) external {
        bytes memory message = abi.encode(TRANSFER_TYPEHASH, from, to, value, validAfter, validBefore, nonce);
        _authorized(message, abi.encodePacked(r, s, v));
    }

    /// @notice As ERC-3009, with a signature that may be a contract's.
    function transferWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external {
        bytes memory message = abi.encode(TRANSFER_TYPEHASH, from, to, value, validAfter, validBefore, nonce);
        _authorized(message, signature);
    }

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
    ) external {
        require(msg.sender == to, CallerNotReceiver(to));
        bytes memory message = abi.encode(RECEIVE_TYPEHASH, from, to, value, validAfter, validBefore, nonce);
        _authorized(message, abi.encodePacked(r, s, v));
    }

    /// @notice As ERC-3009, with a signature that may be a contract's.
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external {
        require(msg.sender == to, CallerNotReceiver(to));
        bytes memory message = abi.encode(RECEIVE_TYPEHASH, from, to, value, validAfter, validBefore, nonce);
        _authorized(message, signature);
    }

    function cancelAuthorization(address authorizer, bytes32 nonce, uint8 v, bytes32 r, bytes32 s) external {
        _cancel(authorizer, nonce, abi.encodePacked(r, s, v));
    }

    /// @notice As ERC-3009, with a signature that may be a contract's.
    function cancelAuthorization(address authorizer, bytes32 nonce, bytes calldata signature) external {
        _cancel(authorizer, nonce, signature);
    }

    /// @notice Whether an authorisation was used or cancelled.
    function authorizationState(address authorizer, bytes32 nonce) external view returns (bool) {
        return _authorizations[authorizer][nonce];
    }

    function nonces(address owner) external view returns (uint256) {
        return _nonces[owner];
    }

    // The name that EIP-2612 gives.
    function DOMAIN_SEPARATOR() external view returns (bytes32) {
        return _domainSeparator();
    }

    /// @notice The domain that is signed for (EIP-5267).
    function eip712Domain()
        external
        view
        returns (
            bytes1 fields,
            string memory name,
            string memory version,
            uint256 chainId,
            address verifyingContract,
            bytes32 salt,
            uint256[] memory extensions
        )
    {
        return (0x0f, _name, VERSION, block.chainid, address(this), 0, new uint256[](0));
    }

    function _permit(address owner, address spender, uint256 value, uint256 deadline, bytes memory signature) private {
        require(block.timestamp <= deadline, PermitExpired(deadline));
        bytes32 message = keccak256(abi.encode(PERMIT_TYPEHASH, owner, spender, value, _nonces[owner]++, deadline));
        SignatureCheck.requireSigned(owner, _digest(message), signature);
        _allowances[owner][spender] = value;
        emit IERC20.Approval(owner, spender, value);
    }

    /// @dev The message after its type: from, to, value, validAfter, validBefore, nonce.
    function _authorized(bytes memory message, bytes memory signature) private {
        (, address from, address to, uint256 value, uint256 validAfter, uint256 validBefore, bytes32 nonce) =
            abi.decode(message, (bytes32, address, address, uint256, uint256, uint256, bytes32));
        require(block.timestamp > validAfter, AuthorizationNotYetValid(validAfter));
        require(block.timestamp < validBefore, AuthorizationExpired(validBefore));
        _use(from, nonce);
        SignatureCheck.requireSigned(from, _digest(keccak256(message)), signature);
        emit AuthorizationUsed(from, nonce);
        // The sender spends an allowance that there is for this call alone.
        uint256 before = _allowances[from][msg.sender];
        _allowances[from][msg.sender] = value;
        Delegation.self(abi.encodeCall(IERC20.transferFrom, (from, to, value)));
        _allowances[from][msg.sender] = before;
    }

    function _cancel(address authorizer, bytes32 nonce, bytes memory signature) private {
        _use(authorizer, nonce);
        bytes32 message = keccak256(abi.encode(CANCEL_TYPEHASH, authorizer, nonce));
        SignatureCheck.requireSigned(authorizer, _digest(message), signature);
        emit AuthorizationCanceled(authorizer, nonce);
    }

    function _use(address authorizer, bytes32 nonce) private {
        require(!_authorizations[authorizer][nonce], AuthorizationOver(authorizer, nonce));
        _authorizations[authorizer][nonce] = true;
    }
}
