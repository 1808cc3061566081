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
    Trade[6] private _trades;
    bytes32[6] public ids;
    /// @dev How often each trade was settled and refunded.
    uint256[6] public settled;
    uint256[6] public refunded;
    string public broken;

    constructor(DeliveryVersusPayment dvp_) {
        dvp = dvp_;
        for (uint256 i = 0; i < PARTIES; ++i) {
            units.mint(party(i), 1000);
            money.mint(party(i), 1000);
        }
        for (uint256 i = 0; i < TRADES; ++i) {
            bytes32 lock = i % 2 == 0 ? bytes32(0) : sha256(abi.encodePacked(bytes32(i)));
            (address seller, address buyer) = (party(i), party(i + 1));
            _trades[i] = Trade(
                seller, buyer, address(units), 0, 5 + i, address(money), 50 + i, uint40(1000 + 100 * i), lock, 0
            );
            ids[i] = dvp.idOf(_trades[i]);
        }
    }

    function agree(uint256 seed) external {
        try_(party(seed >> 8), abi.encodeCall(dvp.agree, (_trades[seed % TRADES])));
    }

    function withdraw(uint256 seed) external {
        try_(party(seed >> 8), abi.encodeCall(dvp.withdraw, (_trades[seed % TRADES])));
    }

    function settle(uint256 seed) external {
        uint256 i = seed % TRADES;
        address sender = party(seed >> 8);
        uint256 state = dvp.stateOf(ids[i]);
        if (sender == _trades[i].seller) state |= 1;
        if (sender == _trades[i].buyer) state |= 2;
        bool ok = try_(sender, abi.encodeCall(dvp.settle, (_trades[i])));
        noted(i, ok, state);
        if (ok && _trades[i].hashLock != 0) broken = "settled without the secret";
    }

    function settleWithSecret(uint256 seed) external {
        uint256 i = seed % TRADES;
        uint256 state = dvp.stateOf(ids[i]);
        bytes32 secret = bytes32(seed & 0x100 == 0 ? i : i + 1);
        bool ok = try_(party(seed >> 16), abi.encodeCall(dvp.settleWithSecret, (_trades[i], secret)));
        noted(i, ok, state);
        if (ok && secret != bytes32(i)) broken = "settled with a wrong secret";
    }

    function refund(uint256 seed) external {
        uint256 i = seed % TRADES;
        if (!try_(account("stranger"), abi.encodeCall(dvp.refund, (_trades[i])))) return;
        ++refunded[i];
        if (block.timestamp < _trades[i].expiry) broken = "refunded before the expiry";
    }

    function wait_(uint256 seed) external {
        vm.warp(block.timestamp + seed % 30);
    }

    /// @dev The buyer's money or the seller's units misbehave, or call back into the contract.
    function misbehave(uint256 seed) external {
        OddToken.Way[5] memory ways = [
            OddToken.Way.Plain,
            OddToken.Way.ReturnsFalse,
            OddToken.Way.TakesFee,
            OddToken.Way.Reenters,
            OddToken.Way.ReturnsNothing
        ];
        OddToken odd = seed & 1 == 0 ? units : money;
        odd.behaveOnPull(ways[(seed >> 8) % 5]);
        Trade memory trade = _trades[(seed >> 16) % TRADES];
        bytes memory again = seed & 2 == 0
            ? abi.encodeCall(dvp.refund, (trade))
            : abi.encodeCall(dvp.settleWithSecret, (trade, bytes32((seed >> 16) % TRADES)));
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
        if (state & 3 != 3) broken = "settled without both parties";
        if (block.timestamp >= _trades[i].expiry) broken = "settled after the expiry";
    }

    function try_(address sender, bytes memory input) private returns (bool ok) {
        vm.prank(sender);
        (ok,) = address(dvp).call(input);
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
            (uint256 units, uint256 money) = (1000, 1000);
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
