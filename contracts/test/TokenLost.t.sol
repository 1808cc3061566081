// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC20} from "../src/interfaces/IERC20.sol";
import {Reasons, Status} from "../src/token/Reasons.sol";
import {Hold} from "../src/token/TokenHolds.sol";
import {IGateway} from "./IGateway.sol";
import {ISecurityToken} from "./ISecurityToken.sol";
import {Suite} from "./Suite.sol";

/// @title Ben lost his wallet. Whatever anna or anybody allowed it before or allows it now, it acts for nobody, and nobody
/// has to be named for that.
contract TokenLostTest is Suite {
    uint256 private constant KEY = 0xa11ce;
    address private signer = vm.addr(KEY);
    address private fresh = account("ben's new wallet");
    address private notary = account("notary");
    bytes32 private constant SECRET = "open";
    IGateway private gateway;
    bytes32[2] private both = [SENIOR, JUNIOR];
    Hold private pledge;
    Hold private locked;

    function setUp() public override {
        super.setUp();
        gateway = IGateway(address(token));
        register(signer, 7);
        for (uint256 p = 0; p < 2; ++p) {
            issue(both[p], anna, 1000);
            issue(both[p], signer, 1000);
        }
        pledge = Hold(SENIOR, anna, address(0), notary, 100, START + 30 days, 0, "1");
        locked = Hold(SENIOR, anna, cleo, address(0), 50, START + 30 days, sha256(abi.encodePacked(SECRET)), "2");
        vm.startPrank(anna);
        token.createHold(pledge);
        token.createHold(locked);
        vm.stopPrank();
        addWallet(ben, fresh);
    }

    function test_what_was_allowed_before_ends() external {
        allow(ben);
        isAllowed(ben);
        recover();
        isNotAllowed(ben);
        actsForNobody();
    }

    function test_what_is_allowed_afterwards_has_no_effect() external {
        recover();
        allow(ben);
        isNotAllowed(ben);
        actsForNobody();
    }

    function test_a_recovery_in_another_token_says_nothing_here() external {
        allow(ben);
        ISecurityToken here = token;
        token = deploy(create("SecurityTokenBackOffice", ""));
        recover();
        token = here;
        isAllowed(ben);
        vm.prank(ben);
        token.transferFrom(anna, cleo, 1);
    }

    function test_nobody_else_is_touched_and_the_new_wallet_inherits_nothing() external {
        allow(ben);
        allow(cleo);
        recover();
        isAllowed(cleo);
        vm.startPrank(cleo);
        token.transferFrom(anna, cleo, 1);
        token.operatorTransferByPartition(JUNIOR, anna, cleo, 1, "", "");
        vm.stopPrank();
        eq(token.allowance(anna, fresh), 0, "no allowance");
        isTrue(!token.isOperator(fresh, anna) && !token.isOperatorForPartition(JUNIOR, fresh, anna), "no operator");
        Refusal memory none = no(Status.INSUFFICIENT_ALLOWANCE, Reasons.ALLOWANCE, 1, 0);
        refuses(fresh, abi.encodeCall(token.transferFrom, (anna, cleo, 1)), none);
    }

    function test_what_was_allowed_can_be_taken_back() external {
        allow(ben);
        recover();
        vm.startPrank(anna);
        vm.expectEmit(address(token));
        emit IERC20.Approval(anna, ben, 0);
        token.approve(ben, 0);
        token.revokeOperator(ben);
        token.revokeOperatorByPartition(JUNIOR, ben);
        vm.stopPrank();
        isNotAllowed(ben);
    }

    function test_a_signed_approval_of_a_lost_wallet_has_no_effect() external {
        recover();
        bytes32 typeHash =
            keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
        (uint8 v, bytes32 r, bytes32 s) = sign(keccak256(abi.encode(typeHash, signer, ben, 50, 0, START)));
        gateway.permit(signer, ben, 50, START, v, r, s);
        eq(token.allowance(signer, ben), 0, "nothing");
        isLost(abi.encodeCall(token.transferFrom, (signer, cleo, 1)));
    }

    function test_a_lost_wallet_sends_no_signed_transfer() external {
        bytes32 typeHash = keccak256(
            "TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
        );
        bytes32 message = keccak256(abi.encode(typeHash, signer, cleo, 10, START - 1, START + 1, bytes32("n")));
        (uint8 v, bytes32 r, bytes32 s) = sign(message);
        bytes memory input = abi.encodeWithSignature(
            "transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32)",
            signer,
            cleo,
            10,
            START - 1,
            START + 1,
            bytes32("n"),
            v,
            r,
            s
        );
        recover();
        isLost(input);
        vm.prank(stranger);
        (bool ok,) = address(token).call(input);
        isTrue(ok && held(SENIOR, cleo) == 10, "anybody else sends it");
    }

    function test_a_lost_wallet_ends_and_executes_no_hold() external {
        recover();
        isLost(abi.encodeCall(token.executeHoldWithSecret, (locked, SECRET)));
        vm.warp(pledge.expiry);
        isLost(abi.encodeCall(token.releaseHold, (pledge)));
        vm.prank(stranger);
        token.releaseHold(pledge);
    }

    function test_a_wallet_lost_after_another_acts_for_nobody_either() external {
        address third = account("ben's third wallet");
        addWallet(ben, third);
        allow(ben);
        allow(fresh);
        recover();
        isAllowed(fresh);
        vm.prank(agent);
        token.recoverWallet(fresh, third, "");
        isNotAllowed(ben);
        isNotAllowed(fresh);
    }

    function allow(address other) private {
        vm.startPrank(anna);
        token.approve(other, 500);
        token.authorizeOperator(other);
        token.authorizeOperatorByPartition(JUNIOR, other);
        vm.stopPrank();
    }

    function recover() private {
        vm.prank(agent);
        token.recoverWallet(ben, fresh, "case 9");
    }

    function isAllowed(address other) private view {
        eq(token.allowance(anna, other), 500, "allowance");
        isTrue(token.isOperator(other, anna), "operator");
        isTrue(token.isOperatorForPartition(SENIOR, other, anna), "and so in each partition");
    }

    function isNotAllowed(address other) private view {
        eq(token.allowance(anna, other), 0, "no allowance");
        isTrue(!token.isOperator(other, anna), "no operator");
        isTrue(!token.isOperator(other, other), "not even its own");
        for (uint256 p = 0; p < 2; ++p) {
            isTrue(!token.isOperatorForPartition(both[p], other, anna), "nor in a partition");
            isTrue(!token.isOperatorForPartition(both[p], other, other), "nor its own there");
        }
    }

    /// @dev Every way to act for anna or for itself, each asked before where there is a dry run of it.
    function actsForNobody() private {
        Hold memory another = Hold(SENIOR, anna, cleo, ben, 1, START + 1 days, 0, "3");
        isLost(abi.encodeCall(token.transferFrom, (anna, cleo, 1)));
        isLost(abi.encodeCall(token.transferFrom, (anna, cleo, 0)));
        isLost(abi.encodeCall(token.transferFrom, (ben, cleo, 0)));
        isLost(abi.encodeCall(token.transferFromWithData, (anna, cleo, 1, "")));
        isLost(abi.encodeCall(token.redeemFrom, (anna, 1, "")));
        for (uint256 p = 0; p < 2; ++p) {
            isLost(abi.encodeCall(token.operatorTransferByPartition, (both[p], anna, cleo, 1, "", "")));
            isLost(abi.encodeCall(token.operatorTransferByPartition, (both[p], ben, cleo, 0, "", "")));
            isLost(abi.encodeCall(token.operatorRedeemByPartition, (both[p], anna, 1, "", "")));
            another.partition = both[p];
            isLost(abi.encodeCall(token.createHold, (another)));
            (bytes1 status, bytes32 reason) =
                token.canOperatorTransferByPartition(ben, both[p], anna, cleo, 1, "");
            judged(status, reason, 0, 0, lost());
        }
        vm.prank(ben);
        (bytes1 status_, bytes32 reason_) = token.canTransferFrom(anna, cleo, 1, "");
        judged(status_, reason_, 0, 0, lost());
        bytes[] memory calls = new bytes[](1);
        calls[0] = abi.encodeCall(token.transferFrom, (anna, cleo, 1));
        isLost(abi.encodeCall(gateway.batch, (operation(), calls, false)));
        eq(token.balanceOf(anna), 2000, "nothing moved");
    }

    function isLost(bytes memory input) private {
        refuses(ben, input, lost());
    }

    function lost() private pure returns (Refusal memory) {
        return no(Status.INVALID_OPERATOR, Reasons.RECOVERED, 0, 0);
    }

    function sign(bytes32 message) private view returns (uint8 v, bytes32 r, bytes32 s) {
        return vm.sign(KEY, keccak256(abi.encodePacked(hex"1901", gateway.DOMAIN_SEPARATOR(), message)));
    }
}
