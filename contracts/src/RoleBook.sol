// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @title Who may do what: one word of role bits per account.
abstract contract RoleBook {
    /// @notice Issues units, opens partitions, keeps documents, closes the primary; mints a payment token.
    uint256 internal constant ISSUER = 1 << 0;
    /// @notice Moves and redeems units by force, with a reason on record.
    uint256 internal constant TRANSFER_AGENT = 1 << 1;
    /// @notice Registers, freezes and sets rules.
    uint256 internal constant COMPLIANCE = 1 << 2;
    /// @notice Declares and pushes coupons.
    uint256 internal constant PAYER = 1 << 3;
    /// @notice Pauses and resumes.
    uint256 internal constant PAUSER = 1 << 4;

    uint256 internal constant ALL_ROLES = (1 << 5) - 1;
    /// @dev Set once in a word when its account enters the list; no role, so it never passes a check.
    uint256 internal constant LISTED = 1 << 255;

    address internal _admin;
    address internal _offeredAdmin;
    mapping(address account => uint256) internal _roles;
    address[] internal _accounts;

    event RolesChanged(address indexed account, uint256 roles);
    event AdminOffered(address indexed admin, address indexed offered);
    event AdminChanged(address indexed previous, address indexed admin);

    error MissingRole(address account, uint256 role);
    error NotAdmin(address account);
    error NotOffered(address account);
    error UnknownRoles(uint256 roles);
    error ZeroAddress();

    modifier onlyRole(uint256 role) {
        _requireRole(role);
        _;
    }

    modifier onlyAdmin() {
        _requireAdmin();
        _;
    }

    function _setAdmin(address account) internal {
        require(account != address(0), ZeroAddress());
        emit AdminChanged(_admin, account);
        _admin = account;
    }

    function _requireRole(uint256 role) internal view {
        require(_has(msg.sender, role), MissingRole(msg.sender, role));
    }

    function _requireAdmin() internal view {
        require(msg.sender == _admin, NotAdmin(msg.sender));
    }

    function _has(address account, uint256 role) internal view returns (bool) {
        return _roles[account] & role != 0;
    }
}
