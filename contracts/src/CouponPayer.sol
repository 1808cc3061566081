// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {CouponClaims} from "./CouponClaims.sol";
import {CouponTree, Payee} from "./CouponTree.sol";
import {PaymentCalls} from "./PaymentCalls.sol";

/// @title Pays the coupons of any token in any payment token: funded first, each entitlement once.
/// @notice A payee whose token transfer fails is owed the amount and blocks nobody. Whoever is not pushed to can claim
/// with a proof, without this platform. What is withheld from a payee is remitted to the account that the declaration
/// names. A payment token that takes a fee on the way in is refused when a coupon is declared in it; one that takes more
/// than it was told on the way out is refused then, for it would take from other coupons.
contract CouponPayer is CouponClaims {
    using PaymentCalls for address;

    /// @notice What a coupon is declared with. `amount` covers all that is paid and withheld.
    struct Declaration {
        address token;
        address paymentToken;
        uint256 amount;
        bytes32 root;
        uint32 payees;
        uint40 claimDeadline;
        address withholdingAccount;
    }

    /// @dev With this left, 63 of 64 parts are more than TRANSFER_GAS.
    uint256 private constant GAS_TO_SPARE = TRANSFER_GAS + TRANSFER_GAS / 32;

    event CouponDeclared(
        bytes32 indexed couponId,
        address indexed token,
        address indexed paymentToken,
        address funder,
        uint256 amount,
        bytes32 root,
        uint32 payees,
        uint40 claimDeadline
    );
    /// @notice Tax will be withheld from this coupon and remitted to the account.
    event CouponWithholds(bytes32 indexed couponId, address indexed account);
    event CouponOwed(bytes32 indexed couponId, uint32 index, address indexed account, uint256 amount);
    /// @notice A chunk was pushed. Bit i of `paid` stands for the payee 256 * chunk + i and is set when its money went out
    /// now; those not set had claimed before or are owed, which `CouponOwed` says. The payment token tells each transfer.
    event CouponChunkPaid(bytes32 indexed couponId, uint32 chunk, uint256 paid, uint256 withheld);
    event WithheldRemitted(bytes32 indexed couponId, address indexed account, uint256 amount);
    event CouponReclaimed(bytes32 indexed couponId, address indexed funder, uint256 amount);

    error CouponKnown(bytes32 couponId);
    error NoPayees();
    error AmountTooLarge(uint256 amount, uint256 max);
    error DeadlinePassed(uint40 claimDeadline);
    error DeadlineNotReached(uint40 claimDeadline);
    error FundingMismatch(uint256 expected, uint256 received);
    error ChunkOutOfRange(uint32 chunk, uint256 chunks);
    error ChunkSizeWrong(uint256 given, uint256 expected);
    error NothingWithheld(bytes32 couponId);
    error NothingOpen(bytes32 couponId);
    error GasTooLow(uint256 gasLeft, uint256 needed);

    constructor(address admin_) {
        _setAdmin(admin_);
    }

    /// @notice Declares a coupon and pulls its funds from the caller, who gets back what nobody claims. An id works once.
    /// @param declared its root is that of the tree that `CouponTree` describes, over `payees` leaves; from
    /// `claimDeadline` on, in unix seconds, the open rest may be reclaimed; its `withholdingAccount` may be zero
    function declare(bytes32 couponId, Declaration calldata declared) external onlyRole(PAYER) once {
        _checkDeclaration(couponId, declared);
        _coupons[couponId] = Coupon({
            root: declared.root,
            funder: msg.sender,
            claimDeadline: declared.claimDeadline,
            payees: declared.payees,
            currency: _currency(declared.paymentToken),
            reclaimed: false,
            funded: uint128(declared.amount),
            rest: uint128(declared.amount)
        });
        emit CouponDeclared(
            couponId,
            declared.token,
            declared.paymentToken,
            msg.sender,
            declared.amount,
            declared.root,
            declared.payees,
            declared.claimDeadline
        );
        if (declared.withholdingAccount != address(0)) {
            _withholdings[couponId].account = declared.withholdingAccount;
            emit CouponWithholds(couponId, declared.withholdingAccount);
        }
        uint256 received = declared.paymentToken.pull(msg.sender, address(this), declared.amount);
        require(received == declared.amount, FundingMismatch(declared.amount, received));
    }

    /// @notice Pays chunk number `chunk`, that is the payees 256 * chunk to 256 * chunk + 255 or the last one.
    /// @dev Leaves claimed before are skipped. Needs TRANSFER_GAS to spare beyond what it uses.
    function pay(bytes32 couponId, uint32 chunk, Payee[] calldata payees, bytes32[] calldata proof)
        external
        onlyRole(PAYER)
        once
    {
        Coupon storage coupon = _known(couponId);
        _checkPlace(coupon, couponId, chunk, payees.length);
        uint256 waiting = ~_claimed[couponId][chunk];
        (bytes32 node, uint256 amount, uint256 withheld) = CouponTree.chunkOf(couponId, chunk, payees, waiting);
        _checkProof(coupon, couponId, node, chunk, proof);
        _pushed[couponId][chunk >> 8] |= 1 << (chunk & 0xff);
        _take(coupon, couponId, amount + withheld);
        _withhold(couponId, withheld);
        uint256 paid = _push(_paymentTokenOf(coupon), payees, waiting, amount);
        emit CouponChunkPaid(couponId, chunk, paid, withheld);
        uint256 missed = _among(payees.length, waiting) ^ paid;
        if (missed != 0) _owe(couponId, chunk, payees, missed);
    }

    /// @notice Sends what was withheld so far to the account that the declaration named; anyone may call.
    function remit(bytes32 couponId) external once {
        Coupon storage coupon = _known(couponId);
        Withholding memory withholding = _withholdings[couponId];
        require(withholding.due != 0, NothingWithheld(couponId));
        _withholdings[couponId].due = 0;
        emit WithheldRemitted(couponId, withholding.account, withholding.due);
        _paymentTokenOf(coupon).sendExactly(withholding.account, withholding.due, TRANSFER_GAS);
    }

    /// @notice From the deadline on, returns the open rest to the funder. What is owed or withheld stays so.
    function reclaim(bytes32 couponId) external once {
        Coupon storage coupon = _known(couponId);
        require(block.timestamp >= coupon.claimDeadline, DeadlineNotReached(coupon.claimDeadline));
        uint256 open = coupon.rest;
        require(!coupon.reclaimed && open != 0, NothingOpen(couponId));
        coupon.reclaimed = true;
        emit CouponReclaimed(couponId, coupon.funder, open);
        _paymentTokenOf(coupon).sendExactly(coupon.funder, open, TRANSFER_GAS);
    }

    function _checkDeclaration(bytes32 couponId, Declaration calldata declared) private view {
        require(_coupons[couponId].payees == 0, CouponKnown(couponId));
        require(declared.payees != 0, NoPayees());
        uint256 max = declared.withholdingAccount == address(0) ? type(uint128).max : type(uint96).max;
        require(declared.amount <= max, AmountTooLarge(declared.amount, max));
        require(block.timestamp < declared.claimDeadline, DeadlinePassed(declared.claimDeadline));
    }

    function _checkPlace(Coupon storage coupon, bytes32 couponId, uint32 chunk, uint256 given) private view {
        uint256 total = coupon.payees;
        uint256 first = uint256(chunk) * CHUNK;
        require(first < total, ChunkOutOfRange(chunk, (total + CHUNK - 1) / CHUNK));
        require(!isChunkPaid(couponId, chunk), AlreadyPaid(couponId, chunk));
        uint256 expected = total - first < CHUNK ? total - first : CHUNK;
        require(given == expected, ChunkSizeWrong(given, expected));
    }

    function _checkProof(Coupon storage coupon, bytes32 couponId, bytes32 node, uint256 chunk, bytes32[] calldata proof)
        private
        view
    {
        uint256 depth = CouponTree.depthOf(coupon.payees) - CouponTree.CHUNK_DEPTH;
        require(proof.length == depth, ProofInvalid(couponId));
        require(CouponTree.rootFrom(node, chunk, proof) == coupon.root, ProofInvalid(couponId));
    }

    /// @dev One bit for each payee who got the money. Gas is checked so that no caller can starve a payee.
    function _push(address paymentToken, Payee[] calldata payees, uint256 waiting, uint256 ordered)
        private
        returns (uint256 paid)
    {
        uint256 before = paymentToken.heldBy(address(this));
        // `i` counts to 256 at most.
        unchecked {
            for (uint256 i = 0; i < payees.length; ++i) {
                if (waiting >> i & 1 == 0) continue;
                require(gasleft() > GAS_TO_SPARE, GasTooLow(gasleft(), GAS_TO_SPARE));
                (address account, uint256 amount) = CouponTree.payeeAt(payees, i);
                if (paymentToken.send(account, amount, TRANSFER_GAS)) paid |= 1 << i;
            }
        }
        paymentToken.requireTaken(before, ordered);
    }

    /// @dev The bits of the waiting among the first `count`, which is 1 to 256.
    function _among(uint256 count, uint256 waiting) private pure returns (uint256) {
        return waiting & (type(uint256).max >> (CHUNK - count));
    }

    function _owe(bytes32 couponId, uint32 chunk, Payee[] calldata payees, uint256 missed) private {
        uint256 total = 0;
        for (uint256 i = 0; i < payees.length; ++i) {
            if (missed >> i & 1 == 0) continue;
            _owed[couponId][payees[i].account] += payees[i].amount;
            total += payees[i].amount;
            emit CouponOwed(couponId, uint32(chunk * CHUNK + i), payees[i].account, payees[i].amount);
        }
        _owedTotal[couponId] += total;
    }
}
