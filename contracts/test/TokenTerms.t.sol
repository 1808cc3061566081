// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC20} from "../src/interfaces/IERC20.sol";
import {IERC1410, IERC1594, IERC1643, IERC1644} from "../src/interfaces/IERC1400.sol";
import {IERC7943} from "../src/interfaces/IERC7943.sol";
import {RoleBook} from "../src/RoleBook.sol";
import {PartitionTerms, TokenConfig, TokenState} from "../src/token/TokenState.sol";
import {ISecurityToken} from "./ISecurityToken.sol";
import {Suite} from "./Suite.sol";

/// @title Partitions and their terms, documents, interfaces, and what a deployment refuses.
contract TokenTermsTest is Suite {
    function test_terms_come_back_as_they_were_set() external {
        PartitionTerms memory set =
            PartitionTerms(JUNIOR, (1 << 60) - 1, 10_000, (1 << 20) - 1, 0x41, type(uint32).max, 6);
        vm.expectEmit(address(token));
        emit TokenState.PartitionTermsSet(JUNIOR, set);
        setTerms(set);
        eq(keccak256(abi.encode(token.termsOf(JUNIOR))), keccak256(abi.encode(set)), "terms");
        eq(keccak256(abi.encode(token.termsOf(SENIOR))), keccak256(abi.encode(terms(SENIOR))), "the other's terms");
    }

    function test_new_terms_keep_supply_count_and_pauses() external {
        issue(JUNIOR, anna, 10);
        vm.prank(pauser);
        token.setPartitionPaused(JUNIOR, true);
        setTerms(PartitionTerms(JUNIOR, 10, 1, 1, 1, 1, 2));
        (uint256 supply, uint256 count, uint256 cap, bool paused) = token.stateOf(JUNIOR);
        eq(supply, 10, "supply");
        eq(count, 1, "holders");
        eq(cap, 0, "one basis point of ten, rounded down");
        isTrue(paused, "paused");
    }

    function test_terms_out_of_range_are_refused() external {
        issue(JUNIOR, anna, 10);
        PartitionTerms memory bad = terms(JUNIOR);
        bad.capBps = 10_001;
        refusesTerms(bad, abi.encodeWithSelector(TokenState.CapOutOfRange.selector, 10_001, 10_000));
        uint64 max = (1 << 60) - 1;
        bad = terms(JUNIOR);
        bad.authorised = max + 1;
        refusesTerms(bad, abi.encodeWithSelector(TokenState.AuthorisedOutOfRange.selector, max + 1, 10, max));
        bad.authorised = 9;
        refusesTerms(bad, abi.encodeWithSelector(TokenState.AuthorisedOutOfRange.selector, 9, 10, max));
        bad = terms(JUNIOR);
        bad.holderLimit = 1 << 20;
        refusesTerms(bad, out("holderLimit", 1 << 20, (1 << 20) - 1));
        bad = terms(JUNIOR);
        bad.lockedUntil = 1 << 32;
        refusesTerms(bad, out("lockedUntil", 1 << 32, type(uint32).max));
        bad = terms(JUNIOR);
        bad.classMask = 0x80;
        refusesTerms(bad, out("classMask", 0x80, 0x7f));
        bad = terms(JUNIOR);
        bad.countryMask = 1;
        refusesTerms(bad, out("countryMask", 1, ALL_COUNTRIES));
        bad.countryMask = 1 << 250;
        refusesTerms(bad, out("countryMask", 1 << 250, ALL_COUNTRIES));
        bad = terms("OTHER");
        refusesTerms(bad, abi.encodeWithSignature("PartitionUnknown(bytes32)", bytes32("OTHER")));
    }

    function test_the_issuer_opens_a_partition_once() external {
        vm.prank(issuer);
        token.addPartition(terms("MEZZANINE"));
        eq(token.partitions().length, 3, "three");
        issue("MEZZANINE", anna, 5);
        eq(token.balanceOf(anna), 5, "counted in the balance");
        vm.startPrank(issuer);
        vm.expectRevert(abi.encodeWithSelector(TokenState.PartitionKnown.selector, bytes32("MEZZANINE")));
        token.addPartition(terms("MEZZANINE"));
        vm.expectRevert(TokenState.PartitionZero.selector);
        token.addPartition(terms(0));
        vm.stopPrank();
        vm.expectRevert(abi.encodeWithSelector(RoleBook.MissingRole.selector, officer, ISSUER));
        vm.prank(officer);
        token.addPartition(terms("OTHER"));
    }

    function test_there_are_at_most_sixteen_partitions() external {
        vm.startPrank(issuer);
        for (uint256 i = 2; i < 16; ++i) {
            token.addPartition(terms(bytes32(i)));
        }
        vm.expectRevert(abi.encodeWithSelector(TokenState.TooManyPartitions.selector, 16));
        token.addPartition(terms("ONE MORE"));
        vm.stopPrank();
    }

    function test_unknown_partitions_have_no_terms_and_cannot_be_paused() external {
        vm.expectRevert(abi.encodeWithSignature("PartitionUnknown(bytes32)", bytes32("OTHER")));
        token.termsOf("OTHER");
        vm.expectRevert(abi.encodeWithSignature("PartitionUnknown(bytes32)", bytes32("OTHER")));
        token.stateOf("OTHER");
        vm.expectRevert(abi.encodeWithSignature("PartitionUnknown(bytes32)", bytes32("OTHER")));
        vm.prank(pauser);
        token.setPartitionPaused("OTHER", true);
    }

    function test_a_document_is_set_replaced_and_removed() external {
        vm.expectEmit(address(token));
        emit IERC1643.DocumentUpdated("PROSPECTUS", "ipfs://one", bytes32(uint256(1)));
        setDocument("PROSPECTUS", "ipfs://one", 1);
        setDocument("REPORT", "ipfs://two", 2);
        setDocument("RULES", "ipfs://three", 3);
        vm.warp(START + 5);
        setDocument("PROSPECTUS", "ipfs://four", 4);
        eq(token.getAllDocuments().length, 3, "replaced, not added");
        checkDocument("PROSPECTUS", "ipfs://four", 4, START + 5);
        vm.expectEmit(address(token));
        emit IERC1643.DocumentRemoved("PROSPECTUS", "ipfs://four", bytes32(uint256(4)));
        vm.prank(issuer);
        token.removeDocument("PROSPECTUS");
        checkDocument("PROSPECTUS", "", 0, 0);
        checkDocument("RULES", "ipfs://three", 3, START);
        bytes32[] memory left = token.getAllDocuments();
        eq(left.length, 2, "two left");
        eq(left[0], "REPORT", "in the order of their appearance");
        vm.startPrank(issuer);
        token.removeDocument("RULES");
        token.removeDocument("REPORT");
        eq(token.getAllDocuments().length, 0, "none");
        vm.expectRevert(abi.encodeWithSignature("DocumentUnknown(bytes32)", bytes32("REPORT")));
        token.removeDocument("REPORT");
        vm.stopPrank();
    }

    function test_only_the_issuer_keeps_documents() external {
        vm.startPrank(officer);
        vm.expectRevert(abi.encodeWithSelector(RoleBook.MissingRole.selector, officer, ISSUER));
        token.setDocument("A", "b", 0);
        vm.expectRevert(abi.encodeWithSelector(RoleBook.MissingRole.selector, officer, ISSUER));
        token.removeDocument("A");
        vm.stopPrank();
    }

    function test_the_interfaces_it_names() external view {
        eq(bytes32(type(IERC7943).interfaceId), bytes32(bytes4(0x3edbb4c4)), "the id of the final text");
        bytes4[7] memory ids = [
            bytes4(0x01ffc9a7),
            bytes4(0x36372b07),
            type(IERC1410).interfaceId,
            type(IERC1594).interfaceId,
            type(IERC1643).interfaceId,
            type(IERC1644).interfaceId,
            bytes4(0x3edbb4c4)
        ];
        for (uint256 i = 0; i < ids.length; ++i) {
            isTrue(token.supportsInterface(ids[i]), "supported");
        }
        isTrue(!token.supportsInterface(0xffffffff), "never this one");
    }

    function test_what_nobody_answers_reverts() external {
        (bool ok,) = address(token).call(abi.encodeWithSignature("noSuchFunction()"));
        isTrue(!ok, "unknown function");
        (ok,) = address(token).call{value: 1}("");
        isTrue(!ok, "no money is taken");
    }

    function test_the_back_office_alone_obeys_nobody() external {
        address backOffice = create("SecurityTokenBackOffice", "");
        (bool ok,) = backOffice.call(abi.encodeWithSignature("grantRoles(address,uint256)", address(this), 1));
        isTrue(!ok, "no administrator");
        (ok,) = backOffice.call(abi.encodeWithSignature("acceptAdmin()"));
        isTrue(!ok, "none on offer");
        address desk = ISecurityToken(backOffice).desk();
        (ok,) = desk.call(abi.encodeCall(token.recoverWallet, (anna, ben, "")));
        isTrue(!ok, "nor at the desk");
    }

    function test_a_deployment_without_partition_registry_or_back_office_is_refused() external {
        PartitionTerms[] memory one = new PartitionTerms[](1);
        one[0] = terms(SENIOR);
        (address code, address office) = (address(registry), create("SecurityTokenBackOffice", ""));
        isTrue(deploys(TokenConfig("N", "S", 0, admin, code, office, one)), "complete");
        isTrue(!deploys(TokenConfig("N", "S", 0, admin, code, office, new PartitionTerms[](0))), "no partition");
        isTrue(!deploys(TokenConfig("N", "S", 0, admin, stranger, office, one)), "no registry");
        isTrue(!deploys(TokenConfig("N", "S", 0, admin, code, stranger, one)), "no back office");
        isTrue(!deploys(TokenConfig("N", "S", 0, admin, code, code, one)), "no desk");
        isTrue(!deploys(TokenConfig("N", "S", 0, address(0), code, office, one)), "no administrator");
    }

    function deploys(TokenConfig memory config) private returns (bool) {
        (bool ok,) = address(this).call(abi.encodeCall(this.make, (config)));
        return ok;
    }

    function make(TokenConfig memory config) external returns (address) {
        return made(config);
    }

    function out(bytes32 term, uint256 value, uint256 max) private pure returns (bytes memory) {
        return abi.encodeWithSelector(TokenState.TermOutOfRange.selector, term, value, max);
    }

    function refusesTerms(PartitionTerms memory bad, bytes memory expected) private {
        vm.expectRevert(expected);
        vm.prank(officer);
        token.setPartitionTerms(bad);
    }

    function setDocument(bytes32 name, string memory uri, uint256 hash) private {
        vm.prank(issuer);
        token.setDocument(name, uri, bytes32(hash));
    }

    function checkDocument(bytes32 name, string memory uri, uint256 hash, uint256 updatedAt) private view {
        (string memory gotUri, bytes32 gotHash, uint256 gotUpdatedAt) = token.getDocument(name);
        eq(keccak256(bytes(gotUri)), keccak256(bytes(uri)), "uri");
        eq(gotHash, bytes32(hash), "hash");
        eq(gotUpdatedAt, updatedAt, "updated at");
    }
}
