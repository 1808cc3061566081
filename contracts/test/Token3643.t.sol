// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC20} from "../src/interfaces/IERC20.sol";
import {RoleBook} from "../src/RoleBook.sol";
import {PartitionTerms, TokenState} from "../src/token/TokenState.sol";
import {Reasons, Status} from "../src/token/Reasons.sol";
import {Token3643} from "../src/token/Token3643.sol";
import {TokenCodes} from "../src/token/TokenCodes.sol";
import {IGateway} from "./IGateway.sol";
import {Suite} from "./Suite.sol";

/// @title A token as the tools of ERC-3643 and ERC-1404 see it.
contract Token3643Test is Suite {
    IGateway private gateway;
    address[] private accounts;
    uint256[] private amounts;

    function setUp() public override {
        super.setUp();
        gateway = IGateway(address(token));
        issue(SENIOR, anna, 1000);
        (accounts, amounts) = ([anna, ben], [uint256(10), 20]);
    }

    function test_it_describes_itself() external {
        eq(keccak256(bytes(gateway.version())), keccak256("1"), "version");
        eq(gateway.onchainID(), address(0), "no identity contract");
        eq(gateway.identityRegistry(), address(token), "answers itself");
        eq(gateway.compliance(), address(token), "answers itself");
        isTrue(gateway.isVerified(anna) && !gateway.isVerified(stranger), "verified");
        isTrue(gateway.contains(anna) && !gateway.contains(stranger), "known");
        isTrue(!gateway.isFrozen(anna), "free");
        vm.prank(officer);
        registry.setFrozen(anna, true);
        isTrue(gateway.isFrozen(anna) && !gateway.isVerified(anna) && gateway.contains(anna), "frozen by its owner");
    }

    function test_each_name_is_the_call_that_it_stands_for() external {
        vm.prank(issuer);
        gateway.mint(ben, 50);
        eq(held(SENIOR, ben), 50, "minted");
        vm.prank(agent);
        gateway.burn(ben, 20);
        eq(held(SENIOR, ben), 30, "burnt");
        vm.startPrank(officer);
        gateway.setAddressFrozen(ben, true);
        isTrue(token.isWalletFrozen(ben), "frozen");
        gateway.setAddressFrozen(ben, false);
        gateway.freezePartialTokens(ben, 20);
        gateway.freezePartialTokens(ben, 5);
        eq(token.getFrozenTokens(ben), 25, "adds up");
        gateway.unfreezePartialTokens(ben, 10);
        eq(token.getFrozenTokens(ben), 15, "less");
        vm.expectRevert(abi.encodeWithSelector(Token3643.FrozenTooFew.selector, ben, 16, 15));
        gateway.unfreezePartialTokens(ben, 16);
        vm.stopPrank();
    }

    function test_the_batches() external {
        vm.prank(issuer);
        gateway.batchMint(accounts, amounts);
        eq(held(SENIOR, anna), 1010, "minted");
        vm.prank(agent);
        gateway.batchBurn(accounts, amounts);
        eq(held(SENIOR, ben), 0, "burnt");
        accounts[0] = cleo;
        vm.prank(anna);
        gateway.batchTransfer(accounts, amounts);
        eq(held(SENIOR, cleo), 10, "sent");
        address[] memory from = new address[](2);
        (from[0], from[1]) = (anna, anna);
        vm.prank(agent);
        gateway.batchForcedTransfer(from, accounts, amounts);
        eq(held(SENIOR, ben), 40, "forced");
        vm.startPrank(officer);
        gateway.batchFreezePartialTokens(accounts, amounts);
        gateway.batchFreezePartialTokens(accounts, amounts);
        gateway.batchUnfreezePartialTokens(accounts, amounts);
        eq(token.getFrozenTokens(ben), 20, "frozen");
        bool[] memory freeze = new bool[](2);
        freeze[1] = true;
        gateway.batchSetAddressFrozen(accounts, freeze);
        isTrue(token.isWalletFrozen(ben) && !token.isWalletFrozen(cleo), "one of them");
        vm.stopPrank();
    }

    function test_lists_of_two_lengths_are_refused() external {
        amounts.push(1);
        bytes memory mismatch = abi.encodeWithSelector(TokenState.LengthMismatch.selector, 2, 3);
        bytes[6] memory inputs = [
            abi.encodeCall(gateway.batchMint, (accounts, amounts)),
            abi.encodeCall(gateway.batchBurn, (accounts, amounts)),
            abi.encodeCall(gateway.batchTransfer, (accounts, amounts)),
            abi.encodeCall(gateway.batchForcedTransfer, (accounts, accounts, amounts)),
            abi.encodeCall(gateway.batchFreezePartialTokens, (accounts, amounts)),
            abi.encodeCall(gateway.batchSetAddressFrozen, (accounts, new bool[](3)))
        ];
        for (uint256 i = 0; i < inputs.length; ++i) {
            vm.expectRevert(mismatch);
            (bool ok,) = address(token).call(inputs[i]);
            isTrue(ok, "refused");
        }
    }

    function test_no_name_is_a_way_round_a_role() external {
        bytes[8] memory inputs = [
            abi.encodeCall(gateway.mint, (anna, 1)),
            abi.encodeCall(gateway.burn, (anna, 1)),
            abi.encodeCall(gateway.setAddressFrozen, (anna, true)),
            abi.encodeCall(gateway.freezePartialTokens, (anna, 1)),
            abi.encodeCall(gateway.unfreezePartialTokens, (anna, 0)),
            abi.encodeCall(gateway.batchMint, (accounts, amounts)),
            abi.encodeCall(gateway.recoveryAddress, (anna, ben, address(0))),
            abi.encodeCall(gateway.batchForcedTransfer, (accounts, accounts, amounts))
        ];
        uint256[8] memory roles = [
            ISSUER, TRANSFER_AGENT, COMPLIANCE, COMPLIANCE, COMPLIANCE, ISSUER, TRANSFER_AGENT, TRANSFER_AGENT
        ];
        for (uint256 i = 0; i < inputs.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(RoleBook.MissingRole.selector, stranger, roles[i]));
            vm.prank(stranger);
            (bool ok,) = address(token).call(inputs[i]);
            isTrue(ok, "refused");
        }
    }

    function test_recovery_under_its_name() external {
        address fresh = account("fresh");
        addWallet(anna, fresh);
        vm.expectEmit(address(token));
        emit IERC20.Transfer(anna, fresh, 1000);
        vm.expectEmit(address(token));
        emit Token3643.RecoverySuccess(anna, fresh, stranger);
        vm.prank(agent);
        isTrue(gateway.recoveryAddress(anna, fresh, stranger), "returns true");
        eq(held(SENIOR, fresh), 1000, "moved");
    }

    function test_each_restriction_has_a_number_and_a_word() external {
        restricted(anna, ben, 1, 0, "SUCCESS");
        restricted(anna, stranger, 1, 9, "RECEIVER_UNKNOWN");
        restricted(anna, ben, 1001, 12, "BALANCE");
        PartitionTerms memory strict = terms(SENIOR);
        strict.holderLimit = 1;
        setTerms(strict);
        restricted(anna, ben, 1, 21, "HOLDER_COUNT");
        vm.prank(pauser);
        token.pause();
        restricted(anna, ben, 1, 6, "PAUSED");
    }

    function test_every_registered_reason_is_told_by_its_number() external {
        bytes32[] memory reasons = Reasons.all();
        for (uint256 i = 0; i < reasons.length; ++i) {
            bytes memory word = bytes(gateway.messageForTransferRestriction(uint8(i + 1)));
            isTrue(reasons[i] != 0 && word.length > 3, "a word");
            eq(bytes32(word), reasons[i], "the registered one");
        }
        uint8 beyond = uint8(reasons.length + 1);
        vm.expectRevert(abi.encodeWithSelector(TokenCodes.CodeUnknown.selector, beyond));
        gateway.messageForTransferRestriction(beyond);
    }

    function restricted(address from, address to, uint256 value, uint8 code, string memory word) private view {
        eq(gateway.detectTransferRestriction(from, to, value), code, word);
        eq(keccak256(bytes(gateway.messageForTransferRestriction(code))), keccak256(bytes(word)), word);
    }
}
