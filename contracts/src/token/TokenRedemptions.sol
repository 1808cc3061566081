// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {PaymentCalls} from "../PaymentCalls.sol";
import {Delegation} from "./Delegation.sol";
import {TokenBook} from "./TokenBook.sol";

/// @notice A redemption at maturity or before it: its terms are fixed by its first call.
struct RedemptionTerms {
    bytes32 partition;
    address paymentToken;
    /// @dev For one unit, in the smallest unit of the payment token.
    uint128 price;
    /// @dev Most units that the redemption takes.
    uint64 units;
    /// @dev Zero: those of whom the agent chooses, by lot for instance. Otherwise a record date, and each holder's share of
    /// `units` is that of the units it held then.
    uint16 record;
    /// @dev Unix seconds: nothing is redeemed before.
    uint40 notBefore;
    /// @dev The published notice, or the list of what was drawn by lot.
    bytes32 documentHash;
}

/// @title Redemption against payment: a holder's units end in the transaction that pays for them, or stay.
/// @notice Pro rata is proved on chain, to a unit up or down; each holder is redeemed once in a redemption, so that repeating
/// is harmless. Many at once, in which one payee who cannot receive is skipped, go through `batch`. The money is the transfer
/// agent's own allowance to this token.
abstract contract TokenRedemptions is TokenBook {
    using PaymentCalls for address;

    event RedemptionOpened(bytes32 indexed redemptionId, RedemptionTerms terms);
    event RedemptionPaid(bytes32 indexed redemptionId, address indexed holder, uint256 units, uint256 amount);

    error RedemptionTermsDiffer(bytes32 redemptionId);
    error RedemptionTooEarly(uint40 notBefore);
    error RedemptionExceeded(bytes32 redemptionId, uint256 units, uint256 limit);
    error RedeemedAlready(bytes32 redemptionId, address holder);
    error NotProRata(address holder, uint256 units, uint256 share);
    error RedemptionPaymentMismatch(uint256 expected, uint256 received);
    error NothingToRedeem();

    /// @notice Redeems `units` of a holder and pays for them.
    /// @param holder as it stands in the record; a wallet that was recovered since is redeemed and paid where its units are
    function redeemAgainstPayment(bytes32 redemptionId, RedemptionTerms calldata terms, address holder, uint256 units)
        external
        onlyRole(TRANSFER_AGENT)
    {
        require(block.timestamp >= terms.notBefore, RedemptionTooEarly(terms.notBefore));
        require(units != 0, NothingToRedeem());
        _count(redemptionId, terms, units);
        _once(redemptionId, holder);
        if (terms.record != 0) _checkShare(terms, holder, units);
        address wallet = _currentOf(holder);
        Delegation.self(
            abi.encodeCall(
                IController.controllerRedeemByPartition,
                (terms.partition, wallet, units, "", abi.encodePacked(redemptionId))
            )
        );
        uint256 amount = units * terms.price;
        emit RedemptionPaid(redemptionId, holder, units, amount);
        if (amount == 0) return;
        uint256 received = terms.paymentToken.pull(msg.sender, wallet, amount);
        require(received == amount, RedemptionPaymentMismatch(amount, received));
    }

    /// @notice Units that a redemption has taken so far.
    function redeemedOf(bytes32 redemptionId) external view returns (uint256) {
        return _redemptions[redemptionId].units;
    }

    /// @notice Whether a holder was redeemed in a redemption.
    function isRedeemed(bytes32 redemptionId, address holder) external view returns (bool) {
        return _consumed[keccak256(abi.encode(redemptionId, holder))];
    }

    /// @dev The first call fixes the terms.
    function _count(bytes32 redemptionId, RedemptionTerms calldata terms, uint256 units) private {
        Redemption storage redemption = _redemptions[redemptionId];
        bytes32 termsHash = keccak256(abi.encode(terms));
        if (redemption.termsHash == 0) {
            redemption.termsHash = termsHash;
            emit RedemptionOpened(redemptionId, terms);
        }
        require(redemption.termsHash == termsHash, RedemptionTermsDiffer(redemptionId));
        uint256 taken = redemption.units;
        require(units <= terms.units - taken, RedemptionExceeded(redemptionId, units, terms.units - taken));
        redemption.units = uint64(taken + units);
    }

    function _once(bytes32 redemptionId, address holder) private {
        bytes32 key = keccak256(abi.encode(redemptionId, holder));
        require(!_consumed[key], RedeemedAlready(redemptionId, holder));
        _consumed[key] = true;
    }

    /// @dev What does not divide may go up or down by less than a unit; the bound on all units keeps the sum right.
    function _checkShare(RedemptionTerms calldata terms, address holder, uint256 units) private view {
        IRecordBook book = IRecordBook(address(this));
        uint256 held = book.balanceOfByPartitionAt(terms.partition, holder, terms.record);
        uint256 supply = book.totalSupplyByPartitionAt(terms.partition, terms.record);
        uint256 share = held * terms.units;
        bool fits = units * supply < share + supply && units * supply + supply > share;
        require(fits, NotProRata(holder, units, supply == 0 ? 0 : share / supply));
    }
}

/// @dev What the token does and answers itself.
interface IController {
    function controllerRedeemByPartition(
        bytes32 partition,
        address tokenHolder,
        uint256 value,
        bytes calldata data,
        bytes calldata operatorData
    ) external;
}

interface IRecordBook {
    function balanceOfByPartitionAt(bytes32 partition, address account, uint256 record) external view returns (uint256);
    function totalSupplyByPartitionAt(bytes32 partition, uint256 record) external view returns (uint256);
}
