// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {AccessRoles} from "./AccessRoles.sol";
import {CouponTree, Payee} from "./CouponTree.sol";
import {PaymentCalls} from "./PaymentCalls.sol";

/// @title Pays the coupons of any token in any payment token: funded first, each entitlement once.
/// @notice For each coupon paid + owed + returned + open == funded, always. A payee whose token transfer fails is owed
/// the amount and blocks nobody. Whoever is not pushed to can claim with a proof, without this platform.
contract CouponPayer is AccessRoles {
    using PaymentCalls for address;

    struct Coupon {
        bytes32 root;
        address paymentToken;
        uint40 claimDeadline;
        uint32 payees;
        address funder;
        uint128 funded;
        uint128 open;
        uint128 owed;
        uint128 returned;
    }

    /// @notice What a transfer to a payee may use, far above what a payment token needs: a payee cannot eat the chunk.
    uint256 public constant TRANSFER_GAS = 200_000;
    uint256 public constant CHUNK = CouponTree.CHUNK;

    mapping(bytes32 couponId => Coupon) private _coupons;
    /// @dev One bit per pushed chunk.
    mapping(bytes32 couponId => mapping(uint256 word => uint256)) private _pushed;
    /// @dev One bit per leaf claimed alone; a word is a chunk.
    mapping(bytes32 couponId => mapping(uint256 chunk => uint256)) private _claimed;
    mapping(bytes32 couponId => mapping(address account => uint256)) private _owed;
    bool private transient _entered;

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
    event CouponPaid(bytes32 indexed couponId, uint32 index, address indexed account, uint256 amount);
    event CouponOwed(bytes32 indexed couponId, uint32 index, address indexed account, uint256 amount);
    event CouponChunkPaid(bytes32 indexed couponId, uint32 chunk);
    event OwedPaid(bytes32 indexed couponId, address indexed account, uint256 amount);
    event CouponReclaimed(bytes32 indexed couponId, address indexed funder, uint256 amount);

    error CouponKnown(bytes32 couponId);
    error CouponUnknown(bytes32 couponId);
    error NoPayees();
    error AmountTooLarge(uint256 amount, uint256 max);
    error DeadlinePassed(uint40 claimDeadline);
    error DeadlineNotReached(uint40 claimDeadline);
    error FundingMismatch(uint256 expected, uint256 received);
    error ChunkOutOfRange(uint32 chunk, uint256 chunks);
    error IndexOutOfRange(uint32 index, uint32 payees);
    error ChunkSizeWrong(uint256 given, uint256 expected);
    error ProofInvalid(bytes32 couponId);
    error AlreadyPaid(bytes32 couponId, uint32 place);
    error Underfunded(bytes32 couponId, uint256 needed, uint256 open);
    error NothingOwed(bytes32 couponId, address account);
    error NothingOpen(bytes32 couponId);
    error TransferFailed(address paymentToken, address account, uint256 amount);
    error GasTooLow(uint256 gasLeft, uint256 needed);
    error Reentered();

    modifier once() {
        require(!_entered, Reentered());
        _entered = true;
        _;
        _entered = false;
    }

    constructor(address admin_) {
        _setAdmin(admin_);
    }

    /// @notice Declares a coupon and pulls its funds from the caller, who gets back what nobody claims.
    /// @param root of the tree that `CouponTree` describes, over `payees` leaves
    /// @param claimDeadline unix seconds: from then on the open rest may be reclaimed
    function declare(
        bytes32 couponId,
        address token,
        address paymentToken,
        uint256 amount,
        bytes32 root,
        uint32 payees,
        uint40 claimDeadline
    ) external onlyRole(PAYER) once {
        require(_coupons[couponId].payees == 0, CouponKnown(couponId));
        require(payees != 0, NoPayees());
        require(amount <= type(uint128).max, AmountTooLarge(amount, type(uint128).max));
        require(block.timestamp < claimDeadline, DeadlinePassed(claimDeadline));
        _coupons[couponId] = Coupon({
            root: root,
            paymentToken: paymentToken,
            claimDeadline: claimDeadline,
            payees: payees,
            funder: msg.sender,
            funded: uint128(amount),
            open: uint128(amount),
            owed: 0,
            returned: 0
        });
        uint256 received = paymentToken.pull(msg.sender, amount);
        require(received == amount, FundingMismatch(amount, received));
        emit CouponDeclared(couponId, token, paymentToken, msg.sender, amount, root, payees, claimDeadline);
    }

    /// @notice Pays chunk number `chunk`, that is the payees 256 * chunk to 256 * chunk + 255 or the last one.
    /// @dev Leaves claimed before are skipped. Needs TRANSFER_GAS to spare beyond what it uses.
    function pay(bytes32 couponId, uint32 chunk, Payee[] calldata payees, bytes32[] calldata proof)
        external
        onlyRole(PAYER)
        once
    {
        Coupon storage coupon = _known(couponId);
        _checkChunk(coupon, couponId, chunk, payees, proof);
        _pushed[couponId][chunk >> 8] |= 1 << (chunk & 0xff);
        uint256 claimed = _claimed[couponId][chunk];
        _take(coupon, couponId, _total(payees, claimed));
        address paymentToken = coupon.paymentToken;
        uint256 owed = 0;
        for (uint256 i = 0; i < payees.length; ++i) {
            if (claimed >> i & 1 != 0) continue;
            uint32 index = uint32(uint256(chunk) * CHUNK + i);
            owed += _push(couponId, paymentToken, index, payees[i].account, payees[i].amount);
        }
        // At most what _take has just moved out of a 128-bit figure.
        if (owed != 0) coupon.owed += uint128(owed);
        emit CouponChunkPaid(couponId, chunk);
    }

    /// @notice Pays one payee who was not pushed to; anyone may call, the money goes to the payee.
    function claim(bytes32 couponId, uint32 index, address account, uint256 amount, bytes32[] calldata proof)
        external
        once
    {
        Coupon storage coupon = _known(couponId);
        require(index < coupon.payees, IndexOutOfRange(index, coupon.payees));
        require(!isPaid(couponId, index), AlreadyPaid(couponId, index));
        require(proof.length == CouponTree.depthOf(coupon.payees), ProofInvalid(couponId));
        bytes32 leaf = CouponTree.leaf(couponId, index, account, amount);
        require(CouponTree.rootFrom(leaf, index, proof) == coupon.root, ProofInvalid(couponId));
        _claimed[couponId][index / CHUNK] |= 1 << (index % CHUNK);
        _take(coupon, couponId, amount);
        require(
            coupon.paymentToken.send(account, amount, TRANSFER_GAS),
            TransferFailed(coupon.paymentToken, account, amount)
        );
        emit CouponPaid(couponId, index, account, amount);
    }

    /// @notice Tries again to pay what `account` is owed; anyone may call, the money goes to the account.
    function payOwed(bytes32 couponId, address account) external once {
        Coupon storage coupon = _known(couponId);
        uint256 amount = _owed[couponId][account];
        require(amount != 0, NothingOwed(couponId, account));
        _owed[couponId][account] = 0;
        coupon.owed -= uint128(amount);
        require(
            coupon.paymentToken.send(account, amount, TRANSFER_GAS),
            TransferFailed(coupon.paymentToken, account, amount)
        );
        emit OwedPaid(couponId, account, amount);
    }

    /// @notice From the deadline on, returns the open rest to the funder. What is owed stays owed.
    function reclaim(bytes32 couponId) external once {
        Coupon storage coupon = _known(couponId);
        require(block.timestamp >= coupon.claimDeadline, DeadlineNotReached(coupon.claimDeadline));
        uint128 open = coupon.open;
        require(open != 0, NothingOpen(couponId));
        coupon.open = 0;
        coupon.returned += open;
        require(
            coupon.paymentToken.send(coupon.funder, open, TRANSFER_GAS),
            TransferFailed(coupon.paymentToken, coupon.funder, open)
        );
        emit CouponReclaimed(couponId, coupon.funder, open);
    }

    function couponOf(bytes32 couponId) external view returns (Coupon memory) {
        return _known(couponId);
    }

    /// @notice The five figures of a coupon; the last four add up to the first.
    function balanceOf(bytes32 couponId)
        external
        view
        returns (uint256 funded, uint256 paid, uint256 owed, uint256 returned, uint256 open)
    {
        Coupon storage coupon = _known(couponId);
        (funded, owed, returned, open) = (coupon.funded, coupon.owed, coupon.returned, coupon.open);
        paid = funded - owed - returned - open;
    }

    function owedTo(bytes32 couponId, address account) external view returns (uint256) {
        return _owed[couponId][account];
    }

    function isChunkPaid(bytes32 couponId, uint32 chunk) public view returns (bool) {
        return _pushed[couponId][chunk >> 8] >> (chunk & 0xff) & 1 != 0;
    }

    /// @notice Whether the payee at `index` was pushed to, in money or as owed, or has claimed.
    function isPaid(bytes32 couponId, uint32 index) public view returns (bool) {
        return
            isChunkPaid(couponId, uint32(index / CHUNK))
                || _claimed[couponId][index / CHUNK] >> (index % CHUNK) & 1 != 0;
    }

    function _checkChunk(
        Coupon storage coupon,
        bytes32 couponId,
        uint32 chunk,
        Payee[] calldata payees,
        bytes32[] calldata proof
    ) private view {
        uint256 total = coupon.payees;
        uint256 first = uint256(chunk) * CHUNK;
        require(first < total, ChunkOutOfRange(chunk, (total + CHUNK - 1) / CHUNK));
        require(!isChunkPaid(couponId, chunk), AlreadyPaid(couponId, chunk));
        uint256 expected = total - first < CHUNK ? total - first : CHUNK;
        require(payees.length == expected, ChunkSizeWrong(payees.length, expected));
        require(
            proof.length == CouponTree.depthOf(total) - CouponTree.CHUNK_DEPTH
                && CouponTree.rootFrom(CouponTree.chunkRoot(couponId, chunk, payees), chunk, proof) == coupon.root,
            ProofInvalid(couponId)
        );
    }

    function _total(Payee[] calldata payees, uint256 claimed) private pure returns (uint256 total) {
        for (uint256 i = 0; i < payees.length; ++i) {
            if (claimed >> i & 1 == 0) total += payees[i].amount;
        }
    }

    /// @dev Out of `open` before any money moves.
    function _take(Coupon storage coupon, bytes32 couponId, uint256 amount) private {
        uint256 open = coupon.open;
        require(amount <= open, Underfunded(couponId, amount, open));
        coupon.open = uint128(open - amount);
    }

    /// @dev Returns what could not be sent and is owed now. Gas is checked so that no caller can starve a payee.
    function _push(bytes32 couponId, address paymentToken, uint32 index, address account, uint256 amount)
        private
        returns (uint256 owed)
    {
        uint256 needed = TRANSFER_GAS + TRANSFER_GAS / 32;
        require(gasleft() > needed, GasTooLow(gasleft(), needed));
        if (paymentToken.send(account, amount, TRANSFER_GAS)) {
            emit CouponPaid(couponId, index, account, amount);
            return 0;
        }
        _owed[couponId][account] += amount;
        emit CouponOwed(couponId, index, account, amount);
        return amount;
    }

    function _known(bytes32 couponId) private view returns (Coupon storage coupon) {
        coupon = _coupons[couponId];
        require(coupon.payees != 0, CouponUnknown(couponId));
    }
}
