// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IdentityRegistry} from "../src/IdentityRegistry.sol";
import {IdentityWord, IdentityWords} from "../src/IdentityWord.sol";
import {PartitionTerms, TokenConfig, TokenState} from "../src/token/TokenState.sol";
import {Reasons, Status} from "../src/token/Reasons.sol";
import {Kind} from "./Cloned.sol";
import {ISecurityToken} from "./ISecurityToken.sol";
import {Test} from "./Vm.sol";

/// @title A registry and a token of two partitions, each role with an account of its own.
abstract contract Suite is Test, Kind {
    struct Refusal {
        bytes1 status;
        bytes32 reason;
        uint256 value;
        uint256 limit;
    }

    bytes32 internal constant SENIOR = "SENIOR";
    bytes32 internal constant JUNIOR = "JUNIOR";
    uint256 internal constant ISSUER = 1;
    uint256 internal constant TRANSFER_AGENT = 2;
    uint256 internal constant COMPLIANCE = 4;
    uint256 internal constant PAYER = 8;
    uint256 internal constant PAUSER = 16;
    uint40 internal constant START = 1_767_225_600; // 2026-01-01
    uint40 internal constant VALID_UNTIL = START + 365 days;
    uint8 internal constant ALL_CLASSES = 0x7f;
    uint256 internal constant ALL_COUNTRIES = ((1 << 249) - 1) << 1;
    uint8 internal constant GERMANY = 57;
    uint8 internal constant FRANCE = 75;

    address internal admin = account("admin");
    address internal issuer = account("issuer");
    address internal agent = account("agent");
    address internal officer = account("officer");
    address internal payer = account("payer");
    address internal pauser = account("pauser");
    address internal anna = account("anna");
    address internal ben = account("ben");
    address internal cleo = account("cleo");
    address internal stranger = account("stranger");

    IdentityRegistry internal registry;
    ISecurityToken internal token;
    uint256 private _operations;

    function setUp() public virtual {
        vm.warp(START);
        registry = IdentityRegistry(create("IdentityRegistry", abi.encode(admin)));
        vm.prank(admin);
        registry.grantRoles(officer, COMPLIANCE);
        token = deploy(create("SecurityTokenBackOffice", ""));
        register(anna, 1);
        register(ben, 2);
        register(cleo, 3);
    }

    /// @dev A token that the registry lists: it keeps copies of identities.
    function deploy(address backOffice) internal returns (ISecurityToken deployed) {
        deployed = bare(backOffice);
        vm.prank(admin);
        registry.listToken(address(deployed));
    }

    function bare(address backOffice) internal returns (ISecurityToken deployed) {
        PartitionTerms[] memory partitions = new PartitionTerms[](2);
        partitions[0] = terms(SENIOR);
        partitions[1] = terms(JUNIOR);
        TokenConfig memory config =
            TokenConfig("Pool One", "POOL1", 0, admin, address(registry), backOffice, partitions);
        deployed = ISecurityToken(made(config));
        vm.startPrank(admin);
        deployed.grantRoles(issuer, ISSUER);
        deployed.grantRoles(agent, TRANSFER_AGENT);
        deployed.grantRoles(officer, COMPLIANCE);
        deployed.grantRoles(pauser, PAUSER);
        vm.stopPrank();
    }

    /// @dev The token that the stories are about: whole, or a clone in the stories of `Cloned`.
    function made(TokenConfig memory config) internal virtual returns (address) {
        if (!cloned) return create("SecurityToken", abi.encode(config));
        return create("SecurityTokenClone", abi.encode(config, model(config.backOffice)));
    }

    /// @dev A token for clones to run: another pool with one partition and nobody in a role, so that what a clone took from
    /// its storage would show. Good in itself, whatever the clone is made with.
    function model(address backOffice) internal returns (address) {
        (bool good,) = backOffice.staticcall(abi.encodeWithSignature("desk()"));
        if (!good || backOffice.code.length == 0) backOffice = create("SecurityTokenBackOffice", "");
        PartitionTerms[] memory one = new PartitionTerms[](1);
        one[0] = PartitionTerms(SENIOR, 7, 1, 1, 1, START + 1000 days, 2);
        TokenConfig memory config =
            TokenConfig("Model", "MODEL", 18, account("nobody"), address(registry), backOffice, one);
        return create("SecurityToken", abi.encode(config));
    }

    /// @dev Keeps the gas of the last call under a name of the group; of clones all in one.
    function noted(string memory group, string memory name) internal returns (uint256) {
        return vm.snapshotGasLastCall(cloned ? "Clone" : group, name);
    }

    /// @dev A million units, 5% per owner, a hundred owners, everybody, no lock-up.
    function terms(bytes32 partition) internal pure returns (PartitionTerms memory) {
        return PartitionTerms(partition, 1_000_000, 500, 100, ALL_CLASSES, 0, ALL_COUNTRIES);
    }

    function setTerms(PartitionTerms memory changed) internal {
        vm.prank(officer);
        token.setPartitionTerms(changed);
    }

    function register(address wallet, uint64 identity) internal {
        register(wallet, identity, GERMANY, 0, VALID_UNTIL);
    }

    function register(address wallet, uint64 identity, uint8 country, uint8 investorClass, uint40 validUntil) internal {
        vm.prank(officer);
        registry.register(IdentityRegistry.Registration(wallet, identity, country, investorClass, validUntil));
    }

    /// @dev The two lists that a batch of registrations takes.
    function lists(IdentityRegistry.Registration[] memory entries)
        internal
        pure
        returns (address[] memory wallets, IdentityWord[] memory words)
    {
        wallets = new address[](entries.length);
        words = new IdentityWord[](entries.length);
        for (uint256 i = 0; i < entries.length; ++i) {
            IdentityRegistry.Registration memory entry = entries[i];
            wallets[i] = entry.wallet;
            words[i] = IdentityWords.pack(entry.identity, entry.validUntil, entry.country, entry.investorClass);
        }
    }

    function addWallet(address wallet, address added) internal {
        vm.prank(officer);
        registry.addWallet(wallet, added);
    }

    function issue(bytes32 partition, address to, uint256 units) internal {
        vm.prank(issuer);
        token.issueByPartition(partition, to, units, "");
    }

    function send(bytes32 partition, address from, address to, uint256 units) internal {
        vm.prank(from);
        token.transferByPartition(partition, to, units, "");
    }

    function operation() internal returns (bytes32) {
        return bytes32(++_operations);
    }

    function held(bytes32 partition, address holder) internal view returns (uint256) {
        return token.balanceOfByPartition(partition, holder);
    }

    function holders(bytes32 partition) internal view returns (uint256 count) {
        (, count,,) = token.stateOf(partition);
    }

    function no(bytes1 status, bytes32 reason, uint256 value, uint256 limit) internal pure returns (Refusal memory) {
        return Refusal(status, reason, value, limit);
    }

    function judged(bytes1 status, bytes32 reason, uint256 value, uint256 limit, Refusal memory expected)
        internal
        pure
    {
        eq(reason, expected.reason, "reason");
        eq(bytes32(status), bytes32(expected.status), "status");
        eq(value, expected.value, "value");
        eq(limit, expected.limit, "limit");
    }

    /// @dev The call from `sender` must revert with exactly this refusal.
    function refuses(address sender, bytes memory input, Refusal memory expected) internal {
        vm.expectRevert(
            abi.encodeWithSelector(
                TokenState.TransferRefused.selector, expected.status, expected.reason, expected.value, expected.limit
            )
        );
        vm.prank(sender);
        (bool ok,) = address(token).call(input);
        isTrue(ok, "the expected refusal");
    }

    /// @dev A transfer by the holder is refused in every dry run and on every path, with the same reason and numbers.
    function refusesTransfer(bytes32 partition, address from, address to, uint256 amount, Refusal memory expected)
        internal
    {
        dryRunRefuses(partition, from, to, amount, expected);
        refuses(from, abi.encodeCall(token.transferByPartition, (partition, to, amount, "")), expected);
        if (partition != SENIOR) return;
        refuses(from, abi.encodeCall(token.transfer, (to, amount)), expected);
        refuses(from, abi.encodeCall(token.transferWithData, (to, amount, "")), expected);
    }

    function dryRunRefuses(bytes32 partition, address from, address to, uint256 amount, Refusal memory expected)
        internal
    {
        (bytes1 status, bytes32 reason, uint256 value, uint256 limit) = token.judgeTransfer(partition, from, to, amount);
        judged(status, reason, value, limit, expected);
        bytes32 answered;
        (status, reason, answered) = token.canTransferByPartition(from, to, partition, amount, "");
        judged(status, reason, value, limit, expected);
        eq(answered, partition, "partition");
        if (partition != SENIOR) return;
        vm.prank(from);
        (status, reason) = token.canTransfer(to, amount, "");
        judged(status, reason, value, limit, expected);
        isTrue(!token.canTransfer(from, to, amount), "ERC-7943 says no");
    }

    function refusesIssue(bytes32 partition, address to, uint256 amount, Refusal memory expected) internal {
        (bytes1 status, bytes32 reason, uint256 value, uint256 limit) = token.judgeIssue(partition, to, amount);
        judged(status, reason, value, limit, expected);
        refuses(issuer, abi.encodeCall(token.issueByPartition, (partition, to, amount, "")), expected);
        address[] memory batch = new address[](1);
        uint256[] memory sizes = new uint256[](1);
        (batch[0], sizes[0]) = (to, amount);
        refuses(issuer, abi.encodeCall(token.issueBatch, (operation(), partition, batch, sizes)), expected);
        if (partition != SENIOR) return;
        refuses(issuer, abi.encodeCall(token.issue, (to, amount, "")), expected);
    }

    function refusesRedeem(bytes32 partition, address from, uint256 amount, Refusal memory expected) internal {
        (bytes1 status, bytes32 reason, uint256 value, uint256 limit) = token.judgeRedeem(partition, from, amount);
        judged(status, reason, value, limit, expected);
        refuses(from, abi.encodeCall(token.redeemByPartition, (partition, amount, "")), expected);
        if (partition != SENIOR) return;
        refuses(from, abi.encodeCall(token.redeem, (amount, "")), expected);
    }
}
