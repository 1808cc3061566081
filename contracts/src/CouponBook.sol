// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {AccessRoles} from "./AccessRoles.sol";
import {CouponTree} from "./CouponTree.sol";

/// @title What is known of each coupon: its terms, its figures, who was paid and who is owed.
/// @notice For each coupon paid + owed + withheld + returned + open == funded: `paid` is not stored but follows from the
/// others, so the figures cannot disagree.
/// @dev A declaration writes three words, and a fourth when tax is withheld. The rest is written by what happens later:
///
///      coupon, word 0   root
///      coupon, word 1   0..159 funder · 160..199 claimDeadline · 200..231 payees · 232..247 currency · 248 reclaimed
///      coupon, word 2   0..127 funded · 128..255 rest, which is open until it was reclaimed and returned from then on
///      withholding      0..159 account · 160..255 withheld and not yet remitted
///      owedTotal        what all payees of the coupon are owed, and one word more for each of them
///      pushed           one bit for each pushed chunk, 256 chunks in a word
///      claimed          one bit for each leaf claimed alone, one word for each chunk
abstract contract CouponBook is AccessRoles {
    struct Coupon {
        bytes32 root;
        address funder;
        uint40 claimDeadline;
        uint32 payees;
        uint16 currency;
        bool reclaimed;
        uint128 funded;
        uint128 rest;
    }

    struct Withholding {
        address account;
        uint96 due;
    }

    /// @notice The terms of a coupon as they were declared.
    struct CouponTerms {
        bytes32 root;
        address paymentToken;
        address funder;
        address withholdingAccount;
        uint40 claimDeadline;
        uint32 payees;
    }

    /// @notice The figures of a coupon; the last five add up to the first.
    struct CouponFigures {
        uint256 funded;
        uint256 paid;
        uint256 owed;
        uint256 withheld;
        uint256 returned;
        uint256 open;
    }

    uint256 public constant CHUNK = CouponTree.CHUNK;

    /// @dev Word 1 names the payment token by its place here, from 1 on: an address would not fit beside the rest.
    address[] internal _currencies;
    mapping(address paymentToken => uint256 currency) internal _currencyOf;
    mapping(bytes32 couponId => Coupon) internal _coupons;
    mapping(bytes32 couponId => Withholding) internal _withholdings;
    mapping(bytes32 couponId => uint256) internal _owedTotal;
    mapping(bytes32 couponId => mapping(address account => uint256)) internal _owed;
    mapping(bytes32 couponId => mapping(uint256 word => uint256)) internal _pushed;
    mapping(bytes32 couponId => mapping(uint256 chunk => uint256)) internal _claimed;

    /// @notice A payment token was used for the first time; its number never changes.
    event CurrencyAdded(address indexed paymentToken, uint256 currency);

    error CouponUnknown(bytes32 couponId);
    error TooManyCurrencies(uint256 max);
    error Underfunded(bytes32 couponId, uint256 needed, uint256 open);

    /// @notice The terms of a coupon, as declared.
    function couponOf(bytes32 couponId) external view returns (CouponTerms memory terms) {
        Coupon storage coupon = _known(couponId);
        terms = CouponTerms({
            root: coupon.root,
            paymentToken: _paymentTokenOf(coupon),
            funder: coupon.funder,
            withholdingAccount: _withholdings[couponId].account,
            claimDeadline: coupon.claimDeadline,
            payees: coupon.payees
        });
    }

    /// @notice Where the money of a coupon is, in the smallest unit of its payment token.
    function balanceOf(bytes32 couponId) external view returns (CouponFigures memory figures) {
        Coupon storage coupon = _known(couponId);
        (figures.funded, figures.owed) = (coupon.funded, _owedTotal[couponId]);
        figures.withheld = _withholdings[couponId].due;
        if (coupon.reclaimed) figures.returned = coupon.rest;
        else figures.open = coupon.rest;
        figures.paid = figures.funded - coupon.rest - figures.owed - figures.withheld;
    }

    /// @notice What an account is owed of a coupon because a transfer to it failed.
    function owedTo(bytes32 couponId, address account) external view returns (uint256) {
        return _owed[couponId][account];
    }

    /// @notice Every payment token that a coupon was ever declared in, in the order of their numbers.
    function currencies() external view returns (address[] memory) {
        return _currencies;
    }

    /// @notice Whether a chunk was pushed.
    function isChunkPaid(bytes32 couponId, uint32 chunk) public view returns (bool) {
        return _pushed[couponId][chunk >> 8] >> (chunk & 0xff) & 1 != 0;
    }

    /// @notice Whether the payee at `index` was pushed to, in money or as owed, or has claimed.
    function isPaid(bytes32 couponId, uint32 index) public view returns (bool) {
        return
            isChunkPaid(couponId, uint32(index / CHUNK))
                || _claimed[couponId][index / CHUNK] >> (index % CHUNK) & 1 != 0;
    }

    /// @dev The number of a payment token, which gets the next one when it is new.
    function _currency(address paymentToken) internal returns (uint16) {
        uint256 currency = _currencyOf[paymentToken];
        if (currency == 0) {
            require(_currencies.length < type(uint16).max, TooManyCurrencies(type(uint16).max));
            _currencies.push(paymentToken);
            currency = _currencies.length;
            _currencyOf[paymentToken] = currency;
            emit CurrencyAdded(paymentToken, currency);
        }
        return uint16(currency);
    }

    function _paymentTokenOf(Coupon storage coupon) internal view returns (address) {
        return _currencies[coupon.currency - 1];
    }

    /// @dev Takes from what is open; what was reclaimed is open no more.
    function _take(Coupon storage coupon, bytes32 couponId, uint256 amount) internal {
        uint256 open = coupon.reclaimed ? 0 : coupon.rest;
        require(amount <= open, Underfunded(couponId, amount, open));
        // Not `open - amount`: what was returned stays told when somebody takes nothing.
        coupon.rest -= uint128(amount);
    }

    function _known(bytes32 couponId) internal view returns (Coupon storage coupon) {
        coupon = _coupons[couponId];
        require(coupon.payees != 0, CouponUnknown(couponId));
    }
}
