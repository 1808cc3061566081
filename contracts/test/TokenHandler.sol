// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IdentityWord} from "../src/IdentityWord.sol";
import {TokenState} from "../src/token/TokenState.sol";
import {Reasons, Status} from "../src/token/Reasons.sol";
import {Hold} from "../src/token/TokenHolds.sol";
import {ISecurityToken} from "./ISecurityToken.sol";
import {TokenOfficer} from "./TokenOfficer.sol";

/// @title A holder whose code does what it can: refuses whatever calls it, and notes that it was called.
contract HostileHolder {
    bool public called;

    fallback() external {
        called = true;
        // Reached by a call that cannot note anything, it refuses.
        if (gasleft() < 30_000) revert("refused");
    }
}

/// @title Moves units by every path, in any order, and compares each dry run with the call.
contract TokenHandler is TokenOfficer {
    struct Pending {
        address sender;
        bytes input;
        Path path;
    }

    /// @dev Calls that were sent and wait for a block, which may order them at will.
    Pending[] private _pool;
    mapping(bytes32 id => bool) private _used;
    /// @dev Wallets that were recovered.
    address[] private _lost;
    uint256 public moved;
    uint256 public refused;

    constructor(ISecurityToken token_, address[6] memory wallets_) TokenOfficer(token_, wallets_) {}

    function transfer(uint256 drawn) external {
        uint256 seed = stir(drawn);
        (uint256 p, address from, address to, uint256 units) = draw(seed);
        (Path path, address sender, bytes memory input) = transferCall(seed >> 64, p, from, to, units);
        (bytes1 status, bytes32 reason, uint256 value, uint256 limit) =
            token.judgeTransfer(partitions[p], from, to, units);
        (bool ok, bytes memory answer) = run(sender, input, path);
        // A lost wallet is not even its own operator.
        if (isLost(from) && bytes4(input) == token.operatorTransferByPartition.selector) {
            agrees(ok, answer, refusal(Status.INVALID_OPERATOR, Reasons.RECOVERED, 0, 0), Status.INVALID_OPERATOR);
        } else if (sender == from) {
            agrees(ok, answer, refusal(status, reason, value, limit), status);
        }
        if (p == 0) mustNot(token.canTransfer(from, to, units) != (status == Status.SUCCESS) && !ok, "ERC-7943 differs");
    }

    /// @dev An operator or a spender is bound by the rules that bind the holder.
    function transferByAnother(uint256 drawn) external {
        uint256 seed = stir(drawn);
        (uint256 p, address from, address to, uint256 units) = draw(seed);
        address sender = wallets[(seed >> 80) % WALLETS];
        bytes1 status;
        bytes32 reason;
        bytes memory input;
        if (p == 1 || seed >> 90 & 1 == 0) {
            (status, reason) = token.canOperatorTransferByPartition(sender, partitions[p], from, to, units, "");
            input = abi.encodeCall(token.operatorTransferByPartition, (partitions[p], from, to, units, "", ""));
            if (token.isOperatorForPartition(partitions[p], sender, from)) {
                (bytes1 own, bytes32 ownReason,,) = token.judgeTransfer(partitions[p], from, to, units);
                mustNot(own != status || ownReason != reason, "an operator is judged otherwise than the holder");
            }
        } else {
            vm.prank(sender);
            (status, reason) = token.canTransferFrom(from, to, units, "");
            input = abi.encodeCall(token.transferFrom, (from, to, units));
        }
        (bool ok, bytes memory answer) = run(sender, input, p == 0 ? Path.Erc20 : Path.Partition);
        mustNot(ok != (status == Status.SUCCESS), "the dry run of another's transfer differs");
        mustNot(!ok && word(answer, 4) != bytes32(status), "its status differs");
        mustNot(!ok && word(answer, 36) != reason, "its reason differs");
    }

    function authorize(uint256 drawn) external {
        uint256 seed = stir(drawn);
        (address holder, address other) = (wallets[seed % WALLETS], wallets[(seed >> 8) % WALLETS]);
        bytes[4] memory inputs = [
            abi.encodeCall(token.authorizeOperator, (other)),
            abi.encodeCall(token.revokeOperator, (other)),
            abi.encodeCall(token.authorizeOperatorByPartition, (partitions[seed >> 16 & 1], other)),
            abi.encodeCall(token.approve, (other, seed >> 24 & 0x3ff))
        ];
        run(holder, inputs[(seed >> 40) % 4], Path.Set);
    }

    function issue(uint256 drawn) external {
        uint256 seed = stir(drawn);
        (uint256 p,, address to, uint256 units) = draw(seed);
        (bytes1 status, bytes32 reason, uint256 value, uint256 limit) = token.judgeIssue(partitions[p], to, units);
        bytes memory input = p == 0
            ? abi.encodeCall(token.issue, (to, units, ""))
            : abi.encodeCall(token.issueByPartition, (partitions[p], to, units, ""));
        (bool ok, bytes memory answer) = run(issuer, input, Path.Issue);
        agrees(ok, answer, refusal(status, reason, value, limit), status);
    }

    function redeem(uint256 drawn) external {
        uint256 seed = stir(drawn);
        (uint256 p, address from,, uint256 units) = draw(seed);
        (bytes1 status, bytes32 reason, uint256 value, uint256 limit) = token.judgeRedeem(partitions[p], from, units);
        bytes memory input = p == 0
            ? abi.encodeCall(token.redeem, (units, ""))
            : abi.encodeCall(token.redeemByPartition, (partitions[p], units, ""));
        (bool ok, bytes memory answer) = run(from, input, Path.Redeem);
        agrees(ok, answer, refusal(status, reason, value, limit), status);
    }

    function force(uint256 drawn) external {
        uint256 seed = stir(drawn);
        (uint256 p, address from, address to, uint256 units) = draw(seed);
        if (seed >> 90 & 3 == 0) {
            bytes memory redeeming = p == 0
                ? abi.encodeCall(token.controllerRedeem, (from, units, "", ""))
                : abi.encodeCall(token.controllerRedeemByPartition, (partitions[p], from, units, "", ""));
            run(agent, redeeming, Path.Force);
            return;
        }
        (bytes1 status, bytes32 reason, uint256 value, uint256 limit) =
            token.judgeForcedTransfer(partitions[p], from, to, units);
        bytes memory input = p == 0
            ? abi.encodeCall(token.forcedTransfer, (from, to, units))
            : abi.encodeCall(token.controllerTransferByPartition, (partitions[p], from, to, units, "", ""));
        (bool ok, bytes memory answer) = run(agent, input, Path.Force);
        agrees(ok, answer, refusal(status, reason, value, limit), status);
    }

    /// @dev A batch is all or nothing, and its id works once.
    function batch(uint256 drawn) external {
        uint256 seed = stir(drawn);
        address[] memory to = new address[](3);
        uint256[] memory units = new uint256[](3);
        for (uint256 i = 0; i < 3; ++i) {
            (to[i], units[i]) = (wallets[(seed >> (8 * i)) % WALLETS], (seed >> (32 + 8 * i)) & 0x7f);
        }
        bytes32 id = bytes32(seed >> 64 & 0xff);
        bytes32 partition = partitions[seed >> 72 & 1];
        bool issuing = seed >> 73 & 1 == 0;
        address sender = issuing ? issuer : wallets[(seed >> 80) % WALLETS];
        bytes memory input = issuing
            ? abi.encodeCall(token.issueBatch, (id, partition, to, units))
            : abi.encodeCall(token.transferBatch, (id, partition, to, units));
        (bool ok,) = run(sender, input, Path.Batch);
        bytes32 key = issuing ? id : keccak256(abi.encode(sender, id));
        mustNot(ok && _used[key], "an operation id worked twice");
        if (ok) _used[key] = true;
        mustNot(_used[key] != token.isConsumed(key), "an operation id is consumed by success alone");
    }

    /// @dev Seldom, because a wallet that was recovered is out of use for good: everything goes to another of its owner.
    function recover(uint256 drawn) external {
        uint256 seed = stir(drawn);
        if (seed & 0xf != 0) return;
        (uint256 w, uint256 to) = (seed >> 8 & 1, 1 - (seed >> 8 & 1));
        if (seed >> 16 & 3 == 0) (w, to) = ((seed >> 24) % WALLETS, (seed >> 32) % WALLETS);
        Book memory before = look();
        bytes memory input = abi.encodeCall(token.recoverWallet, (wallets[w], wallets[to], ""));
        (bool ok,) = run(agent, input, Path.Recover);
        if (!ok) return;
        _lost.push(wallets[w]);
        Book memory afterwards = look();
        for (uint256 p = 0; p < 2; ++p) {
            bool moved_ = afterwards.units[p][w] == 0
                && afterwards.units[p][to] == before.units[p][to] + before.units[p][w];
            mustNot(!moved_, "a recovery left units behind");
        }
        bool frozen = afterwards.frozen[w] == 0 && afterwards.frozen[to] == before.frozen[to] + before.frozen[w];
        mustNot(!frozen, "a recovery lost a freeze");
    }

    /// @dev A lost wallet tries whatever a wallet may, for a holder that allows it everything once more.
    function haunt(uint256 drawn) external {
        if (_lost.length == 0) return;
        uint256 seed = stir(drawn);
        address ghost = _lost[seed % _lost.length];
        (uint256 p, address from, address to, uint256 units) = draw(seed >> 8);
        if (seed >> 160 & 1 == 0) {
            run(from, abi.encodeCall(token.approve, (ghost, type(uint256).max)), Path.Set);
            run(from, abi.encodeCall(token.authorizeOperator, (ghost)), Path.Set);
        }
        Hold memory hold =
            Hold(partitions[p], from, to, ghost, uint64(units), uint40(block.timestamp + 1), 0, bytes32(seed));
        bytes[8] memory inputs = [
            abi.encodeCall(token.transferFrom, (from, to, units)),
            abi.encodeCall(token.transferFromWithData, (from, to, units, "")),
            abi.encodeCall(token.redeemFrom, (from, units, "")),
            abi.encodeCall(token.operatorTransferByPartition, (partitions[p], from, to, units, "", "")),
            abi.encodeCall(token.operatorRedeemByPartition, (partitions[p], from, units, "", "")),
            abi.encodeCall(token.createHold, (hold)),
            abi.encodeCall(token.transferByPartition, (partitions[p], to, units, "")),
            abi.encodeCall(token.redeemByPartition, (partitions[p], units, ""))
        ];
        uint256 way = (seed >> 168) % 8;
        run(ghost, inputs[way], way < 2 || way == 6 ? Path.Partition : Path.Redeem);
    }

    /// @dev Sends a call that is not in a block yet.
    function queue(uint256 drawn) external {
        uint256 seed = stir(drawn);
        if (_pool.length == 4) return;
        (uint256 p, address from, address to, uint256 units) = draw(seed);
        if (seed >> 90 & 3 == 0) {
            _pool.push(Pending(from, abi.encodeCall(token.redeemByPartition, (partitions[p], units, "")), Path.Redeem));
        } else {
            (Path path, address sender, bytes memory input) = transferCall(seed >> 64, p, from, to, units);
            _pool.push(Pending(sender, input, path));
        }
    }

    /// @dev A block with all that wait, in an order of its maker's choice and after whatever else came first.
    function mine(uint256 drawn) external {
        uint256 seed = stir(drawn);
        while (_pool.length != 0) {
            uint256 next = seed % _pool.length;
            seed >>= 4;
            Pending memory chosen = _pool[next];
            _pool[next] = _pool[_pool.length - 1];
            _pool.pop();
            run(chosen.sender, chosen.input, chosen.path);
        }
    }

    /// @dev Somebody without a role tries what roles may, and a false registry tells of a change.
    function intrude(uint256 drawn) external {
        uint256 seed = stir(drawn);
        address intruder = wallets[seed % WALLETS];
        (uint256 p, address from, address to, uint256 units) = draw(seed >> 8);
        bytes[8] memory inputs = [
            abi.encodeCall(token.issueByPartition, (partitions[p], to, units, "")),
            abi.encodeCall(token.controllerTransferByPartition, (partitions[p], from, to, units, "", "")),
            abi.encodeCall(token.controllerRedeem, (from, units, "", "")),
            abi.encodeCall(token.setFrozenTokens, (from, 0)),
            abi.encodeCall(token.identityChanged, (to, IdentityWord.wrap(seed))),
            abi.encodeCall(token.unpause, ()),
            abi.encodeCall(token.grantRoles, (intruder, 31)),
            abi.encodeCall(token.setPartitionTerms, (token.termsOf(partitions[p])))
        ];
        (bool ok,) = run(intruder, inputs[(seed >> 128) % 8], Path.Set);
        mustNot(ok, "a role's call went through without the role");
    }

    function transferCall(uint256 seed, uint256 p, address from, address to, uint256 units)
        private
        view
        returns (Path path, address sender, bytes memory input)
    {
        (path, sender) = (Path.Partition, from);
        uint256 way = seed % 4;
        if (p == 0 && way < 2) {
            path = Path.Erc20;
            input = way == 0
                ? abi.encodeCall(token.transfer, (to, units))
                : abi.encodeCall(token.transferWithData, (to, units, "d"));
        } else {
            input = way == 3
                ? abi.encodeCall(token.operatorTransferByPartition, (partitions[p], from, to, units, "", ""))
                : abi.encodeCall(token.transferByPartition, (partitions[p], to, units, ""));
        }
    }

    function run(address sender, bytes memory input, Path path) private returns (bool ok, bytes memory answer) {
        Book memory before = look();
        vm.prank(sender);
        (ok, answer) = address(token).call(input);
        judge(path, before, ok, answer);
        mustNot(ok && path != Path.Set && path != Path.Recover && isLost(sender), "a lost wallet acted");
        if (path == Path.Set) return (ok, answer);
        if (ok) ++moved;
        else ++refused;
    }

    function agrees(bool ok, bytes memory answer, bytes memory expected, bytes1 status) private {
        mustNot(ok != (status == Status.SUCCESS), "the dry run's verdict differs from the call's");
        mustNot(!ok && keccak256(answer) != keccak256(expected), "the dry run's reason differs from the call's");
    }

    /// @dev A partition, two wallets and units that the first mostly has; often all of them, so that owners leave and return.
    function draw(uint256 seed) private view returns (uint256 p, address from, address to, uint256 units) {
        (p, from, to) = (seed & 1, wallets[(seed >> 8) % WALLETS], wallets[(seed >> 16) % WALLETS]);
        uint256 held = token.balanceOfByPartition(partitions[p], from);
        uint256 kind = seed >> 24 & 3;
        units = kind == 0 ? seed >> 32 & 0xfff : kind == 1 ? held : (seed >> 32) % (held + 1);
    }

    function refusal(bytes1 status, bytes32 reason, uint256 value, uint256 limit) private pure returns (bytes memory) {
        return abi.encodeWithSelector(TokenState.TransferRefused.selector, status, reason, value, limit);
    }

    function word(bytes memory data, uint256 from) private pure returns (bytes32 found) {
        if (data.length < from + 32) return 0;
        assembly ("memory-safe") {
            found := mload(add(add(data, 0x20), from))
        }
    }
}
