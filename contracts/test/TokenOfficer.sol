// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {PartitionTerms} from "../src/token/TokenState.sol";
import {ISecurityToken} from "./ISecurityToken.sol";
import {TokenWitness} from "./TokenWitness.sol";

/// @title What the roles and the clock do to a token while units move: rules, freezes, pauses, identities, records.
abstract contract TokenOfficer is TokenWitness {
    uint256 private constant MOST_RECORDS = 6;
    uint256 private constant ALL_COUNTRIES = ((1 << 249) - 1) << 1;

    address internal immutable issuer = account("issuer");
    address internal immutable agent = account("agent");
    address private immutable officer = account("officer");
    address private immutable pauser = account("pauser");
    address private immutable admin = account("admin");

    uint256 public records;
    /// @dev How many dates have come, and what was held when each did.
    uint256 public due;
    mapping(uint256 record => Book) private _then;

    constructor(ISecurityToken token_, address[6] memory wallets_) TokenWitness(token_, wallets_) {}

    function setTerms(uint256 drawn) external {
        uint256 seed = stir(drawn);
        uint256 p = seed & 1;
        PartitionTerms memory terms = token.termsOf(partitions[p]);
        terms.authorised = uint64(token.totalSupplyByPartition(partitions[p]) + (seed >> 8 & 0xfff));
        terms.capBps = uint16([0, 1000, 3000, 6000, 10_000][(seed >> 24) % 5]);
        terms.holderLimit = uint32((seed >> 32) % 5);
        terms.lockedUntil = seed >> 40 & 7 == 0 ? uint40(block.timestamp + 12 hours) : 0;
        terms.classMask = seed >> 48 & 7 == 0 ? uint8(seed >> 50 & 0x7f) : 0x7f;
        terms.countryMask = seed >> 60 & 7 == 0 ? seed >> 62 << 1 & ALL_COUNTRIES : ALL_COUNTRIES;
        set(officer, address(token), abi.encodeCall(token.setPartitionTerms, (terms)));
    }

    function halt(uint256 drawn) external {
        uint256 seed = stir(drawn);
        bytes memory input = seed & 7 == 0
            ? abi.encodeCall(token.pause, ())
            : abi.encodeCall(token.setPartitionPaused, (partitions[seed & 1], seed >> 8 & 7 == 0));
        set(pauser, address(token), input);
    }

    function resume(uint256) external {
        set(pauser, address(token), abi.encodeCall(token.unpause, ()));
        for (uint256 p = 0; p < 2; ++p) {
            set(pauser, address(token), abi.encodeCall(token.setPartitionPaused, (partitions[p], false)));
        }
    }

    function freeze(uint256 drawn) external {
        uint256 seed = stir(drawn);
        address wallet = wallets[seed % WALLETS];
        bool on = seed >> 8 & 7 == 0;
        bytes[3] memory inputs = [
            abi.encodeCall(token.setWalletFrozen, (wallet, on)),
            abi.encodeCall(token.setFrozenTokens, (wallet, seed >> 16 & 1 == 0 ? 0 : seed >> 17 & 0x7ff)),
            abi.encodeCall(token.setWalletLock, (wallet, seed >> 50 & 1 == 0 ? uint40(block.timestamp + (seed >> 30 & 0xffff)) : 0))
        ];
        set(officer, address(token), inputs[(seed >> 60) % 3]);
    }

    function identify(uint256 drawn) external {
        uint256 seed = stir(drawn);
        address wallet = wallets[seed % WALLETS];
        uint40 until = uint40(seed >> 8 & 7 == 0 ? block.timestamp + (seed >> 10 & 0x1ffff) : type(uint40).max);
        bytes[4] memory inputs = [
            abi.encodeCall(registry.setFrozen, (wallet, seed >> 40 & 7 == 0)),
            abi.encodeCall(registry.setValidUntil, (wallet, until)),
            abi.encodeCall(registry.setProfile, (wallet, uint8(1 + (seed >> 44) % 249), uint8((seed >> 60) % 7))),
            abi.encodeCall(registry.addWallet, (wallet, wallets[(seed >> 72) % WALLETS]))
        ];
        set(officer, address(registry), inputs[(seed >> 80) % 4]);
    }

    function admit(uint256 drawn) external {
        uint256 seed = stir(drawn);
        address[] memory one = new address[](1);
        one[0] = wallets[seed % WALLETS];
        set(officer, address(token), abi.encodeCall(token.admit, (one)));
    }

    /// @dev What cannot be taken back comes seldom, so that most of a history is in motion.
    function end(uint256 drawn) external {
        uint256 seed = stir(drawn);
        if (seed & 0x1f == 1) set(issuer, address(token), abi.encodeCall(token.closePrimary, ()));
        if (seed & 0x1f == 2) set(admin, address(token), abi.encodeCall(token.renounceControl, ()));
        if (seed & 0x1f == 3) {
            set(officer, address(registry), abi.encodeCall(registry.removeWallet, (wallets[(seed >> 8) % WALLETS])));
        }
    }

    function schedule(uint256 drawn) external {
        uint256 seed = stir(drawn);
        if (records == MOST_RECORDS) return;
        uint256 earliest = records == 0 ? block.timestamp : token.recordDate(records);
        if (earliest < block.timestamp) earliest = block.timestamp;
        uint40 date = uint40(earliest + 1 + (seed & 0xffff));
        if (set(issuer, address(token), abi.encodeCall(token.scheduleRecordDate, (date)))) ++records;
    }

    /// @dev The register as it stands when a date comes is what its record must show for ever.
    function wait_(uint256 drawn) external {
        uint256 seed = stir(drawn);
        vm.warp(block.timestamp + (seed & 0x7fff));
        while (due < records && token.recordDate(due + 1) <= block.timestamp) {
            _then[++due] = look();
        }
    }

    function then_(uint256 record) external view returns (Book memory) {
        return _then[record];
    }

    function set(address sender, address contract_, bytes memory input) private returns (bool ok) {
        Book memory before = look();
        vm.prank(sender);
        bytes memory answer;
        (ok, answer) = contract_.call(input);
        judge(Path.Set, before, ok, answer);
    }
}
