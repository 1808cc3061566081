// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {PaymentToken} from "../src/PaymentToken.sol";
import {RoleBook} from "../src/RoleBook.sol";
import {Test} from "./Vm.sol";

/// @title The demonstration payment token: ERC-20, permit by signature, and a block list that refuses.
contract PaymentTokenTest is Test {
    uint256 private constant KEY = 0xa11ce;
    address private owner = vm.addr(KEY);
    address private admin = account("admin");
    address private issuer = account("issuer");
    address private officer = account("officer");
    address private ben = account("ben");
    PaymentToken private money;

    function setUp() external {
        vm.warp(1_767_225_600);
        money = PaymentToken(create("PaymentToken", abi.encode("Demo Euro", "dEUR", admin)));
        vm.startPrank(admin);
        money.grantRoles(issuer, 1);
        money.grantRoles(officer, 4);
        vm.stopPrank();
        vm.prank(issuer);
        money.mint("first", owner, 100);
    }

    function test_it_describes_itself() external view {
        eq(keccak256(bytes(money.name())), keccak256("Demo Euro"), "name");
        eq(keccak256(bytes(money.symbol())), keccak256("dEUR"), "symbol");
        eq(money.decimals(), 6, "decimals");
        eq(money.totalSupply(), 100, "supply");
    }

    function test_it_moves_and_burns() external {
        vm.expectEmit(address(money));
        emit PaymentToken.Transfer(owner, ben, 40);
        vm.prank(owner);
        isTrue(money.transfer(ben, 40), "returns true");
        vm.prank(ben);
        money.burn(15);
        eq(money.balanceOf(owner), 60, "owner");
        eq(money.balanceOf(ben), 25, "ben");
        eq(money.totalSupply(), 85, "supply");
    }

    function test_an_allowance_is_spent_unless_it_is_without_limit() external {
        vm.prank(owner);
        money.approve(ben, 50);
        vm.startPrank(ben);
        isTrue(money.transferFrom(owner, ben, 20), "returns true");
        eq(money.allowance(owner, ben), 30, "spent");
        vm.expectRevert(abi.encodeWithSelector(PaymentToken.InsufficientAllowance.selector, ben, 31, 30));
        money.transferFrom(owner, ben, 31);
        vm.stopPrank();
        vm.prank(owner);
        money.approve(ben, type(uint256).max);
        vm.prank(ben);
        money.transferFrom(owner, ben, 20);
        eq(money.allowance(owner, ben), type(uint256).max, "not counted down");
    }

    function test_what_is_not_there_cannot_be_sent() external {
        vm.startPrank(owner);
        vm.expectRevert(abi.encodeWithSelector(PaymentToken.InsufficientBalance.selector, owner, 101, 100));
        money.transfer(ben, 101);
        vm.expectRevert(abi.encodeWithSelector(PaymentToken.InsufficientBalance.selector, owner, 101, 100));
        money.burn(101);
        vm.expectRevert(RoleBook.ZeroAddress.selector);
        money.transfer(address(0), 1);
        vm.stopPrank();
        vm.expectRevert(RoleBook.ZeroAddress.selector);
        vm.prank(issuer);
        money.mint("op", address(0), 1);
    }

    function test_a_blocked_account_neither_sends_nor_receives() external {
        vm.expectEmit(address(money));
        emit PaymentToken.BlockedSet(ben, true);
        vm.prank(officer);
        money.setBlocked(ben, true);
        bytes memory expected = abi.encodeWithSelector(PaymentToken.AccountBlocked.selector, ben);
        vm.expectRevert(expected);
        vm.prank(owner);
        money.transfer(ben, 1);
        vm.expectRevert(expected);
        vm.prank(ben);
        money.transfer(owner, 0);
        vm.expectRevert(expected);
        vm.prank(issuer);
        money.mint("op", ben, 1);
        vm.expectRevert(expected);
        vm.prank(ben);
        money.burn(0);
        vm.prank(officer);
        money.setBlocked(ben, false);
        vm.prank(owner);
        money.transfer(ben, 1);
    }

    function test_an_operation_mints_once() external {
        vm.startPrank(issuer);
        vm.expectEmit(address(money));
        emit PaymentToken.OperationDone("op");
        money.mint("op", ben, 7);
        vm.expectRevert(abi.encodeWithSelector(PaymentToken.OperationConsumed.selector, bytes32("op")));
        money.mint("op", ben, 7);
        vm.stopPrank();
        eq(money.balanceOf(ben), 7, "once");
        isTrue(money.isConsumed("op") && !money.isConsumed("other"), "known");
    }

    function test_only_the_issuer_mints_and_only_compliance_blocks() external {
        vm.expectRevert(abi.encodeWithSelector(RoleBook.MissingRole.selector, officer, 1));
        vm.prank(officer);
        money.mint("op", ben, 1);
        vm.expectRevert(abi.encodeWithSelector(RoleBook.MissingRole.selector, issuer, 4));
        vm.prank(issuer);
        money.setBlocked(ben, true);
    }

    function test_a_permit_approves_once_by_signature() external {
        uint256 deadline = block.timestamp;
        (uint8 v, bytes32 r, bytes32 s) = signed(ben, 70, 0, deadline);
        vm.expectEmit(address(money));
        emit PaymentToken.Approval(owner, ben, 70);
        money.permit(owner, ben, 70, deadline, v, r, s);
        eq(money.allowance(owner, ben), 70, "approved");
        eq(money.nonces(owner), 1, "nonce used");
        vm.expectRevert(abi.encodeWithSelector(PaymentToken.PermitInvalid.selector, owner));
        money.permit(owner, ben, 70, deadline, v, r, s);
    }

    function test_a_permit_that_is_late_altered_or_turned_over_is_refused() external {
        uint256 deadline = block.timestamp + 10;
        (uint8 v, bytes32 r, bytes32 s) = signed(ben, 70, 0, deadline);
        bytes memory invalid = abi.encodeWithSelector(PaymentToken.PermitInvalid.selector, owner);
        vm.expectRevert(invalid);
        money.permit(owner, ben, 71, deadline, v, r, s);
        vm.expectRevert(invalid);
        money.permit(owner, ben, 70, deadline, v == 27 ? 28 : 27, r, bytes32(ORDER - uint256(s)));
        vm.expectRevert(abi.encodeWithSelector(PaymentToken.PermitInvalid.selector, address(0)));
        money.permit(address(0), ben, 70, deadline, 0, r, s);
        vm.warp(deadline + 1);
        vm.expectRevert(abi.encodeWithSelector(PaymentToken.PermitExpired.selector, deadline));
        money.permit(owner, ben, 70, deadline, v, r, s);
    }

    uint256 private constant ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;

    function signed(address spender, uint256 value, uint256 nonce, uint256 deadline)
        private
        view
        returns (uint8, bytes32, bytes32)
    {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Demo Euro"),
                keccak256("1"),
                block.chainid,
                address(money)
            )
        );
        eq(money.DOMAIN_SEPARATOR(), domain, "domain");
        bytes32 message = keccak256(
            abi.encode(
                keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"),
                owner,
                spender,
                value,
                nonce,
                deadline
            )
        );
        return vm.sign(KEY, keccak256(abi.encodePacked(hex"1901", domain, message)));
    }
}
