// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {CouponBook} from "../src/CouponBook.sol";
import {CouponPayer} from "../src/CouponPayer.sol";
import {Payee} from "../src/CouponTree.sol";
import {OddToken} from "./PaymentTokens.sol";
import {Test} from "./Vm.sol";

/// @title Does anything to a payer of coupons, in any order, with payees and payment tokens that misbehave.
contract CouponHandler is Test {
    uint256 public constant ACTORS = 5;
    /// @dev Of coupons that are not over.
    uint256 public constant MOST_COUPONS = 6;
    uint256 private constant LEAVES = 4;

    CouponPayer public immutable coupons;
    OddToken[2] public monies;
    address private immutable payer = account("payer");
    /// @dev Coupons that something is left of, and those that are over: nothing of them may move any more.
    bytes32[] public ids;
    bytes32[] private _over;
    /// @dev What the coupons that are over have paid to each actor.
    mapping(address who => mapping(OddToken money => uint256)) private _had;
    mapping(bytes32 id => Payee[4]) private _payees;
    mapping(bytes32 id => uint256) public amountOf;
    /// @dev What must never happen, in words; empty as long as it has not.
    string public broken;
    /// @dev How often each call went through.
    mapping(bytes4 call => uint256) public succeeded;

    constructor(CouponPayer coupons_) {
        coupons = coupons_;
        (monies[0], monies[1]) = (new OddToken(), new OddToken());
    }

    function declare(uint256 drawn) external {
        uint256 seed = stir(drawn);
        clear();
        if (ids.length == MOST_COUPONS) return;
        bytes32 id = bytes32(ids.length + _over.length + 1);
        uint256 sum = 0;
        for (uint256 i = 0; i < LEAVES; ++i) {
            uint256 draw = uint256(keccak256(abi.encode(seed, i)));
            Payee memory payee = Payee(actor(draw), uint128(draw >> 8 & 0xff), uint128(draw >> 16 & 0x3));
            _payees[id][i] = payee;
            sum += payee.amount + payee.withheld;
        }
        OddToken money = monies[seed & 1];
        // Every fourth coupon promises more than it holds, and every fourth holds more than it promises.
        uint256 funded = seed & 6 == 0 ? sum / 2 : seed & 6 == 2 ? 2 * sum : sum;
        money.mint(payer, funded);
        money.behaveOnPull(OddToken.Way.TakesFee);
        mustNot(funded != 0 && try_(payer, declaration(id, money, funded)), "a fee on the way in was credited in full");
        money.behaveOnPull(OddToken.Way.Plain);
        mustNot(!try_(payer, declaration(id, money, funded)), "a good declaration was refused");
        ids.push(id);
        amountOf[id] = funded;
        money.mint(payer, funded);
        mustNot(try_(payer, declaration(id, money, funded)), "an id was declared twice");
    }

    function push(uint256 drawn) external {
        uint256 seed = stir(drawn);
        bytes32 id = pick(seed);
        if (id == 0) return;
        CouponBook.CouponFigures memory before = coupons.balanceOf(id);
        bool pushed = coupons.isChunkPaid(id, 0);
        uint256 needed = needs(id);
        mustNot(try_(account("stranger"), pushing(id)), "a stranger pushed");
        bool ok = try_(payer, pushing(id));
        mustNot(ok && pushed, "a chunk was pushed twice");
        mustNot(!ok && !pushed && needed <= before.open, "a payee blocked the others");
        mustNot(ok && needed > before.open, "more was paid than was open");
    }

    function claim(uint256 drawn) external {
        uint256 seed = stir(drawn);
        bytes32 id = pick(seed);
        if (id == 0) return;
        uint32 index = uint32(seed >> 8) % uint32(LEAVES);
        bool paid = coupons.isPaid(id, index);
        bool ok = try_(account("stranger"), claiming(id, index));
        mustNot(ok && paid, "a leaf was paid twice");
    }

    function claimWrongly(uint256 drawn) external {
        uint256 seed = stir(drawn);
        bytes32 id = pick(seed);
        if (id == 0) return;
        uint32 index = uint32(seed >> 8) % uint32(LEAVES);
        Payee memory payee = _payees[id][index];
        if (seed >> 40 & 1 == 0) payee.amount += 1;
        else payee.account = address(this);
        bytes memory input = abi.encodeCall(coupons.claim, (id, index, payee, proofOf(id, index)));
        mustNot(try_(payer, input), "something else than the entitlement was paid");
    }

    function payOwed(uint256 drawn) external {
        uint256 seed = stir(drawn);
        bytes32 id = pick(seed);
        if (id == 0) return;
        // Mostly somebody who is owed something, if anybody is.
        address who = actor(seed >> 8);
        for (uint256 a = 0; a < ACTORS && seed >> 40 & 3 != 0 && coupons.owedTo(id, who) == 0; ++a) {
            who = actor(a);
        }
        OddToken money = OddToken(coupons.couponOf(id).paymentToken);
        // Whoever could not receive may have mended that.
        bool mended = seed >> 42 & 1 == 0;
        if (mended) money.behave(who, OddToken.Way.Plain);
        bool owed = coupons.owedTo(id, who) != 0;
        bool ok = try_(account("stranger"), abi.encodeCall(coupons.payOwed, (id, who)));
        mustNot(mended && ok != owed, "who is owed is paid, and nobody else");
    }

    function remit(uint256 drawn) external {
        bytes32 id = pick(stir(drawn));
        if (id != 0) try_(account("stranger"), abi.encodeCall(coupons.remit, (id)));
    }

    function reclaim(uint256 drawn) external {
        bytes32 id = pick(stir(drawn));
        if (id == 0) return;
        bool early = block.timestamp < coupons.couponOf(id).claimDeadline;
        bool ok = try_(account("stranger"), abi.encodeCall(coupons.reclaim, (id)));
        mustNot(ok && early, "the rest went back before the deadline");
    }

    /// @dev A while, or up to the deadline of a coupon or the second before it.
    function wait_(uint256 drawn) external {
        uint256 seed = stir(drawn);
        bytes32 id = pick(seed);
        uint256 until = id != 0 && seed >> 40 & 3 == 0
            ? coupons.couponOf(id).claimDeadline - (seed >> 42 & 1)
            : block.timestamp + (seed >> 48) % 30;
        if (until > block.timestamp) vm.warp(until);
    }

    /// @dev A payee who refuses, eats gas, answers nothing or at length, or calls back into the payer.
    function misbehave(uint256 drawn) external {
        uint256 seed = stir(drawn);
        OddToken.Way[6] memory ways = [
            OddToken.Way.Plain,
            OddToken.Way.ReturnsFalse,
            OddToken.Way.EatsGas,
            OddToken.Way.Reenters,
            OddToken.Way.ReturnsNothing,
            OddToken.Way.AnswersLong
        ];
        OddToken money = monies[seed & 1];
        money.behave(actor(seed >> 1), ways[seed >> 16 & 3 == 0 ? 0 : (seed >> 8) % 6]);
        bytes32 id = pick(seed >> 64);
        if (id == 0) return;
        bytes[4] memory inputs = [
            claiming(id, uint32(seed >> 24) % uint32(LEAVES)),
            abi.encodeCall(coupons.payOwed, (id, actor(seed >> 32))),
            abi.encodeCall(coupons.reclaim, (id)),
            abi.encodeCall(coupons.remit, (id))
        ];
        money.reenterWith(address(coupons), inputs[(seed >> 40) % 4]);
    }

    function count() external view returns (uint256) {
        return ids.length;
    }

    function actor(uint256 seed) public pure returns (address) {
        return address(uint160(0xa11ce000 + seed % ACTORS));
    }

    /// @dev What an actor must have of a payment token: its leaves that are paid, less what it is still owed.
    function dueTo(address who, OddToken money) external view returns (uint256 due) {
        due = _had[who][money];
        for (uint256 i = 0; i < ids.length; ++i) {
            if (coupons.couponOf(ids[i]).paymentToken != address(money)) continue;
            for (uint32 leaf = 0; leaf < LEAVES; ++leaf) {
                Payee memory payee = _payees[ids[i]][leaf];
                if (payee.account == who && coupons.isPaid(ids[i], leaf)) due += payee.amount;
            }
            due -= coupons.owedTo(ids[i], who);
        }
    }

    /// @dev Of coupons nothing is left of, what they have paid is kept.
    function clear() private {
        for (uint256 i = ids.length; i > 0; --i) {
            bytes32 id = ids[i - 1];
            CouponBook.CouponFigures memory all = coupons.balanceOf(id);
            if (all.owed + all.withheld + all.open != 0) continue;
            for (uint32 leaf = 0; leaf < LEAVES; ++leaf) {
                Payee memory payee = _payees[id][leaf];
                OddToken money = OddToken(coupons.couponOf(id).paymentToken);
                if (coupons.isPaid(id, leaf)) _had[payee.account][money] += payee.amount;
            }
            (ids[i - 1], ids[ids.length - 1]) = (ids[ids.length - 1], id);
            ids.pop();
            _over.push(id);
        }
    }

    /// @dev Mostly a coupon that something is left of; none before the first.
    function pick(uint256 seed) private view returns (bytes32) {
        bool over = _over.length != 0 && (seed >> 200 & 7 == 0 || ids.length == 0);
        if (over) return _over[(seed >> 208) % _over.length];
        return ids.length == 0 ? bytes32(0) : ids[(seed >> 208) % ids.length];
    }

    function mustNot(bool happened, string memory what) private {
        if (happened && bytes(broken).length == 0) broken = what;
    }

    function needs(bytes32 id) private view returns (uint256 sum) {
        for (uint32 leaf = 0; leaf < LEAVES; ++leaf) {
            if (!coupons.isPaid(id, leaf)) sum += _payees[id][leaf].amount + _payees[id][leaf].withheld;
        }
    }

    function try_(address sender, bytes memory input) private returns (bool ok) {
        vm.prank(sender);
        (ok,) = address(coupons).call(input);
        if (ok) ++succeeded[bytes4(input)];
    }

    function declaration(bytes32 id, OddToken money, uint256 amount) private view returns (bytes memory) {
        CouponPayer.Declaration memory declared = CouponPayer.Declaration(
            account("pool"),
            address(money),
            amount,
            climb(leafOf(id, 0), proofOf(id, 0)),
            uint32(LEAVES),
            uint40(block.timestamp + 300),
            account("tax office")
        );
        return abi.encodeCall(coupons.declare, (id, declared));
    }

    function pushing(bytes32 id) private view returns (bytes memory) {
        Payee[] memory all = new Payee[](LEAVES);
        for (uint256 i = 0; i < LEAVES; ++i) {
            all[i] = _payees[id][i];
        }
        return abi.encodeCall(coupons.pay, (id, 0, all, new bytes32[](0)));
    }

    function claiming(bytes32 id, uint32 index) private view returns (bytes memory) {
        return abi.encodeCall(coupons.claim, (id, index, _payees[id][index], proofOf(id, index)));
    }

    function leafOf(bytes32 id, uint256 index) private view returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(id, index, _payees[id][index]))));
    }

    /// @dev Four leaves, then empty subtrees up to the depth of eight.
    function proofOf(bytes32 id, uint256 index) private view returns (bytes32[] memory proof) {
        proof = new bytes32[](8);
        proof[0] = leafOf(id, index ^ 1);
        uint256 other = (index ^ 2) & 2;
        proof[1] = keccak256(abi.encodePacked(leafOf(id, other), leafOf(id, other + 1)));
        bytes32 empty = 0;
        for (uint256 level = 0; level < 8; ++level) {
            if (level > 1) proof[level] = empty;
            empty = keccak256(abi.encodePacked(empty, empty));
        }
    }

    function climb(bytes32 node, bytes32[] memory proof) private pure returns (bytes32) {
        for (uint256 i = 0; i < proof.length; ++i) {
            node = keccak256(abi.encodePacked(node, proof[i]));
        }
        return node;
    }
}

/// @title What is true of coupons whatever happened to them.
contract CouponInvariants is Test {
    CouponPayer private coupons;
    CouponHandler private handler;

    function setUp() external {
        address admin = account("admin");
        coupons = CouponPayer(create("CouponPayer", abi.encode(admin)));
        vm.prank(admin);
        coupons.grantRoles(account("payer"), 8);
        handler = new CouponHandler(coupons);
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    /// @dev The smallest draws move everything: a history does not wait for lucky ones.
    function test_small_draws_move_everything() external {
        for (uint256 i = 0; i < 600; ++i) {
            bytes[9] memory steps = [
                abi.encodeCall(handler.declare, (i)),
                abi.encodeCall(handler.push, (i)),
                abi.encodeCall(handler.claim, (i)),
                abi.encodeCall(handler.claimWrongly, (i)),
                abi.encodeCall(handler.payOwed, (i)),
                abi.encodeCall(handler.remit, (i)),
                abi.encodeCall(handler.reclaim, (i)),
                abi.encodeCall(handler.wait_, (i)),
                abi.encodeCall(handler.misbehave, (i))
            ];
            (bool ok,) = address(handler).call(steps[stir(i) % 9]);
            isTrue(ok, "a step");
        }
        moves("declare", coupons.declare.selector, 15);
        moves("pay", coupons.pay.selector, 8);
        moves("claim", coupons.claim.selector, 8);
        moves("payOwed", coupons.payOwed.selector, 4);
        moves("remit", coupons.remit.selector, 8);
        moves("reclaim", coupons.reclaim.selector, 4);
        this.invariant_all();
    }

    function moves(string memory name, bytes4 call, uint256 least) private view {
        if (handler.succeeded(call) < least) revert NotEqual(name, handler.succeeded(call), least);
    }

    /// @dev One invariant, so that one history is looked at from every side after each of its steps.
    function invariant_all() external view {
        nothing_happened_that_must_not();
        paid_due_and_returned_are_what_was_funded();
        the_money_that_is_due_is_there();
        each_payee_has_each_entitlement_once_or_is_owed_it();
        what_payees_are_owed_is_what_the_coupon_owes();
    }

    /// @dev Nothing twice, nobody blocks another, nothing before its time, nobody without the role.
    function nothing_happened_that_must_not() private view {
        string memory broken = handler.broken();
        isTrue(bytes(broken).length == 0, broken);
    }

    function paid_due_and_returned_are_what_was_funded() private view {
        for (uint256 i = 0; i < handler.count(); ++i) {
            bytes32 id = handler.ids(i);
            CouponBook.CouponFigures memory all = coupons.balanceOf(id);
            eq(all.funded, handler.amountOf(id), "funded");
            eq(all.paid + all.owed + all.withheld + all.returned + all.open, all.funded, "adds up");
        }
    }

    function the_money_that_is_due_is_there() private view {
        for (uint256 m = 0; m < 2; ++m) {
            OddToken money = handler.monies(m);
            uint256 due = 0;
            for (uint256 i = 0; i < handler.count(); ++i) {
                bytes32 id = handler.ids(i);
                if (coupons.couponOf(id).paymentToken != address(money)) continue;
                CouponBook.CouponFigures memory all = coupons.balanceOf(id);
                due += all.owed + all.withheld + all.open;
            }
            eq(money.balanceOf(address(coupons)), due, "to the last unit");
        }
    }

    function each_payee_has_each_entitlement_once_or_is_owed_it() private view {
        for (uint256 m = 0; m < 2; ++m) {
            for (uint256 a = 0; a < handler.ACTORS(); ++a) {
                address who = handler.actor(a);
                OddToken money = handler.monies(m);
                eq(money.balanceOf(who), handler.dueTo(who, money), "exactly once");
            }
        }
    }

    function what_payees_are_owed_is_what_the_coupon_owes() private view {
        for (uint256 i = 0; i < handler.count(); ++i) {
            uint256 sum = 0;
            for (uint256 a = 0; a < handler.ACTORS(); ++a) {
                sum += coupons.owedTo(handler.ids(i), handler.actor(a));
            }
            eq(sum, coupons.balanceOf(handler.ids(i)).owed, "owed");
        }
    }
}
