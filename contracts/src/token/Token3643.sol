// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC20} from "../interfaces/IERC20.sol";
import {IERC1594, IERC1644} from "../interfaces/IERC1400.sol";
import {IERC7943} from "../interfaces/IERC7943.sol";
import {Delegation} from "./Delegation.sol";
import {HolderWords} from "./HolderWord.sol";
import {TokenBook} from "./TokenBook.sol";

/// @title The names of ERC-3643 (IToken), so that its tools can be pointed at a token; on the default partition.
/// @notice Each is another name for a call of the token, made by the sender's own right. The token answers as its own
/// identity registry and compliance for what those tools ask: `isVerified` and `canTransfer`.
abstract contract Token3643 is TokenBook {
    event RecoverySuccess(address indexed lostWallet, address indexed newWallet, address indexed investorOnchainID);

    error FrozenTooFew(address account, uint256 amount, uint256 frozen);

    function version() external pure returns (string memory) {
        return "1";
    }

    /// @notice There are no identity contracts: identities are opaque numbers in the registry.
    function onchainID() external pure returns (address) {
        return address(0);
    }

    function identityRegistry() external view returns (address) {
        return address(this);
    }

    function compliance() external view returns (address) {
        return address(this);
    }

    /// @notice Whether the wallet may receive at all.
    function isVerified(address account) external view returns (bool) {
        return IERC7943(address(this)).canReceive(account);
    }

    /// @notice Whether the wallet is known and not removed.
    function contains(address account) external view returns (bool) {
        return _holderOf(account).identity().isActive();
    }

    function isFrozen(address account) external view returns (bool) {
        return _holderOf(account).isFrozen();
    }

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function burn(address account, uint256 amount) external {
        _burnForced(account, amount);
    }

    function setAddressFrozen(address account, bool freeze) external {
        _setFrozen(account, freeze);
    }

    function freezePartialTokens(address account, uint256 amount) external {
        _freezeMore(account, amount);
    }

    function unfreezePartialTokens(address account, uint256 amount) external {
        _freezeLess(account, amount);
    }

    function recoveryAddress(address lostWallet, address newWallet, address investorOnchainID) external returns (bool) {
        Delegation.self(abi.encodeCall(IRecovery.recoverWallet, (lostWallet, newWallet, "")));
        emit RecoverySuccess(lostWallet, newWallet, investorOnchainID);
        return true;
    }

    function batchTransfer(address[] calldata to, uint256[] calldata amounts) external {
        _sameLength(to.length, amounts.length);
        for (uint256 i = 0; i < to.length; ++i) {
            Delegation.self(abi.encodeCall(IERC20.transfer, (to[i], amounts[i])));
        }
    }

    function batchForcedTransfer(address[] calldata from, address[] calldata to, uint256[] calldata amounts) external {
        _sameLength(from.length, to.length);
        _sameLength(to.length, amounts.length);
        for (uint256 i = 0; i < to.length; ++i) {
            Delegation.self(abi.encodeCall(IERC7943.forcedTransfer, (from[i], to[i], amounts[i])));
        }
    }

    function batchMint(address[] calldata to, uint256[] calldata amounts) external {
        _forEach(to, amounts, _mint);
    }

    function batchBurn(address[] calldata accounts, uint256[] calldata amounts) external {
        _forEach(accounts, amounts, _burnForced);
    }

    function batchFreezePartialTokens(address[] calldata accounts, uint256[] calldata amounts) external {
        _forEach(accounts, amounts, _freezeMore);
    }

    function batchUnfreezePartialTokens(address[] calldata accounts, uint256[] calldata amounts) external {
        _forEach(accounts, amounts, _freezeLess);
    }

    function batchSetAddressFrozen(address[] calldata accounts, bool[] calldata freeze) external {
        _sameLength(accounts.length, freeze.length);
        for (uint256 i = 0; i < accounts.length; ++i) {
            _setFrozen(accounts[i], freeze[i]);
        }
    }

    function _forEach(address[] calldata accounts, uint256[] calldata amounts, function(address, uint256) internal one)
        private
    {
        _sameLength(accounts.length, amounts.length);
        for (uint256 i = 0; i < accounts.length; ++i) {
            one(accounts[i], amounts[i]);
        }
    }

    function _mint(address to, uint256 amount) private {
        Delegation.self(abi.encodeCall(IERC1594.issue, (to, amount, "")));
    }

    function _burnForced(address account, uint256 amount) private {
        Delegation.self(abi.encodeCall(IERC1644.controllerRedeem, (account, amount, "", "")));
    }

    function _setFrozen(address account, bool freeze) private {
        Delegation.self(abi.encodeCall(IWalletFreeze.setWalletFrozen, (account, freeze)));
    }

    function _freezeMore(address account, uint256 amount) private {
        _setFrozenUnits(account, _frozenOf(account) + amount);
    }

    function _freezeLess(address account, uint256 amount) private {
        uint256 frozen = _frozenOf(account);
        require(amount <= frozen, FrozenTooFew(account, amount, frozen));
        _setFrozenUnits(account, frozen - amount);
    }

    function _setFrozenUnits(address account, uint256 amount) private {
        Delegation.self(abi.encodeCall(IERC7943.setFrozenTokens, (account, amount)));
    }

    function _frozenOf(address account) private view returns (uint256) {
        return _holders[account].has(HolderWords.RECOVERED) ? 0 : _encumbrances[account].frozen();
    }

    function _sameLength(uint256 left, uint256 right) private pure {
        require(left == right, LengthMismatch(left, right));
    }
}

/// @dev What the token does itself.
interface IRecovery {
    function recoverWallet(address lost, address replacement, bytes calldata data) external;
}

interface IWalletFreeze {
    function setWalletFrozen(address account, bool frozen) external;
}
