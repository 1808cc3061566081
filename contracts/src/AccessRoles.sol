// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {RoleBook} from "./RoleBook.sol";

/// @title Roles given and taken by an administrator who hands over in two steps.
/// @dev The account list only grows, so that a portal can draw every account that ever held a role.
abstract contract AccessRoles is RoleBook {
    /// @notice The role bits: issuer 1, transfer agent 2, compliance 4, payer 8, pauser 16.
    function roleBits()
        external
        pure
        returns (uint256 issuer, uint256 transferAgent, uint256 compliance, uint256 payer, uint256 pauser)
    {
        return (ISSUER, TRANSFER_AGENT, COMPLIANCE, PAYER, PAUSER);
    }

    /// @notice Gives `account` the roles whose bits are set, besides those it has.
    function grantRoles(address account, uint256 roles) external onlyAdmin {
        require(account != address(0), ZeroAddress());
        require(roles & ~ALL_ROLES == 0, UnknownRoles(roles));
        uint256 word = _roles[account];
        if (word & LISTED == 0) _accounts.push(account);
        _roles[account] = word | roles | LISTED;
        emit RolesChanged(account, (word | roles) & ALL_ROLES);
    }

    /// @notice Takes the roles whose bits are set from `account`.
    function revokeRoles(address account, uint256 roles) external onlyAdmin {
        uint256 word = _roles[account] & ~(roles & ALL_ROLES);
        _roles[account] = word;
        emit RolesChanged(account, word & ALL_ROLES);
    }

    /// @notice First step of the handover; `offered` zero withdraws the offer.
    function offerAdmin(address offered) external onlyAdmin {
        _offeredAdmin = offered;
        emit AdminOffered(_admin, offered);
    }

    /// @notice Second step: the offered account takes over.
    function acceptAdmin() external {
        require(msg.sender == _offeredAdmin, NotOffered(msg.sender));
        _offeredAdmin = address(0);
        _setAdmin(msg.sender);
    }

    function admin() external view returns (address) {
        return _admin;
    }

    function offeredAdmin() external view returns (address) {
        return _offeredAdmin;
    }

    function rolesOf(address account) external view returns (uint256) {
        return _roles[account] & ALL_ROLES;
    }

    function hasRole(address account, uint256 role) external view returns (bool) {
        return _has(account, role & ALL_ROLES);
    }

    /// @notice Every account that holds or ever held a role, in the order of its first grant.
    function roleAccounts() external view returns (address[] memory) {
        return _accounts;
    }
}
