// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {RoleBook} from "../src/RoleBook.sol";
import {TokenDocuments} from "../src/token/TokenDocuments.sol";
import {TokenState} from "../src/token/TokenState.sol";
import {IGateway} from "./IGateway.sol";
import {Suite} from "./Suite.sol";

/// @title A document is as of a date: every version can be asked for ever.
contract TokenDocumentsTest is Suite {
    IGateway private archive;

    function setUp() public override {
        super.setUp();
        archive = IGateway(address(token));
    }

    function test_what_was_in_force_at_any_time_can_be_asked() external {
        at(START + 10, "PROSPECTUS", "ipfs://one", 1);
        at(START + 20, "REPORT", "ipfs://report", 9);
        at(START + 30, "PROSPECTUS", "ipfs://two", 2);
        vm.warp(START + 40);
        vm.prank(issuer);
        token.removeDocument("PROSPECTUS");
        at(START + 50, "PROSPECTUS", "ipfs://three", 3);
        inForce(0, "", 0, 0);
        inForce(START + 9, "", 0, 0);
        inForce(START + 10, "ipfs://one", 1, START + 10);
        inForce(START + 29, "ipfs://one", 1, START + 10);
        inForce(START + 30, "ipfs://two", 2, START + 30);
        inForce(START + 39, "ipfs://two", 2, START + 30);
        inForce(START + 40, "", 0, 0);
        inForce(START + 49, "", 0, 0);
        inForce(START + 50, "ipfs://three", 3, START + 50);
        inForce(type(uint256).max, "ipfs://three", 3, START + 50);
        eq(archive.documentVersions("PROSPECTUS"), 4, "versions");
        eq(archive.documentVersionAt("PROSPECTUS", START + 45), 3, "the removal is one");
        eq(archive.allDocumentsAt(START + 9).length, 0, "none yet");
        eq(archive.allDocumentsAt(START + 20).length, 2, "both");
        bytes32[] memory names = archive.allDocumentsAt(START + 45);
        eq(names.length, 1, "one was taken away");
        eq(names[0], "REPORT", "the other");
        eq(token.getAllDocuments().length, 2, "now");
    }

    function test_each_version_by_its_number() external {
        at(START + 10, "PROSPECTUS", "ipfs://one", 1);
        vm.warp(START + 20);
        vm.prank(issuer);
        token.removeDocument("PROSPECTUS");
        (string memory uri, bytes32 hash, uint256 since, bool removed) = archive.documentVersion("PROSPECTUS", 1);
        eq(keccak256(bytes(uri)), keccak256("ipfs://one"), "uri");
        eq(hash, bytes32(uint256(1)), "hash");
        eq(since, START + 10, "since");
        isTrue(!removed, "a text");
        (uri, hash, since, removed) = archive.documentVersion("PROSPECTUS", 2);
        isTrue(removed && since == START + 20 && hash == 0 && bytes(uri).length == 0, "a removal");
        bytes memory expected =
            abi.encodeWithSelector(TokenDocuments.DocumentVersionUnknown.selector, bytes32("PROSPECTUS"), 3);
        vm.expectRevert(expected);
        archive.documentVersion("PROSPECTUS", 3);
        vm.expectRevert(abi.encodeWithSelector(TokenDocuments.DocumentVersionUnknown.selector, bytes32("NONE"), 0));
        archive.documentVersion("NONE", 0);
    }

    function test_two_versions_of_one_second_the_later_counts() external {
        at(START + 10, "RULES", "ipfs://one", 1);
        at(START + 10, "RULES", "ipfs://two", 2);
        (, bytes32 hash,) = archive.documentAt("RULES", START + 10);
        eq(hash, bytes32(uint256(2)), "the later");
    }

    function test_a_uri_of_any_length_comes_back_as_it_was() external {
        uint256[9] memory lengths = [uint256(0), 1, 22, 23, 24, 54, 55, 56, 2048];
        for (uint256 i = 0; i < lengths.length; ++i) {
            bytes memory uri = new bytes(lengths[i]);
            for (uint256 j = 0; j < uri.length; ++j) {
                uri[j] = bytes1(uint8(33 + (i + j) % 90));
            }
            setDocument("A", string(uri), 7);
            (string memory got, bytes32 hash, uint256 since) = token.getDocument("A");
            eq(keccak256(bytes(got)), keccak256(uri), "uri");
            eq(hash, bytes32(uint256(7)), "hash");
            eq(since, START, "since");
        }
        vm.expectRevert(abi.encodeWithSelector(TokenState.TermOutOfRange.selector, bytes32("uri"), 2049, 2048));
        setDocument("A", string(new bytes(2049)), 7);
    }

    function test_only_the_issuer_keeps_them() external {
        vm.expectRevert(abi.encodeWithSelector(RoleBook.MissingRole.selector, officer, ISSUER));
        vm.prank(officer);
        token.setDocument("A", "b", 0);
    }

    /// @dev The hundredth version and the hundredth document cost what the second does.
    function test_gas() external {
        string memory uri = "https://example.org/prospectus.pdf";
        for (uint256 i = 0; i < 100; ++i) {
            setDocument(bytes32(i + 1), uri, 1);
        }
        noted("Desk", "document: the hundredth of the list");
        for (uint256 i = 0; i < 100; ++i) {
            setDocument("PROSPECTUS", uri, i);
            if (i == 1) noted("Desk", "document: the second version");
        }
        noted("Desk", "document: the hundredth version");
    }

    function at(uint256 time, bytes32 name, string memory uri, uint256 hash) private {
        vm.warp(time);
        setDocument(name, uri, hash);
    }

    function setDocument(bytes32 name, string memory uri, uint256 hash) private {
        vm.prank(issuer);
        token.setDocument(name, uri, bytes32(hash));
    }

    function inForce(uint256 time, string memory uri, uint256 hash, uint256 since) private view {
        (string memory gotUri, bytes32 gotHash, uint256 gotSince) = archive.documentAt("PROSPECTUS", time);
        eq(keccak256(bytes(gotUri)), keccak256(bytes(uri)), "uri");
        eq(gotHash, bytes32(hash), "hash");
        eq(gotSince, since, "since");
    }
}
