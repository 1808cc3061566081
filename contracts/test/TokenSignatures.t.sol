// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC20} from "../src/interfaces/IERC20.sol";
import {Reasons, Status} from "../src/token/Reasons.sol";
import {SignatureCheck} from "../src/token/SignatureCheck.sol";
import {TokenSignatures} from "../src/token/TokenSignatures.sol";
import {IGateway} from "./IGateway.sol";
import {Suite} from "./Suite.sol";

/// @dev A wallet that is a contract: what its owner signed is signed (EIP-1271).
contract ContractWallet {
    address private immutable OWNER;
    bool public careless;

    constructor(address owner) {
        OWNER = owner;
    }

    function beCareless() external {
        careless = true;
    }

    function isValidSignature(bytes32 digest, bytes calldata signature) external view returns (bytes4) {
        if (careless) return 0xffffffff;
        (bytes32 r, bytes32 s, uint8 v) = abi.decode(signature, (bytes32, bytes32, uint8));
        return ecrecover(digest, v, r, s) == OWNER ? bytes4(0x1626ba7e) : bytes4(0);
    }
}

/// @title Approvals and transfers that were signed: whoever sends them, they are the signer's and meet its rules.
contract TokenSignaturesTest is Suite {
    uint256 private constant KEY = 0xa11ce;
    uint256 private constant ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;
    bytes32 private constant TRANSFER = keccak256(
        "TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );
    bytes32 private constant RECEIVE = keccak256(
        "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );
    IGateway private gateway;
    address private signer = vm.addr(KEY);
    ContractWallet private wallet;

    function setUp() public override {
        super.setUp();
        gateway = IGateway(address(token));
        wallet = new ContractWallet(signer);
        register(signer, 7);
        register(address(wallet), 8);
        issue(SENIOR, signer, 1000);
        issue(SENIOR, address(wallet), 1000);
        issue(JUNIOR, signer, 1000);
    }

    function test_the_domain_is_that_of_eip712() external view {
        bytes32 expected = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Pool One"),
                keccak256("1"),
                block.chainid,
                address(token)
            )
        );
        eq(gateway.DOMAIN_SEPARATOR(), expected, "domain");
        (bytes1 fields, string memory name, string memory version, uint256 chainId, address place,,) =
            gateway.eip712Domain();
        isTrue(fields == 0x0f && chainId == block.chainid && place == address(token), "fields");
        eq(keccak256(bytes(name)), keccak256("Pool One"), "name");
        eq(keccak256(bytes(version)), keccak256("1"), "version");
    }

    function test_a_permit_approves_once() external {
        bytes32 message = permitMessage(signer, 0);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, digest(message));
        vm.expectEmit(address(token));
        emit IERC20.Approval(signer, ben, 50);
        gateway.permit(signer, ben, 50, START, v, r, s);
        eq(token.allowance(signer, ben), 50, "approved");
        eq(gateway.nonces(signer), 1, "counted");
        bytes memory invalid = abi.encodeWithSelector(SignatureCheck.SignatureInvalid.selector, signer);
        vm.expectRevert(invalid);
        gateway.permit(signer, ben, 50, START, v, r, s);
        vm.warp(START + 1);
        vm.expectRevert(abi.encodeWithSelector(TokenSignatures.PermitExpired.selector, START));
        gateway.permit(signer, ben, 50, START, v, r, s);
    }

    function test_a_permit_of_another_or_in_its_other_form_is_refused() external {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, digest(permitMessage(signer, 0)));
        vm.expectRevert(abi.encodeWithSelector(SignatureCheck.SignatureInvalid.selector, anna));
        gateway.permit(anna, ben, 50, START, v, r, s);
        vm.expectRevert(abi.encodeWithSelector(SignatureCheck.SignatureInvalid.selector, address(0)));
        gateway.permit(address(0), ben, 50, START, 1, r, s);
        vm.expectRevert(abi.encodeWithSelector(SignatureCheck.SignatureInvalid.selector, signer));
        gateway.permit(signer, ben, 50, START, 55 - v, r, bytes32(ORDER - uint256(s)));
    }

    function test_a_contract_wallet_signs_by_eip1271() external {
        bytes memory signature = byOwner(digest(permitMessage(address(wallet), 0)));
        gateway.permit(address(wallet), ben, 50, START, signature);
        eq(token.allowance(address(wallet), ben), 50, "approved");
        bytes32 message = transferMessage(TRANSFER, address(wallet), "n");
        signature = byOwner(digest(message));
        gateway.transferWithAuthorization(address(wallet), ben, 10, START - 1, START + 1, "n", signature);
        eq(held(SENIOR, ben), 10, "moved");
        wallet.beCareless();
        signature = byOwner(digest(transferMessage(TRANSFER, address(wallet), "m")));
        vm.expectRevert(abi.encodeWithSelector(SignatureCheck.SignatureInvalid.selector, address(wallet)));
        gateway.transferWithAuthorization(address(wallet), ben, 10, START - 1, START + 1, "m", signature);
    }

    function test_a_contract_that_knows_no_signatures_has_signed_nothing() external {
        bytes memory signature = byOwner(digest(permitMessage(address(registry), 0)));
        vm.expectRevert(abi.encodeWithSelector(SignatureCheck.SignatureInvalid.selector, address(registry)));
        gateway.permit(address(registry), ben, 50, START, signature);
    }

    function test_a_signed_transfer_is_sent_by_anyone_once() external {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, digest(transferMessage(TRANSFER, signer, "n")));
        vm.prank(signer);
        token.approve(stranger, 3);
        vm.expectEmit(address(token));
        emit TokenSignatures.AuthorizationUsed(signer, "n");
        vm.expectEmit(address(token));
        emit IERC20.Transfer(signer, ben, 10);
        vm.prank(stranger);
        gateway.transferWithAuthorization(signer, ben, 10, START - 1, START + 1, "n", v, r, s);
        eq(held(SENIOR, ben), 10, "moved");
        eq(token.allowance(signer, stranger), 3, "the sender's own allowance is as it was");
        isTrue(gateway.authorizationState(signer, "n"), "used");
        vm.expectRevert(abi.encodeWithSelector(TokenSignatures.AuthorizationOver.selector, signer, bytes32("n")));
        gateway.transferWithAuthorization(signer, ben, 10, START - 1, START + 1, "n", v, r, s);
    }

    function test_it_holds_between_its_two_moments() external {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, digest(transferMessage(TRANSFER, signer, "n")));
        vm.warp(START - 1);
        vm.expectRevert(abi.encodeWithSelector(TokenSignatures.AuthorizationNotYetValid.selector, START - 1));
        gateway.transferWithAuthorization(signer, ben, 10, START - 1, START + 1, "n", v, r, s);
        vm.warp(START + 1);
        vm.expectRevert(abi.encodeWithSelector(TokenSignatures.AuthorizationExpired.selector, START + 1));
        gateway.transferWithAuthorization(signer, ben, 10, START - 1, START + 1, "n", v, r, s);
    }

    function test_what_was_signed_cannot_be_changed() external {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, digest(transferMessage(TRANSFER, signer, "n")));
        bytes memory invalid = abi.encodeWithSelector(SignatureCheck.SignatureInvalid.selector, signer);
        vm.expectRevert(invalid);
        gateway.transferWithAuthorization(signer, cleo, 10, START - 1, START + 1, "n", v, r, s);
        vm.expectRevert(invalid);
        gateway.transferWithAuthorization(signer, ben, 11, START - 1, START + 1, "n", v, r, s);
        vm.expectRevert(invalid);
        gateway.transferWithAuthorization(signer, ben, 10, START - 1, START + 1, "m", v, r, s);
        isTrue(!gateway.authorizationState(signer, "n"), "not used up");
    }

    function test_a_receipt_is_the_receiver_s_alone() external {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, digest(transferMessage(RECEIVE, signer, "n")));
        vm.expectRevert(abi.encodeWithSelector(TokenSignatures.CallerNotReceiver.selector, ben));
        vm.prank(stranger);
        gateway.receiveWithAuthorization(signer, ben, 10, START - 1, START + 1, "n", v, r, s);
        vm.expectRevert(abi.encodeWithSelector(SignatureCheck.SignatureInvalid.selector, signer));
        vm.prank(ben);
        gateway.transferWithAuthorization(signer, ben, 10, START - 1, START + 1, "n", v, r, s);
        vm.prank(ben);
        gateway.receiveWithAuthorization(signer, ben, 10, START - 1, START + 1, "n", v, r, s);
        eq(held(SENIOR, ben), 10, "moved");
        bytes memory signature = byOwner(digest(transferMessage(RECEIVE, address(wallet), "n")));
        vm.expectRevert(abi.encodeWithSelector(TokenSignatures.CallerNotReceiver.selector, ben));
        gateway.receiveWithAuthorization(address(wallet), ben, 10, START - 1, START + 1, "n", signature);
        vm.prank(ben);
        gateway.receiveWithAuthorization(address(wallet), ben, 10, START - 1, START + 1, "n", signature);
        eq(held(SENIOR, ben), 20, "of a contract too");
    }

    function test_a_cancelled_one_is_over() external {
        bytes32 cancel = keccak256("CancelAuthorization(address authorizer,bytes32 nonce)");
        bytes32 hash = digest(keccak256(abi.encode(cancel, signer, bytes32("n"))));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, hash);
        vm.expectEmit(address(token));
        emit TokenSignatures.AuthorizationCanceled(signer, "n");
        gateway.cancelAuthorization(signer, "n", v, r, s);
        (v, r, s) = vm.sign(KEY, digest(transferMessage(TRANSFER, signer, "n")));
        vm.expectRevert(abi.encodeWithSelector(TokenSignatures.AuthorizationOver.selector, signer, bytes32("n")));
        gateway.transferWithAuthorization(signer, ben, 10, START - 1, START + 1, "n", v, r, s);
        hash = digest(keccak256(abi.encode(cancel, address(wallet), bytes32("n"))));
        gateway.cancelAuthorization(address(wallet), "n", byOwner(hash));
        isTrue(gateway.authorizationState(address(wallet), "n"), "of a contract too");
        vm.expectRevert(abi.encodeWithSelector(SignatureCheck.SignatureInvalid.selector, address(wallet)));
        gateway.cancelAuthorization(address(wallet), "m", byOwner(hash));
    }

    function test_a_signature_is_no_way_round_a_rule_or_to_another_partition() external {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, digest(transferMessage(TRANSFER, signer, "n")));
        bytes memory input = abi.encodeWithSignature(
            "transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32)",
            signer,
            ben,
            10,
            START - 1,
            START + 1,
            bytes32("n"),
            v,
            r,
            s
        );
        vm.prank(officer);
        token.setWalletFrozen(signer, true);
        refuses(stranger, input, no(Status.INVALID_SENDER, Reasons.FROZEN, 0, 0));
        vm.prank(officer);
        token.setWalletFrozen(signer, false);
        vm.prank(signer);
        token.redeem(995, "");
        refuses(stranger, input, no(Status.INSUFFICIENT_BALANCE, Reasons.BALANCE, 10, 5));
        eq(held(JUNIOR, signer), 1000, "another partition is out of reach");
    }

    function test_a_recovered_wallet_s_key_signs_for_nothing() external {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, digest(transferMessage(TRANSFER, signer, "n")));
        address fresh = account("fresh");
        addWallet(signer, fresh);
        vm.prank(agent);
        token.recoverWallet(signer, fresh, "");
        vm.expectRevert(
            abi.encodeWithSignature(
                "TransferRefused(bytes1,bytes32,uint256,uint256)", Status.INVALID_SENDER, Reasons.FROZEN, 0, 0
            )
        );
        gateway.transferWithAuthorization(signer, ben, 10, START - 1, START + 1, "n", v, r, s);
    }

    function test_gas() external {
        address[] memory wallets = new address[](1);
        wallets[0] = ben;
        vm.prank(officer);
        token.admit(wallets);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, digest(transferMessage(TRANSFER, signer, "n")));
        gateway.transferWithAuthorization(signer, ben, 10, START - 1, START + 1, "n", v, r, s);
        noted("Desk", "signed transfer, first to a verified holder");
    }

    function permitMessage(address owner, uint256 nonce) private view returns (bytes32) {
        bytes32 typeHash =
            keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
        return keccak256(abi.encode(typeHash, owner, ben, 50, nonce, START));
    }

    function transferMessage(bytes32 typeHash, address from, bytes32 nonce) private view returns (bytes32) {
        return keccak256(abi.encode(typeHash, from, ben, 10, START - 1, START + 1, nonce));
    }

    function digest(bytes32 message) private view returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", gateway.DOMAIN_SEPARATOR(), message));
    }

    function byOwner(bytes32 hash) private pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, hash);
        return abi.encode(r, s, v);
    }
}
