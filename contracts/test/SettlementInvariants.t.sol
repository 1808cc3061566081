// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {DeliveryVersusPayment, Trade} from "../src/DeliveryVersusPayment.sol";
import {OddToken} from "./PaymentTokens.sol";
import {Test} from "./Vm.sol";

/// @title Agrees, withdraws, settles and refunds at random, over tokens that move whatever they are told to move: what
/// must not move, this contract alone has to keep from moving.
contract SettlementHandler is Test {
    uint256 public constant TRADES = 6;
    uint256 public constant PARTIES = 3;
    DeliveryVersusPayment public immutable dvp;
    OddToken public immutable units = new OddToken();
    OddToken public immutable money = new OddToken();
    /// @dev Trades under way, and those that ended or can begin no more: nothing may happen to them.
    Trade[6] private _trades;
    Trade[] private _past;
    bytes32[6] public ids;
    /// @dev How often each trade was settled and refunded.
    uint256[6] public settled;
    uint256[6] public refunded;
    /// @dev What a party has after the trades that are past.
    mapping(address party => uint256) public unitsOf;
    mapping(address party => uint256) public moneyOf;
    /// @dev How often each call went through.
    mapping(bytes4 call => uint256) public succeeded;
    string public broken;

    constructor(DeliveryVersusPayment dvp_) {
        dvp = dvp_;
        for (uint256 i = 0; i < PARTIES; ++i) {
            units.mint(party(i), 10_000);
            money.mint(party(i), 10_000);
            (unitsOf[party(i)], moneyOf[party(i)]) = (10_000, 10_000);
        }
        for (uint256 i = 0; i < TRADES; ++i) {
            open(i, i);
        }
    }

    /// @dev Half of the calls come from a party of the trade, and half of those from the one whose turn it is.
    function agree(uint256 drawn) external {
        (uint256 seed, uint256 i) = drawTrade(drawn);
        try_(sender(seed, i), abi.encodeCall(dvp.agree, (_trades[i])));
    }

    function withdraw(uint256 drawn) external {
        (uint256 seed, uint256 i) = drawTrade(drawn);
        if (seed >> 40 & 1 == 0) return;
        try_(sender(seed, i), abi.encodeCall(dvp.withdraw, (_trades[i])));
    }

    function settle(uint256 drawn) external {
        (uint256 seed, uint256 i) = drawTrade(drawn);
        if (seed >> 40 & 7 != 0) i &= ~uint256(1);
        address by = sender(seed, i);
        uint256 state = dvp.stateOf(ids[i]);
        if (by == _trades[i].seller) state |= 1;
        if (by == _trades[i].buyer) state |= 2;
        bool ok = try_(by, abi.encodeCall(dvp.settle, (_trades[i])));
        noted(i, ok, state);
        mustNot(ok && _trades[i].hashLock != 0, "settled without the secret");
    }

    function settleWithSecret(uint256 drawn) external {
        (uint256 seed, uint256 i) = drawTrade(drawn);
        if (seed >> 40 & 7 != 0) i |= 1;
        uint256 state = dvp.stateOf(ids[i]);
        bytes32 secret = seed >> 16 & 3 == 0 ? bytes32(seed) : _trades[i].salt;
        bool ok = try_(party(seed >> 24), abi.encodeCall(dvp.settleWithSecret, (_trades[i], secret)));
        noted(i, ok, state);
        mustNot(ok && secret != _trades[i].salt, "settled with a wrong secret");
    }

    function refund(uint256 drawn) external {
        (, uint256 i) = drawTrade(drawn);
        if (!try_(account("stranger"), abi.encodeCall(dvp.refund, (_trades[i])))) return;
        ++refunded[i];
        mustNot(block.timestamp < _trades[i].expiry, "refunded before the expiry");
    }

    /// @dev What is over stays so, whoever calls what.
    function revive(uint256 drawn) external {
        if (_past.length == 0) return;
        uint256 seed = stir(drawn);
        Trade memory trade = _past[(seed >> 8) % _past.length];
        bytes[5] memory inputs = [
            abi.encodeCall(dvp.agree, (trade)),
            abi.encodeCall(dvp.withdraw, (trade)),
            abi.encodeCall(dvp.settle, (trade)),
            abi.encodeCall(dvp.settleWithSecret, (trade, trade.salt)),
            abi.encodeCall(dvp.refund, (trade))
        ];
        bool ok = try_(seed & 1 == 0 ? trade.seller : trade.buyer, inputs[(seed >> 80) % 5]);
        // An agreement to a trade that nobody can settle any more may be taken back.
        mustNot(ok && (seed >> 80) % 5 != 1, "a trade that was over went on");
    }

    /// @dev A while, or up to the expiry of a trade or the second before it.
    function wait_(uint256 drawn) external {
        uint256 seed = stir(drawn);
        uint256 until = seed & 15 == 0
            ? _trades[(seed >> 8) % TRADES].expiry - (seed >> 16 & 1)
            : block.timestamp + (seed >> 24) % 12;
        if (until > block.timestamp) vm.warp(until);
        renew();
    }

    /// @dev The buyer's money or the seller's units misbehave, or call back into the contract.
    function misbehave(uint256 drawn) external {
        uint256 seed = stir(drawn);
        OddToken.Way[5] memory ways = [
            OddToken.Way.Plain,
            OddToken.Way.ReturnsFalse,
            OddToken.Way.TakesFee,
            OddToken.Way.Reenters,
            OddToken.Way.ReturnsNothing
        ];
        OddToken odd = seed & 1 == 0 ? units : money;
        odd.behaveOnPull(ways[seed & 6 != 0 ? 0 : (seed >> 8) % 5]);
        Trade memory trade = _trades[(seed >> 16) % TRADES];
        bytes memory again = seed & 4 == 0
            ? abi.encodeCall(dvp.refund, (trade))
            : abi.encodeCall(dvp.settleWithSecret, (trade, trade.salt));
        odd.reenterWith(address(dvp), again);
    }

    function tradeOf(uint256 i) external view returns (Trade memory) {
        return _trades[i];
    }

    function party(uint256 seed) public pure returns (address) {
        return address(uint160(0xb0b000 + seed % PARTIES));
    }

    function noted(uint256 i, bool ok, uint256 state) private {
        if (!ok) return;
        ++settled[i];
        mustNot(state & 3 != 3, "settled without both parties");
        mustNot(block.timestamp >= _trades[i].expiry, "settled after the expiry");
    }

    /// @dev Another trade takes the place of one that is over, or that expired a while ago with nothing locked.
    function renew() private {
        for (uint256 i = 0; i < TRADES; ++i) {
            Trade memory trade = _trades[i];
            uint256 state = dvp.stateOf(ids[i]);
            bool over = state & dvp.OVER() != 0;
            if (!over && (block.timestamp < trade.expiry + 20 || state & dvp.FUNDED() != 0)) continue;
            if (settled[i] == 1) {
                (unitsOf[trade.seller], moneyOf[trade.seller]) =
                    (unitsOf[trade.seller] - trade.units, moneyOf[trade.seller] + trade.price);
                (unitsOf[trade.buyer], moneyOf[trade.buyer]) =
                    (unitsOf[trade.buyer] + trade.units, moneyOf[trade.buyer] - trade.price);
            }
            _past.push(trade);
            (settled[i], refunded[i]) = (0, 0);
            open(i, TRADES + _past.length);
        }
    }

    /// @dev Every second trade is locked by a secret, which is its salt.
    function open(uint256 i, uint256 number) private {
        bytes32 salt = bytes32(number);
        bytes32 lock = i % 2 == 0 ? bytes32(0) : sha256(abi.encodePacked(salt));
        uint256 seed = stir(number);
        uint40 expiry = uint40(block.timestamp + 100 + seed % 200);
        (address seller, address buyer) = (party(seed >> 8), party((seed >> 8) + 1 + (seed >> 16 & 1)));
        uint256 price = 20 + (seed >> 32) % 80;
        _trades[i] = Trade(
            seller, buyer, address(units), 0, 1 + (seed >> 24) % 9, address(money), price, expiry, lock, salt
        );
        ids[i] = dvp.idOf(_trades[i]);
    }

    function drawTrade(uint256 drawn) private view returns (uint256 seed, uint256 i) {
        seed = stir(drawn);
        i = (seed >> 200) % TRADES;
    }

    /// @dev Mostly a party of the trade, and one who has not agreed before one who has.
    function sender(uint256 seed, uint256 i) private view returns (address) {
        if (seed & 7 == 0) return party(seed >> 8);
        bool seller = dvp.stateOf(ids[i]) & 3 == 2 || seed & 8 == 0;
        return seller ? _trades[i].seller : _trades[i].buyer;
    }

    function mustNot(bool happened, string memory what) private {
        if (happened && bytes(broken).length == 0) broken = what;
    }

    function try_(address sender, bytes memory input) private returns (bool ok) {
        vm.prank(sender);
        (ok,) = address(dvp).call(input);
        if (ok) ++succeeded[bytes4(input)];
    }
}

/// @title What is true of trades whatever happened to them.
contract SettlementInvariants is Test {
    DeliveryVersusPayment private dvp;
    SettlementHandler private handler;

    function setUp() external {
        vm.warp(900);
        dvp = DeliveryVersusPayment(create("DeliveryVersusPayment", ""));
        handler = new SettlementHandler(dvp);
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    /// @dev The smallest draws move everything: a history does not wait for lucky ones.
    function test_small_draws_move_everything() external {
        for (uint256 i = 0; i < 600; ++i) {
            bytes[8] memory steps = [
                abi.encodeCall(handler.agree, (i)),
                abi.encodeCall(handler.withdraw, (i)),
                abi.encodeCall(handler.settle, (i)),
                abi.encodeCall(handler.settleWithSecret, (i)),
                abi.encodeCall(handler.refund, (i)),
                abi.encodeCall(handler.revive, (i)),
                abi.encodeCall(handler.wait_, (i)),
                abi.encodeCall(handler.misbehave, (i))
            ];
            (bool ok,) = address(handler).call(steps[stir(i) % 8]);
            isTrue(ok, "a step");
        }
        moves("agree", dvp.agree.selector, 20);
        moves("withdraw", dvp.withdraw.selector, 3);
        moves("settle", dvp.settle.selector, 6);
        moves("settleWithSecret", dvp.settleWithSecret.selector, 2);
        moves("refund", dvp.refund.selector, 1);
        this.invariant_all();
    }

    function moves(string memory name, bytes4 call, uint256 least) private view {
        if (handler.succeeded(call) < least) revert NotEqual(name, handler.succeeded(call), least);
    }

    /// @dev One invariant, so that one history is looked at from every side after each of its steps.
    function invariant_all() external view {
        nothing_happened_that_must_not();
        a_trade_ends_once();
        what_is_locked_is_here();
        units_and_money_moved_together();
    }

    function nothing_happened_that_must_not() private view {
        string memory broken = handler.broken();
        isTrue(bytes(broken).length == 0, broken);
    }

    function a_trade_ends_once() private view {
        for (uint256 i = 0; i < handler.TRADES(); ++i) {
            uint256 ends = handler.settled(i) + handler.refunded(i);
            isTrue(ends <= 1, "one end");
            eq(dvp.stateOf(handler.ids(i)) >> 3, ends, "and it is over then");
        }
    }

    function what_is_locked_is_here() private view {
        uint256 locked = 0;
        for (uint256 i = 0; i < handler.TRADES(); ++i) {
            if (dvp.stateOf(handler.ids(i)) & 12 == 4) locked += handler.tradeOf(i).price;
        }
        eq(handler.money().balanceOf(address(dvp)), locked, "money");
        eq(handler.units().balanceOf(address(dvp)), 0, "never units");
    }

    /// @dev Everybody has what the settled trades gave and took, and has locked what is locked.
    function units_and_money_moved_together() private view {
        for (uint256 p = 0; p < handler.PARTIES(); ++p) {
            address who = handler.party(p);
            (uint256 units, uint256 money) = (handler.unitsOf(who), handler.moneyOf(who));
            for (uint256 i = 0; i < handler.TRADES(); ++i) {
                Trade memory trade = handler.tradeOf(i);
                bool done = handler.settled(i) == 1;
                if (done && trade.seller == who) (units, money) = (units - trade.units, money + trade.price);
                if (done && trade.buyer == who) (units, money) = (units + trade.units, money - trade.price);
                bool locked = dvp.stateOf(handler.ids(i)) & 12 == 4;
                if (locked && trade.buyer == who) money -= trade.price;
            }
            eq(handler.units().balanceOf(who), units, "units");
            eq(handler.money().balanceOf(who), money, "money");
        }
    }
}
