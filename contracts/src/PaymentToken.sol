// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {AccessRoles} from "./AccessRoles.sol";

/// @title A demonstration payment token: ERC-20 with 6 decimals, EIP-2612 permit, a minter and a block list.
/// @notice The block list behaves as those of the large stablecoins: a blocked account neither sends nor receives. As
/// there, the mark stands in the same word as the balance, so that a transfer reads one word of each side.
contract PaymentToken is AccessRoles {
    uint8 public constant decimals = 6;
    bytes32 public constant PERMIT_TYPEHASH =
        keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
    bytes32 private constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant VERSION_HASH = keccak256("1");
    /// @dev Half the group order (EIP-2): of a signature's two forms only the lower is accepted.
    uint256 private constant HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;

    uint256 private constant BLOCKED = 1 << 255;

    /// @dev bits 0..254 the balance · 255 whether the account is blocked.
    struct Account {
        uint256 word;
    }

    string public name;
    string public symbol;
    uint256 public totalSupply;
    mapping(address owner => mapping(address spender => uint256)) public allowance;
    mapping(address owner => uint256) public nonces;
    mapping(address account => Account) private _holdings;
    mapping(bytes32 operationId => bool) public isConsumed;

    event Transfer(address indexed from, address indexed to, uint256 value);
    event Approval(address indexed owner, address indexed spender, uint256 value);
    event OperationDone(bytes32 indexed operationId);
    event BlockedSet(address indexed account, bool blocked);

    error OperationConsumed(bytes32 operationId);
    error InsufficientBalance(address account, uint256 value, uint256 balance);
    error InsufficientAllowance(address spender, uint256 value, uint256 allowance);
    error AccountBlocked(address account);
    error SupplyTooLarge(uint256 supply, uint256 value, uint256 max);
    error PermitExpired(uint256 deadline);
    error PermitInvalid(address owner);

    constructor(string memory name_, string memory symbol_, address admin_) {
        name = name_;
        symbol = symbol_;
        _setAdmin(admin_);
    }

    function transfer(address to, uint256 value) external returns (bool) {
        _transfer(msg.sender, to, value);
        return true;
    }

    function transferFrom(address from, address to, uint256 value) external returns (bool) {
        uint256 allowed = allowance[from][msg.sender];
        require(allowed >= value, InsufficientAllowance(msg.sender, value, allowed));
        // The largest number means without limit and is not counted down.
        if (allowed != type(uint256).max) allowance[from][msg.sender] = allowed - value;
        _transfer(from, to, value);
        return true;
    }

    function approve(address spender, uint256 value) external returns (bool) {
        _approve(msg.sender, spender, value);
        return true;
    }

    /// @notice Approves by the owner's signature (EIP-2612).
    function permit(address owner, address spender, uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s)
        external
    {
        require(block.timestamp <= deadline, PermitExpired(deadline));
        bytes32 message = keccak256(abi.encode(PERMIT_TYPEHASH, owner, spender, value, nonces[owner]++, deadline));
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", DOMAIN_SEPARATOR(), message));
        require(uint256(s) <= HALF_ORDER, PermitInvalid(owner));
        address signer = ecrecover(digest, v, r, s);
        require(signer != address(0) && signer == owner, PermitInvalid(owner));
        _approve(owner, spender, value);
    }

    /// @notice Mints, once for each operation id: repeating it is harmless.
    function mint(bytes32 operationId, address to, uint256 value) external onlyRole(ISSUER) {
        require(!isConsumed[operationId], OperationConsumed(operationId));
        isConsumed[operationId] = true;
        emit OperationDone(operationId);
        require(to != address(0), ZeroAddress());
        uint256 room = BLOCKED - 1 - totalSupply;
        require(value <= room, SupplyTooLarge(totalSupply, value, BLOCKED - 1));
        totalSupply += value;
        _credit(to, value);
        emit Transfer(address(0), to, value);
    }

    function burn(uint256 value) external {
        _debit(msg.sender, value);
        // Cannot underflow: the balance just taken was part of the total supply.
        unchecked {
            totalSupply -= value;
        }
        emit Transfer(msg.sender, address(0), value);
    }

    function setBlocked(address account, bool blocked) external onlyRole(COMPLIANCE) {
        _holdings[account].word = _holdings[account].word & ~BLOCKED | (blocked ? BLOCKED : 0);
        emit BlockedSet(account, blocked);
    }

    function balanceOf(address account) external view returns (uint256) {
        return _holdings[account].word & ~BLOCKED;
    }

    function isBlocked(address account) external view returns (bool) {
        return _holdings[account].word & BLOCKED != 0;
    }

    /// @notice Computed on each call, so that a fork of the chain never accepts the other side's permits.
    function DOMAIN_SEPARATOR() public view returns (bytes32) {
        return
            keccak256(abi.encode(DOMAIN_TYPEHASH, keccak256(bytes(name)), VERSION_HASH, block.chainid, address(this)));
    }

    function _transfer(address from, address to, uint256 value) private {
        require(to != address(0), ZeroAddress());
        _debit(from, value);
        _credit(to, value);
        emit Transfer(from, to, value);
    }

    function _credit(address to, uint256 value) private {
        Account storage account = _holdings[to];
        uint256 word = account.word;
        require(word & BLOCKED == 0, AccountBlocked(to));
        // Never reaches the highest bit: no balance exceeds the total supply.
        unchecked {
            account.word = word + value;
        }
    }

    function _debit(address from, uint256 value) private {
        Account storage account = _holdings[from];
        uint256 word = account.word;
        require(word & BLOCKED == 0, AccountBlocked(from));
        require(word >= value, InsufficientBalance(from, value, word));
        unchecked {
            account.word = word - value;
        }
    }

    function _approve(address owner, address spender, uint256 value) private {
        allowance[owner][spender] = value;
        emit Approval(owner, spender, value);
    }
}
