// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {SecurityTokenClone} from "../src/SecurityTokenClone.sol";
import {TokenBirth} from "../src/token/TokenBirth.sol";
import {PartitionTerms, TokenConfig} from "../src/token/TokenState.sol";
import {ISecurityToken} from "./ISecurityToken.sol";
import {Suite} from "./Suite.sol";

/// @title What a clone shares with its model and what not; that neither can begin again. Its stories: `ClonedStories`.
contract SecurityTokenCloneTest is Suite {
    ISecurityToken private original;
    address private office;

    function made(TokenConfig memory config) internal override returns (address) {
        office = config.backOffice;
        original = ISecurityToken(model(office));
        return create("SecurityTokenClone", abi.encode(config, original));
    }

    function test_its_code_is_the_proxy_of_erc_1167_and_nothing_else() external view {
        bytes memory expected =
            abi.encodePacked(hex"363d3d373d3d3d363d73", original, hex"5af43d82803e903d91602b57fd5bf3");
        eq(keccak256(address(token).code), keccak256(expected), "45 bytes");
    }

    function test_what_it_has_is_its_own() external {
        issue(SENIOR, anna, 10);
        vm.prank(pauser);
        token.pause();
        eq(original.totalSupply(), 0, "the model has issued nothing");
        isTrue(!original.paused(), "and is not paused");
        eq(keccak256(bytes(token.name())), keccak256("Pool One"), "its own name");
        eq(keccak256(bytes(original.name())), keccak256("Model"), "the model's");
        eq(token.partitions().length, 2, "its own partitions");
        eq(original.partitions().length, 1, "the model's");
        eq(original.rolesOf(issuer), 0, "no role there");
        vm.prank(account("nobody"));
        original.renounceControl();
        isTrue(token.isControllable(), "what the model gives up, it alone gives up");
    }

    function test_two_clones_of_a_model_know_nothing_of_each_other() external {
        TokenConfig memory config = config_(SENIOR, address(registry), office);
        ISecurityToken other = ISecurityToken(create("SecurityTokenClone", abi.encode(config, original)));
        issue(SENIOR, anna, 10);
        eq(other.totalSupply(), 0, "nothing issued there");
        eq(keccak256(bytes(other.name())), keccak256("Pool Two"), "another name");
    }

    /// @dev No call begins a token: all of these are answered by nobody, before and after the first units.
    function test_neither_begins_a_second_time() external {
        TokenConfig memory config = config_(SENIOR, address(registry), office);
        config.admin = stranger;
        bytes[5] memory inputs = [
            abi.encodeWithSignature("initialize()"),
            abi.encodeWithSignature("initialize(address)", stranger),
            abi.encodeWithSignature(
                "initialize((string,string,uint8,address,address,address,(bytes32,uint64,uint16,uint32,uint8,uint40,uint256)[]))",
                config
            ),
            abi.encodeWithSignature("setUp(bytes)", abi.encode(config)),
            abi.encode(config)
        ];
        for (uint256 i = 0; i < inputs.length; ++i) {
            vm.prank(stranger);
            (bool ok,) = address(token).call(inputs[i]);
            isTrue(!ok, "not the clone");
            vm.prank(stranger);
            (ok,) = address(original).call(inputs[i]);
            isTrue(!ok, "nor the model");
        }
        eq(token.admin(), admin, "whose it was");
        eq(original.admin(), account("nobody"), "and the model's");
    }

    function test_a_model_that_does_not_fit_is_refused() external {
        refused(
            config_(JUNIOR, address(registry), office),
            address(original),
            abi.encodeWithSelector(SecurityTokenClone.DefaultPartitionDiffers.selector, JUNIOR, SENIOR)
        );
        address another = create("SecurityTokenBackOffice", "");
        refused(
            config_(SENIOR, address(registry), another),
            address(original),
            abi.encodeWithSelector(SecurityTokenClone.BackOfficeDiffers.selector, another, original.desk())
        );
        TokenConfig memory good = config_(SENIOR, address(registry), office);
        refused(good, stranger, abi.encodeWithSelector(TokenBirth.NoCode.selector, stranger));
        refused(good, address(registry), "");
        good.partitions = new PartitionTerms[](0);
        refused(good, address(original), abi.encodeWithSelector(TokenBirth.NoPartition.selector));
        refused(
            config_(SENIOR, stranger, office),
            address(original),
            abi.encodeWithSelector(TokenBirth.NoCode.selector, stranger)
        );
    }

    /// @dev A model may be a clone itself: each call takes one step more.
    function test_a_clone_of_a_clone_answers_too() external {
        TokenConfig memory config = config_(SENIOR, address(registry), office);
        ISecurityToken grandchild = ISecurityToken(create("SecurityTokenClone", abi.encode(config, token)));
        vm.prank(admin);
        grandchild.grantRoles(issuer, ISSUER);
        vm.prank(issuer);
        grandchild.issue(anna, 5, "");
        eq(grandchild.balanceOf(anna), 5, "issued");
        eq(token.balanceOf(anna) + original.balanceOf(anna), 0, "there alone");
    }

    function config_(bytes32 first, address registry_, address backOffice) private view returns (TokenConfig memory) {
        PartitionTerms[] memory one = new PartitionTerms[](1);
        one[0] = terms(first);
        return TokenConfig("Pool Two", "POOL2", 0, admin, registry_, backOffice, one);
    }

    function refused(TokenConfig memory config, address model_, bytes memory expected) private {
        try this.clone(config, model_) returns (address) {
            isTrue(false, "refused");
        } catch (bytes memory answer) {
            if (expected.length != 0) eq(keccak256(answer), keccak256(expected), "with its reason");
        }
    }

    /// @dev As a creation fails: with its own answer.
    function clone(TokenConfig memory config, address model_) external returns (address deployed) {
        string memory artifact = vm.readFile("artifacts/SecurityTokenClone.json");
        bytes memory code = bytes.concat(vm.parseJsonBytes(artifact, ".bytecode"), abi.encode(config, model_));
        assembly {
            deployed := create(0, add(code, 0x20), mload(code))
            if iszero(deployed) {
                let answer := mload(0x40)
                returndatacopy(answer, 0, returndatasize())
                revert(answer, returndatasize())
            }
        }
    }
}
