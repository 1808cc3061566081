// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC1410} from "./interfaces/IERC1400.sol";
import {PaymentCalls} from "./PaymentCalls.sol";

/// @notice A sale of units: its terms are its id, and nothing of it can be changed afterwards.
struct Trade {
    address seller;
    address buyer;
    /// @dev The security token, and the partition; zero for a plain ERC-20.
    address token;
    bytes32 partition;
    uint256 units;
    address paymentToken;
    uint256 price;
    /// @dev Unix seconds: the trade settles while block.timestamp < expiry, and never from then on.
    uint40 expiry;
    /// @dev Zero, or the SHA-256 of the 32 bytes that release the trade.
    bytes32 hashLock;
    /// @dev Tells apart trades that are alike.
    bytes32 salt;
}

/// @title Delivery versus payment: units and money change hands in one transaction or not at all.
/// @notice The contract never holds units and needs no place on a register: they go from seller to buyer under every
/// rule of their token, by the seller's allowance or authorisation as an operator. Both parties agree, then one of them
/// settles; agreeing can be taken back until then. A trade with a hash lock takes the money at once when the buyer agrees,
/// keeps it until the expiry, and is settled by whoever shows the secret: the buyer cannot take it back, the secret alone
/// moves nothing but both sides together. There is no administrator.
/// @dev State of a trade, in one word: bit 0 the seller agreed · 1 the buyer agreed · 2 the price is here · 3 over.
contract DeliveryVersusPayment {
    using PaymentCalls for address;

    uint256 public constant SELLER_AGREED = 1 << 0;
    uint256 public constant BUYER_AGREED = 1 << 1;
    uint256 public constant FUNDED = 1 << 2;
    uint256 public constant OVER = 1 << 3;

    mapping(bytes32 tradeId => uint256) private _states;
    bool private transient _entered;

    event TradeAgreed(bytes32 indexed tradeId, address indexed party, Trade trade);
    event AgreementWithdrawn(bytes32 indexed tradeId, address indexed party);
    event PriceReceived(bytes32 indexed tradeId, address indexed buyer, uint256 price);
    event TradeSettled(bytes32 indexed tradeId, address indexed seller, address indexed buyer);
    event PriceReturned(bytes32 indexed tradeId, address indexed buyer, uint256 price);

    error NotAParty(address account);
    error PartiesAlike(address account);
    error NothingToTrade(uint256 units, uint256 price);
    error TradeOver(bytes32 tradeId);
    error TradeExpired(bytes32 tradeId, uint40 expiry);
    error TradeNotExpired(bytes32 tradeId, uint40 expiry);
    error NotAgreed(bytes32 tradeId, uint256 state);
    error AlreadyAgreed(bytes32 tradeId, address party);
    error PriceIsLocked(bytes32 tradeId);
    error NothingHeld(bytes32 tradeId);
    error SecretWrong(bytes32 tradeId);
    error PriceMismatch(uint256 expected, uint256 received);
    error DeliveryMismatch(uint256 expected, uint256 received);
    error Reentered();

    modifier once() {
        require(!_entered, Reentered());
        _entered = true;
        _;
        _entered = false;
    }

    /// @notice The sender, a party of the trade, agrees to it. With a hash lock the buyer pays the price in.
    function agree(Trade calldata trade) external once returns (bytes32 tradeId) {
        tradeId = idOf(trade);
        uint256 mine = _partyBit(trade, msg.sender);
        uint256 state = _states[tradeId];
        _checkTerms(tradeId, trade, state);
        require(state & mine == 0, AlreadyAgreed(tradeId, msg.sender));
        bool pays = mine == BUYER_AGREED && trade.hashLock != 0;
        _states[tradeId] = state | mine | (pays ? FUNDED : 0);
        emit TradeAgreed(tradeId, msg.sender, trade);
        if (pays) {
            emit PriceReceived(tradeId, msg.sender, trade.price);
            _pull(trade, address(this));
        }
    }

    /// @notice Takes the sender's agreement back. Not for a buyer whose money is locked: that waits for the expiry.
    function withdraw(Trade calldata trade) external once {
        bytes32 tradeId = idOf(trade);
        uint256 mine = _partyBit(trade, msg.sender);
        uint256 state = _states[tradeId];
        require(state & OVER == 0, TradeOver(tradeId));
        require(state & mine != 0, NotAgreed(tradeId, state));
        require(mine != BUYER_AGREED || state & FUNDED == 0, PriceIsLocked(tradeId));
        _states[tradeId] = state & ~mine;
        emit AgreementWithdrawn(tradeId, msg.sender);
    }

    /// @notice Settles a trade without a hash lock; the sender is a party and agrees by settling.
    function settle(Trade calldata trade) external once {
        bytes32 tradeId = idOf(trade);
        require(trade.hashLock == 0, SecretWrong(tradeId));
        uint256 state = _states[tradeId] | _partyBit(trade, msg.sender);
        _close(tradeId, trade, state);
        _deliver(tradeId, trade);
        _pull(trade, trade.seller);
    }

    /// @notice Settles a trade with a hash lock; anyone may who knows the secret.
    function settleWithSecret(Trade calldata trade, bytes32 secret) external once {
        bytes32 tradeId = idOf(trade);
        require(trade.hashLock == sha256(abi.encodePacked(secret)), SecretWrong(tradeId));
        _close(tradeId, trade, _states[tradeId]);
        _deliver(tradeId, trade);
        trade.paymentToken.sendExactly(trade.seller, trade.price, gasleft());
    }

    /// @notice From the expiry on, returns a locked price to the buyer; anyone may call.
    function refund(Trade calldata trade) external once {
        bytes32 tradeId = idOf(trade);
        uint256 state = _states[tradeId];
        require(state & FUNDED != 0 && state & OVER == 0, NothingHeld(tradeId));
        require(block.timestamp >= trade.expiry, TradeNotExpired(tradeId, trade.expiry));
        _states[tradeId] = state | OVER;
        emit PriceReturned(tradeId, trade.buyer, trade.price);
        trade.paymentToken.sendExactly(trade.buyer, trade.price, gasleft());
    }

    /// @notice The bits of a trade: who agreed, whether the price is here, whether it is over.
    function stateOf(bytes32 tradeId) external view returns (uint256) {
        return _states[tradeId];
    }

    /// @notice The id of a trade on this contract of this chain.
    function idOf(Trade calldata trade) public view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(this), trade));
    }

    function _partyBit(Trade calldata trade, address account) private pure returns (uint256) {
        if (account == trade.seller) return SELLER_AGREED;
        require(account == trade.buyer, NotAParty(account));
        return BUYER_AGREED;
    }

    function _checkTerms(bytes32 tradeId, Trade calldata trade, uint256 state) private view {
        require(state & OVER == 0, TradeOver(tradeId));
        require(block.timestamp < trade.expiry, TradeExpired(tradeId, trade.expiry));
        require(trade.seller != trade.buyer, PartiesAlike(trade.buyer));
        require(trade.units != 0 && trade.price != 0, NothingToTrade(trade.units, trade.price));
    }

    /// @dev Over before anything moves: a callback finds a trade that is done.
    function _close(bytes32 tradeId, Trade calldata trade, uint256 state) private {
        _checkTerms(tradeId, trade, state);
        uint256 both = SELLER_AGREED | BUYER_AGREED;
        require(state & both == both, NotAgreed(tradeId, state));
        _states[tradeId] = state | OVER;
        emit TradeSettled(tradeId, trade.seller, trade.buyer);
    }

    function _pull(Trade calldata trade, address to) private {
        uint256 received = trade.paymentToken.pull(trade.buyer, to, trade.price);
        require(received == trade.price, PriceMismatch(trade.price, received));
    }

    /// @dev The trade's id goes along as the operator's data, so that the register shows which trade moved the units.
    function _deliver(bytes32 tradeId, Trade calldata trade) private {
        if (trade.partition == 0) {
            uint256 arrived = trade.token.pull(trade.seller, trade.buyer, trade.units);
            require(arrived == trade.units, DeliveryMismatch(trade.units, arrived));
            return;
        }
        IERC1410 token = IERC1410(trade.token);
        uint256 before = token.balanceOfByPartition(trade.partition, trade.buyer);
        token.operatorTransferByPartition(
            trade.partition, trade.seller, trade.buyer, trade.units, "", abi.encodePacked(tradeId)
        );
        uint256 received = token.balanceOfByPartition(trade.partition, trade.buyer) - before;
        require(received == trade.units, DeliveryMismatch(trade.units, received));
    }
}
