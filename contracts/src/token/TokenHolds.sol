// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC20} from "../interfaces/IERC20.sol";
import {IERC1410} from "../interfaces/IERC1400.sol";
import {CoreWord, CoreWords} from "./CoreWord.sol";
import {HolderWord, HolderWords} from "./HolderWord.sol";
import {Reasons, Status} from "./Reasons.sol";
import {TokenLedger} from "./TokenLedger.sol";

/// @notice A hold: its terms are its id, and nothing of it can be changed afterwards.
struct Hold {
    bytes32 partition;
    address holder;
    /// @dev Who gets the units; zero when the notary names it at the execution.
    address recipient;
    /// @dev Who executes or releases; zero when the secret alone does.
    address notary;
    uint64 units;
    /// @dev Unix seconds: the hold is executed while block.timestamp < expiry, and never from then on.
    uint40 expiry;
    /// @dev Zero, or the SHA-256 of the 32 bytes that execute the hold.
    bytes32 secretHash;
    /// @dev Tells apart holds that are alike.
    bytes32 salt;
}

/// @title Holds: units that are kept for somebody and stay their holder's on the register, in every record and coupon.
/// @notice For each wallet and partition held + free == balance: neither the holder nor the controller moves what is held,
/// but by the hold. An execution is a transfer under every rule except the expiry of the holder's own approval, which must
/// not trap what was promised; a release asks for nothing. Lock-ups do not hinder a hold, they hinder its execution. A
/// hold of a wallet that was recovered is one of the wallet in its place, and so with recipient and notary; the recovered
/// wallet itself does nothing here any more, not even what anybody may.
/// @dev One word for each hold: bits 0..63 units still kept · 64 known.
abstract contract TokenHolds is TokenLedger {
    uint256 private constant KNOWN = 1 << 64;

    event HoldCreated(bytes32 indexed holdId, address indexed holder, address indexed creator, Hold hold);
    event HoldExecuted(
        bytes32 indexed holdId, address indexed executor, address indexed recipient, uint256 units, bytes32 secret
    );
    event HoldReleased(bytes32 indexed holdId, address indexed holder, address indexed releaser, uint256 units);

    error HoldKnown(bytes32 holdId);
    error HoldOver(bytes32 holdId);
    error HoldExpired(bytes32 holdId, uint40 expiry);
    error HoldNotExpired(bytes32 holdId, uint40 expiry);
    error HoldWithoutUnits();
    error HoldWithoutKey();
    error HoldToItsHolder(address holder);
    error HoldTooSmall(bytes32 holdId, uint256 units, uint256 kept);
    error NotTheNotary(address account);
    error RecipientFixed(address recipient);
    error SecretWrong(bytes32 holdId);

    /// @notice Holds free units: called by the holder, an operator of it in the partition, or the transfer agent.
    function createHold(Hold calldata hold) external returns (bytes32 holdId) {
        _checkActor(msg.sender);
        holdId = holdIdOf(hold);
        _checkTerms(holdId, hold);
        _checkCreation(hold.partition, hold.holder, hold.units);
        _holds[holdId] = KNOWN | hold.units;
        Partition storage partition = _partitions[hold.partition];
        _setHeld(partition, hold.holder, _heldUnits(partition, hold.holder) + hold.units);
        emit HoldCreated(holdId, hold.holder, msg.sender, hold);
    }

    /// @notice The notary has `units` of the hold delivered; the rest stays held.
    /// @param recipient as the hold says, or anybody eligible when it names nobody
    function executeHold(Hold calldata hold, address recipient, uint256 units) external {
        require(msg.sender == _currentOf(hold.notary), NotTheNotary(msg.sender));
        require(hold.recipient == address(0) || hold.recipient == recipient, RecipientFixed(hold.recipient));
        bytes32 holdId = holdIdOf(hold);
        _execute(holdId, hold, recipient, units, _kept(holdId), 0);
    }

    /// @notice Anyone who knows the secret has the whole rest of the hold delivered to its recipient.
    function executeHoldWithSecret(Hold calldata hold, bytes32 secret) external {
        _checkActor(msg.sender);
        bytes32 holdId = holdIdOf(hold);
        require(hold.secretHash != 0, SecretWrong(holdId));
        require(hold.secretHash == sha256(abi.encodePacked(secret)), SecretWrong(holdId));
        uint256 kept = _kept(holdId);
        _execute(holdId, hold, hold.recipient, kept, kept, secret);
    }

    /// @notice Frees what the hold still keeps: the notary or the recipient at any time, anyone from the expiry on, and
    /// the transfer agent while the token is controllable.
    function releaseHold(Hold calldata hold) external {
        _checkActor(msg.sender);
        bytes32 holdId = holdIdOf(hold);
        uint256 units = _kept(holdId);
        if (block.timestamp < hold.expiry) _checkEarlyRelease(holdId, hold);
        _holds[holdId] = KNOWN;
        (Partition storage partition, address account) = (_partitions[hold.partition], _currentOf(hold.holder));
        _setHeld(partition, account, _heldUnits(partition, account) - units);
        emit HoldReleased(holdId, account, msg.sender, units);
    }

    /// @notice The id of a hold on this token of this chain.
    function holdIdOf(Hold calldata hold) public view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(this), hold));
    }

    /// @notice Whether a hold was ever made, and how many units it still keeps.
    function holdOf(bytes32 holdId) external view returns (bool known, uint256 units) {
        return (_holds[holdId] & KNOWN != 0, _holds[holdId] & ~KNOWN);
    }

    /// @notice Units of a wallet in a partition that holds keep.
    function heldByPartition(bytes32 partition, address account) external view returns (uint256) {
        if (_holders[account].has(HolderWords.RECOVERED)) return 0;
        return _heldUnits(_partitions[partition], account);
    }

    function _checkTerms(bytes32 holdId, Hold calldata hold) private view {
        require(_holds[holdId] == 0, HoldKnown(holdId));
        require(hold.units != 0, HoldWithoutUnits());
        require(block.timestamp < hold.expiry, HoldExpired(holdId, hold.expiry));
        require(hold.recipient != hold.holder, HoldToItsHolder(hold.holder));
        // A secret is seen by everybody once it is sent: it works for a recipient that was named before.
        require(hold.notary != address(0) || hold.secretHash != 0 && hold.recipient != address(0), HoldWithoutKey());
        require(hold.secretHash == 0 || hold.recipient != address(0), HoldWithoutKey());
    }

    function _checkCreation(bytes32 name, address account, uint256 units) private view {
        Partition storage partition = _partitions[name];
        CoreWord core = _coreOf(partition);
        HolderWord holder = _wordOf(partition, account);
        if (!_isOperatorFor(name, msg.sender, account)) {
            if (!_has(msg.sender, TRANSFER_AGENT)) _refuse(Status.INVALID_OPERATOR, Reasons.OPERATOR, 0, 0);
            _checkForced(core, holder, units);
            _checkHeld(partition, account, holder, units);
            return;
        }
        _checkRunning(core);
        _checkSenderValid(holder);
        if (units > holder.units()) _refuse(Status.INSUFFICIENT_BALANCE, Reasons.BALANCE, units, holder.units());
        if (holder.has(HolderWords.ENCUMBERED)) _checkFree(partition, account, holder, units);
    }

    function _checkEarlyRelease(bytes32 holdId, Hold calldata hold) private view {
        if (msg.sender == _currentOf(hold.notary) || msg.sender == _currentOf(hold.recipient)) return;
        require(_has(msg.sender, TRANSFER_AGENT), HoldNotExpired(holdId, hold.expiry));
        _checkControl(_whole().core);
    }

    function _kept(bytes32 holdId) private view returns (uint256 units) {
        units = _holds[holdId] & ~KNOWN;
        require(units != 0, HoldOver(holdId));
    }

    function _execute(
        bytes32 holdId,
        Hold calldata hold,
        address recipient,
        uint256 units,
        uint256 kept,
        bytes32 secret
    ) private {
        require(block.timestamp < hold.expiry, HoldExpired(holdId, hold.expiry));
        require(units != 0 && units <= kept, HoldTooSmall(holdId, units, kept));
        (address from, address to) = (_currentOf(hold.holder), _currentOf(recipient));
        require(from != to, HoldToItsHolder(from));
        _holds[holdId] = KNOWN | (kept - units);
        _deliver(hold.partition, from, to, units);
        emit HoldExecuted(holdId, msg.sender, to, units, secret);
    }

    function _deliver(bytes32 name, address from, address to, uint256 units) private {
        Partition storage partition = _partitions[name];
        // First, because the sender's word says whether anything of it is still held.
        _setHeld(partition, from, _heldUnits(partition, from) - units);
        (CoreWord core, uint256 record) = _open(partition);
        HolderWord sender = _wordOf(partition, from);
        HolderWord receiver = _wordOf(partition, to);
        _checkRunning(core);
        _checkSender(sender);
        _checkLocks(core, sender);
        CoreWord counted = _checkDelivery(partition, core, from, sender, to, receiver, units);
        if (core.has(CoreWords.FURTHER)) _noteTransfer(partition, from, sender, to, receiver, units);
        _pass(partition, record, from, sender, to, receiver, units);
        _close(partition, core, counted);
        emit IERC20.Transfer(from, to, units);
        if (name != _defaultPartition()) {
            emit IERC1410.TransferByPartition(name, msg.sender, from, to, units, "", "");
        }
    }

    /// @dev Sets how many units are held, and whether the wallet's word says that something is.
    function _setHeld(Partition storage partition, address account, uint256 held) private {
        if (_isDefault(partition)) _encumbrances[account] = _encumbrances[account].withHeld(held);
        else partition.held[account] = held;
        HolderWord holder = _holders[account];
        bool encumbered = held != 0 || _isEncumbered(account);
        if (holder.has(HolderWords.ENCUMBERED) != encumbered) {
            _holders[account] = holder.with(HolderWords.ENCUMBERED, encumbered);
        }
    }
}
