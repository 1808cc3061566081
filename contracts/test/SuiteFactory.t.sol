// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {SuiteFactory} from "../src/SuiteFactory.sol";
import {PartitionTerms, TokenConfig} from "../src/token/TokenState.sol";
import {ISecurityToken} from "./ISecurityToken.sol";
import {Suite} from "./Suite.sol";

/// @title Known code at an address that is known beforehand.
contract SuiteFactoryTest is Suite {
    bytes32 private constant TOKEN = "SecurityToken";
    bytes32 private constant LOCK = "Timelock";
    bytes32 private constant CLONE = "SecurityTokenClone";
    SuiteFactory private factory;

    function setUp() public override {
        super.setUp();
        SuiteFactory.Kind[] memory kinds = new SuiteFactory.Kind[](3);
        kinds[2] = kindOf(CLONE, codeOf("SecurityTokenClone"));
        kinds[0] = kindOf(TOKEN, codeOf("SecurityToken"));
        kinds[1] = kindOf(LOCK, codeOf("Timelock"));
        factory = SuiteFactory(create("SuiteFactory", abi.encode(kinds)));
    }

    function codeOf(string memory name) private view returns (bytes memory) {
        string memory artifact = vm.readFile(string.concat("artifacts/", name, ".json"));
        return vm.parseJsonBytes(artifact, ".bytecode");
    }

    function kindOf(bytes32 name, bytes memory code) private returns (SuiteFactory.Kind memory) {
        return SuiteFactory.Kind(name, store(bytes.concat(hex"fe7100", code)), keccak256(code));
    }

    /// @dev Creation code that puts `text` on chain as it is.
    function store(bytes memory text) private returns (address at_) {
        bytes memory code = bytes.concat(hex"61", bytes2(uint16(text.length)), hex"80600a3d393df3", text);
        assembly {
            at_ := create(0, add(code, 0x20), mload(code))
        }
        isTrue(at_ != address(0), "stored");
    }

    function tokenConfig(address backOffice) private view returns (TokenConfig memory) {
        PartitionTerms[] memory partitions = new PartitionTerms[](1);
        partitions[0] = terms(SENIOR);
        return TokenConfig("Two", "TWO", 0, admin, address(registry), backOffice, partitions);
    }

    function tokenArguments() private returns (bytes memory) {
        return abi.encode(tokenConfig(create("SecurityTokenBackOffice", "")));
    }

    function test_a_token_stands_where_it_was_announced() external {
        bytes memory arguments = tokenArguments();
        address announced = factory.addressOf(TOKEN, arguments, issuer, "pool 2");
        bytes memory whole = bytes.concat(codeOf("SecurityToken"), arguments);
        bytes32 salt = keccak256(abi.encode(issuer, bytes32("pool 2")));
        address expected = address(
            uint160(uint256(keccak256(abi.encodePacked(bytes1(0xff), address(factory), salt, keccak256(whole)))))
        );
        eq(announced, expected, "by the rule of CREATE2");
        vm.expectEmit(address(factory));
        emit SuiteFactory.Deployed(TOKEN, announced, issuer, "pool 2", keccak256(arguments));
        vm.prank(issuer);
        address deployed = factory.deploy(TOKEN, arguments, "pool 2");
        noted("Factory", "deploy a token");
        eq(deployed, announced, "as announced");
        eq(ISecurityToken(deployed).admin(), admin, "and it is a token");
        vm.expectRevert(abi.encodeWithSelector(SuiteFactory.AddressTaken.selector, announced));
        vm.prank(issuer);
        factory.deploy(TOKEN, arguments, "pool 2");
    }

    /// @dev The model is part of the announcement: a clone of another stands elsewhere.
    function test_a_clone_is_a_kind_like_any_other() external {
        address backOffice = create("SecurityTokenBackOffice", "");
        TokenConfig memory config = tokenConfig(backOffice);
        address model = factory.deploy(TOKEN, abi.encode(config), "model");
        bytes memory arguments = abi.encode(config, model);
        address announced = factory.addressOf(CLONE, arguments, issuer, "pool 3");
        vm.prank(issuer);
        address deployed = factory.deploy(CLONE, arguments, "pool 3");
        noted("Factory", "deploy a clone");
        eq(deployed, announced, "as announced");
        eq(deployed.code.length, 45, "a proxy");
        eq(ISecurityToken(deployed).admin(), admin, "and it is a token");
        address another = factory.deploy(TOKEN, abi.encode(config), "another model");
        isTrue(factory.addressOf(CLONE, abi.encode(config, another), issuer, "pool 3") != announced, "elsewhere");
        vm.expectRevert(abi.encodeWithSelector(SuiteFactory.AddressTaken.selector, announced));
        vm.prank(issuer);
        factory.deploy(CLONE, arguments, "pool 3");
    }

    function test_nobody_takes_an_address_that_another_announced() external {
        bytes memory arguments = tokenArguments();
        address announced = factory.addressOf(TOKEN, arguments, issuer, "pool 2");
        vm.prank(stranger);
        address other = factory.deploy(TOKEN, arguments, "pool 2");
        isTrue(other != announced, "another address");
        eq(announced.code.length, 0, "still free");
    }

    function test_it_says_what_it_deploys() external view {
        bytes32[] memory all = factory.kinds();
        eq(all.length, 3, "three kinds");
        eq(all[0], TOKEN, "token");
        eq(all[1], LOCK, "timelock");
        eq(factory.kindOf(LOCK).codeHash, keccak256(codeOf("Timelock")), "hash of the artifact");
    }

    function test_an_unknown_kind_is_refused() external {
        bytes memory expected = abi.encodeWithSelector(SuiteFactory.KindUnknown.selector, bytes32("other"));
        vm.expectRevert(expected);
        factory.deploy("other", "", 0);
        vm.expectRevert(expected);
        factory.addressOf("other", "", issuer, 0);
        vm.expectRevert(expected);
        factory.kindOf("other");
    }

    function test_the_constructor_s_refusal_is_passed_on() external {
        SuiteFactory.Kind[] memory none = new SuiteFactory.Kind[](0);
        vm.expectRevert(abi.encodeWithSignature("DelayOutOfRange(uint256,uint256,uint256)", 1, 1 hours, 30 days));
        factory.deploy(LOCK, abi.encode(admin, uint256(1), none), 0);
    }

    function test_code_that_is_not_what_its_hash_says_is_refused() external {
        SuiteFactory.Kind[] memory kinds = new SuiteFactory.Kind[](1);
        kinds[0] = kindOf(LOCK, hex"6001");
        kinds[0].codeHash = keccak256(codeOf("Timelock"));
        refusesToBe(
            kinds,
            abi.encodeWithSelector(
                SuiteFactory.CodeHashMismatch.selector, LOCK, kinds[0].codeHash, keccak256(hex"6001")
            )
        );
        kinds[0].blueprint = address(registry);
        refusesToBe(
            kinds, abi.encodeWithSelector(SuiteFactory.NotABlueprint.selector, LOCK, address(registry))
        );
        SuiteFactory.Kind[] memory twice = new SuiteFactory.Kind[](2);
        twice[0] = kindOf(LOCK, hex"6001");
        twice[1] = twice[0];
        refusesToBe(twice, abi.encodeWithSelector(SuiteFactory.KindTwice.selector, LOCK));
    }

    function refusesToBe(SuiteFactory.Kind[] memory kinds, bytes memory expected) private {
        bytes memory code = bytes.concat(codeOf("SuiteFactory"), abi.encode(kinds));
        address made;
        bytes memory answer;
        assembly {
            made := create(0, add(code, 0x20), mload(code))
            answer := mload(0x40)
            mstore(answer, returndatasize())
            returndatacopy(add(answer, 0x20), 0, returndatasize())
            mstore(0x40, add(answer, add(0x20, returndatasize())))
        }
        eq(made, address(0), "not made");
        eq(keccak256(answer), keccak256(expected), "with its reason");
    }
}
