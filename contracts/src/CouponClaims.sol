// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {CouponBook} from "./CouponBook.sol";
import {CouponTree, Payee} from "./CouponTree.sol";
import {IdentityWord, IdentityWords} from "./IdentityWord.sol";
import {PaymentCalls} from "./PaymentCalls.sol";
import {IIdentityRegistry} from "./interfaces/IIdentityRegistry.sol";

/// @title What a payee gets alone, and what becomes of the money of a lost wallet.
/// @notice Anyone may claim for a payee: the money goes to the account in the published list. When the registry has taken
/// that wallet out of use, it goes to another wallet of the same owner instead.
abstract contract CouponClaims is CouponBook {
    using PaymentCalls for address;

    /// @notice What a transfer to a payee may use, far above what a payment token needs: a payee cannot eat the chunk.
    uint256 public constant TRANSFER_GAS = 200_000;

    IIdentityRegistry private _registry;
    bool private transient _entered;

    /// @notice A payee claimed alone.
    event CouponPaid(bytes32 indexed couponId, uint32 index, address indexed account, uint256 amount, uint256 withheld);
    event OwedPaid(bytes32 indexed couponId, address indexed account, uint256 amount);
    /// @notice What a lost wallet was to get of a coupon, as the next event says, goes to another wallet of its owner.
    event PayeeReplaced(bytes32 indexed couponId, address indexed lost, address indexed replacement);
    event RegistrySet(address indexed registry);

    error IndexOutOfRange(uint32 index, uint32 payees);
    error ProofInvalid(bytes32 couponId);
    error AlreadyPaid(bytes32 couponId, uint32 place);
    error NothingOwed(bytes32 couponId, address account);
    error NoWithholdingAccount(bytes32 couponId, uint256 withheld);
    error RegistryKnown(address registry);
    error NotTheOwner(address lost, address replacement);
    error Reentered();

    modifier once() {
        require(!_entered, Reentered());
        _entered = true;
        _;
        _entered = false;
    }

    /// @notice Names the registry that says which wallets are whose, once and for good.
    function useRegistry(address registry_) external onlyAdmin {
        require(address(_registry) == address(0), RegistryKnown(address(_registry)));
        _registry = IIdentityRegistry(registry_);
        emit RegistrySet(registry_);
    }

    function registry() external view returns (address) {
        return address(_registry);
    }

    /// @notice Pays one payee who was not pushed to; anyone may call, the money goes to the payee.
    function claim(bytes32 couponId, uint32 index, Payee calldata payee, bytes32[] calldata proof) external once {
        _claim(couponId, index, payee, proof, payee.account);
    }

    /// @notice As `claim`, for a payee whose wallet is lost: called by the owner's other wallet, which is paid, or by the
    /// payer's for it. What is claimed so before the chunk is pushed is not pushed any more.
    function claimForLost(
        bytes32 couponId,
        uint32 index,
        Payee calldata payee,
        bytes32[] calldata proof,
        address replacement
    ) external once {
        _checkReplacement(payee.account, replacement);
        emit PayeeReplaced(couponId, payee.account, replacement);
        _claim(couponId, index, payee, proof, replacement);
    }

    /// @notice Tries again to pay what `account` is owed; anyone may call, the money goes to the account.
    function payOwed(bytes32 couponId, address account) external once {
        _payOwed(couponId, account, account);
    }

    /// @notice As `payOwed`, for an account whose wallet is lost; as in `claimForLost`.
    function payOwedForLost(bytes32 couponId, address lost, address replacement) external once {
        _checkReplacement(lost, replacement);
        emit PayeeReplaced(couponId, lost, replacement);
        _payOwed(couponId, lost, replacement);
    }

    /// @dev What was just taken out of a coupon with a withholding account, all of which fits 96 bits.
    function _withhold(bytes32 couponId, uint256 withheld) internal {
        if (withheld == 0) return;
        Withholding storage withholding = _withholdings[couponId];
        require(withholding.account != address(0), NoWithholdingAccount(couponId, withheld));
        withholding.due += uint96(withheld);
    }

    function _claim(bytes32 couponId, uint32 index, Payee calldata payee, bytes32[] calldata proof, address to)
        private
    {
        Coupon storage coupon = _known(couponId);
        require(index < coupon.payees, IndexOutOfRange(index, coupon.payees));
        require(!isPaid(couponId, index), AlreadyPaid(couponId, index));
        bytes32 leaf = CouponTree.leaf(couponId, index, payee);
        require(proof.length == CouponTree.depthOf(coupon.payees), ProofInvalid(couponId));
        require(CouponTree.rootFrom(leaf, index, proof) == coupon.root, ProofInvalid(couponId));
        _claimed[couponId][index / CHUNK] |= 1 << (index % CHUNK);
        _take(coupon, couponId, uint256(payee.amount) + payee.withheld);
        _withhold(couponId, payee.withheld);
        emit CouponPaid(couponId, index, payee.account, payee.amount, payee.withheld);
        _paymentTokenOf(coupon).sendExactly(to, payee.amount, TRANSFER_GAS);
    }

    function _payOwed(bytes32 couponId, address account, address to) private {
        Coupon storage coupon = _known(couponId);
        uint256 amount = _owed[couponId][account];
        require(amount != 0, NothingOwed(couponId, account));
        _owed[couponId][account] = 0;
        _owedTotal[couponId] -= amount;
        emit OwedPaid(couponId, account, amount);
        _paymentTokenOf(coupon).sendExactly(to, amount, TRANSFER_GAS);
    }

    /// @dev The registry decides who owns what; without one nothing is replaced.
    function _checkReplacement(address lost, address replacement) private view {
        if (msg.sender != replacement) _requireRole(PAYER);
        require(address(_registry) != address(0), NotTheOwner(lost, replacement));
        (IdentityWord old, IdentityWord next) = (_registry.wordOf(lost), _registry.wordOf(replacement));
        bool same = old.has(IdentityWords.REMOVED) && old.number() == next.number();
        require(same && next.isActive() && !next.has(IdentityWords.FROZEN), NotTheOwner(lost, replacement));
    }
}
