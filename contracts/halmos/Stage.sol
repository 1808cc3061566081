// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IdentityRegistry} from "../src/IdentityRegistry.sol";
import {PartitionTerms, TokenConfig} from "../src/token/TokenState.sol";
import {ISecurityToken} from "../test/ISecurityToken.sol";

/// @title The cheat codes of halmos that the proofs use.
interface Prover {
    function prank(address sender) external;
    function assume(bool condition) external pure;
    function warp(uint256 timestamp) external;
    function getCode(string calldata artifact) external view returns (bytes memory);
}

/// @title A registry and a token of two partitions, of which anna (two wallets), ben and cleo hold any amounts.
/// @notice A `check_` function is proved for every value of its arguments: halmos explores each path of the bytecode and
/// asks a solver for values that break an assertion.
abstract contract Stage {
    Prover internal constant vm = Prover(address(uint160(uint256(keccak256("hevm cheat code")))));
    bytes32 internal constant SENIOR = "SENIOR";
    bytes32 internal constant JUNIOR = "JUNIOR";
    uint256 internal constant ISSUER = 1;
    uint256 internal constant TRANSFER_AGENT = 2;
    uint256 internal constant COMPLIANCE = 4;
    uint256 internal constant PAUSER = 16;
    uint40 internal constant START = 1_767_225_600;
    uint40 internal constant VALID_UNTIL = START + 365 days;
    uint256 internal constant ALL_COUNTRIES = ((1 << 249) - 1) << 1;
    uint64 internal constant AUTHORISED = 1_000_000;
    uint256 internal constant CAP = 50_000;

    // Concrete, far apart, and no precompile.
    address internal constant issuer = address(0x11550e5);
    address internal constant agent = address(0xa6e47);
    address internal constant officer = address(0x0ff1ce5);
    address internal constant pauser = address(0x9a05e5);
    address internal constant anna = address(0xa44a);
    address internal constant second = address(0xa44a2);
    address internal constant ben = address(0xbe44);
    address internal constant cleo = address(0xc1e0);
    address internal constant stranger = address(0x57a46e5);

    IdentityRegistry internal registry;
    ISecurityToken internal token;

    function setUp() public virtual {
        vm.warp(START);
        registry = IdentityRegistry(create("IdentityRegistry", abi.encode(address(this))));
        registry.grantRoles(address(this), COMPLIANCE);
        registry.grantRoles(officer, COMPLIANCE);
        PartitionTerms[] memory partitions = new PartitionTerms[](2);
        (partitions[0], partitions[1]) = (terms(SENIOR), terms(JUNIOR));
        address backOffice = create("SecurityTokenBackOffice", "");
        TokenConfig memory config =
            TokenConfig("Pool", "POOL", 0, address(this), address(registry), backOffice, partitions);
        token = ISecurityToken(create("SecurityToken", abi.encode(config)));
        token.grantRoles(issuer, ISSUER);
        token.grantRoles(agent, TRANSFER_AGENT);
        token.grantRoles(officer, COMPLIANCE);
        token.grantRoles(pauser, PAUSER);
        registry.listToken(address(token));
        registry.register(IdentityRegistry.Registration(anna, 1, 57, 0, VALID_UNTIL));
        registry.register(IdentityRegistry.Registration(ben, 2, 57, 0, VALID_UNTIL));
        registry.register(IdentityRegistry.Registration(cleo, 3, 57, 0, VALID_UNTIL));
        address[] memory wallets = new address[](3);
        (wallets[0], wallets[1], wallets[2]) = (anna, ben, cleo);
        vm.prank(officer);
        token.admit(wallets);
    }

    /// @dev From the build: what is proved is the bytecode that ships.
    function create(string memory name, bytes memory arguments) internal returns (address deployed) {
        bytes memory code = bytes.concat(vm.getCode(string.concat("out/", name, ".sol/", name, ".json")), arguments);
        assembly {
            deployed := create(0, add(code, 0x20), mload(code))
        }
        require(deployed.code.length != 0, name);
    }

    /// @dev 5% of a million per owner.
    function terms(bytes32 partition) internal pure returns (PartitionTerms memory) {
        return PartitionTerms(partition, AUTHORISED, 500, 100, 0x7f, 0, ALL_COUNTRIES);
    }

    /// @dev Any amount that may be issued; what may not, ends the path.
    function issue(bytes32 partition, address to, uint256 units) internal {
        vm.prank(issuer);
        token.issueByPartition(partition, to, units, "");
    }

    function held(bytes32 partition, address wallet) internal view returns (uint256) {
        return token.balanceOfByPartition(partition, wallet);
    }

    /// @dev What the wallets of the stage hold in a partition.
    function total(bytes32 partition) internal view returns (uint256) {
        return held(partition, anna) + held(partition, ben) + held(partition, cleo);
    }

    /// @dev Calls the token and says whether it went through.
    function tries(address sender, bytes memory input) internal returns (bool ok) {
        vm.prank(sender);
        (ok,) = address(token).call(input);
    }

    /// @dev One of the three holders.
    function holder(uint8 which) internal pure returns (address) {
        return which == 0 ? anna : which == 1 ? ben : cleo;
    }
}
