// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {PartitionTerms} from "../src/token/TokenState.sol";
import {Status} from "../src/token/Reasons.sol";
import {Stage} from "./Stage.sol";

/// @title Who may hold, what is frozen or locked, who is counted, and that a dry run tells the truth.
contract RuleProofs is Stage {
    function check_nobody_unknown_ever_holds(address to, uint256 a, uint256 units) external {
        vm.assume(to != anna && to != ben && to != cleo);
        issue(SENIOR, anna, a);
        assert(!tries(anna, abi.encodeCall(token.transfer, (to, units))));
        assert(!tries(issuer, abi.encodeCall(token.issue, (to, units, ""))));
        assert(!tries(agent, abi.encodeCall(token.forcedTransfer, (anna, to, units))));
    }

    function check_an_expiry_is_met_in_the_same_second_everywhere(uint40 until, uint256 now_, uint256 units) external {
        vm.assume(now_ >= START && now_ < 1 << 40);
        issue(SENIOR, anna, 10);
        vm.assume(units <= 10);
        registry.setValidUntil(ben, until);
        vm.warp(now_);
        vm.assume(now_ < VALID_UNTIL);
        bool valid = now_ < until;
        assert(token.canReceive(ben) == valid);
        assert(tries(issuer, abi.encodeCall(token.issue, (ben, units, ""))) == valid);
        assert(tries(anna, abi.encodeCall(token.transfer, (ben, units))) == valid);
        assert(tries(ben, abi.encodeCall(token.transfer, (anna, 0))) == valid);
    }

    function check_a_lapsed_holder_may_still_redeem(uint256 a, uint256 units, uint40 until) external {
        issue(SENIOR, anna, a);
        vm.assume(units <= a);
        registry.setValidUntil(anna, until);
        assert(tries(anna, abi.encodeCall(token.redeem, (units, ""))));
    }

    function check_frozen_units_stay(uint256 a, uint256 b, uint256 frozen, uint256 units) external {
        issue(SENIOR, anna, a);
        issue(JUNIOR, anna, b);
        vm.prank(officer);
        token.setFrozenTokens(anna, frozen);
        bool ok = tries(anna, abi.encodeCall(token.transfer, (ben, units)));
        assert(!ok || units == 0 || token.balanceOf(anna) >= frozen);
        assert(token.getFrozenTokens(anna) == frozen);
    }

    function check_force_thaws_exactly_what_it_takes(uint256 a, uint256 frozen, uint256 units) external {
        issue(SENIOR, anna, a);
        vm.prank(officer);
        token.setFrozenTokens(anna, frozen);
        bool ok = tries(agent, abi.encodeCall(token.forcedTransfer, (anna, ben, units)));
        uint256 free = a > frozen ? a - frozen : 0;
        uint256 thawed = ok && units > free ? units - free : 0;
        assert(token.getFrozenTokens(anna) == frozen - thawed);
    }

    function check_force_on_oneself_thaws_nothing(uint256 a, uint256 frozen, uint256 units) external {
        issue(SENIOR, anna, a);
        vm.prank(officer);
        token.setFrozenTokens(anna, frozen);
        tries(agent, abi.encodeCall(token.forcedTransfer, (anna, anna, units)));
        assert(token.getFrozenTokens(anna) == frozen && held(SENIOR, anna) == a);
    }

    function check_nothing_locked_moves(uint40 until, uint256 a, uint256 units) external {
        issue(SENIOR, anna, a);
        vm.assume(until > START);
        vm.prank(officer);
        token.setWalletLock(anna, until);
        assert(!tries(anna, abi.encodeCall(token.transfer, (ben, units))));
        assert(!tries(anna, abi.encodeCall(token.redeem, (units, ""))));
    }

    function check_a_country_outside_the_mask_receives_nothing(uint8 country, uint256 mask, uint256 units) external {
        vm.assume(country != 0 && country <= 249);
        registry.setProfile(ben, country, 0);
        PartitionTerms memory changed = terms(JUNIOR);
        changed.countryMask = mask & ALL_COUNTRIES;
        vm.prank(officer);
        token.setPartitionTerms(changed);
        bool ok = tries(issuer, abi.encodeCall(token.issueByPartition, (JUNIOR, ben, units, "")));
        assert(!ok || mask >> country & 1 == 1);
    }

    function check_owners_are_counted_exactly(uint256 a, uint256 b, uint256 units) external {
        issue(SENIOR, anna, a);
        issue(SENIOR, ben, b);
        tries(anna, abi.encodeCall(token.transfer, (ben, units)));
        (, uint256 owners,,) = token.stateOf(SENIOR);
        assert(owners == (held(SENIOR, anna) == 0 ? 0 : 1) + (held(SENIOR, ben) == 0 ? 0 : 1));
    }

    function check_force_is_counted_too(uint256 a, uint256 b, uint256 units) external {
        issue(JUNIOR, anna, a);
        issue(JUNIOR, ben, b);
        tries(agent, abi.encodeCall(token.controllerTransferByPartition, (JUNIOR, anna, ben, units, "", "")));
        (, uint256 owners,,) = token.stateOf(JUNIOR);
        assert(owners == (held(JUNIOR, anna) == 0 ? 0 : 1) + (held(JUNIOR, ben) == 0 ? 0 : 1));
    }

    function check_a_dry_run_says_what_happens(uint256 a, uint256 b, uint256 frozen, uint256 units) external {
        issue(SENIOR, anna, a);
        issue(SENIOR, ben, b);
        vm.prank(officer);
        token.setFrozenTokens(anna, frozen);
        (bytes1 status,,,) = token.judgeTransfer(SENIOR, anna, ben, units);
        bool ok = tries(anna, abi.encodeCall(token.transfer, (ben, units)));
        assert(ok == (status == Status.SUCCESS));
    }

    function check_an_operator_needs_to_be_one(address operator, uint256 a, uint256 units) external {
        vm.assume(operator != anna);
        issue(JUNIOR, anna, a);
        bytes memory input = abi.encodeCall(token.operatorTransferByPartition, (JUNIOR, anna, ben, units, "", ""));
        assert(!tries(operator, input));
        assert(!tries(operator, abi.encodeCall(token.operatorRedeemByPartition, (JUNIOR, anna, units, "", ""))));
    }

    function check_a_spender_spends_its_allowance_alone(uint256 a, uint256 allowed, uint256 units) external {
        issue(SENIOR, anna, a);
        vm.prank(anna);
        token.approve(stranger, allowed);
        bool ok = tries(stranger, abi.encodeCall(token.transferFrom, (anna, ben, units)));
        assert(!ok || units <= allowed);
        assert(token.allowance(anna, stranger) == (ok && allowed != type(uint256).max ? allowed - units : allowed));
    }

    function check_a_record_keeps_what_was_held(uint256 a, uint256 b, uint256 units) external {
        issue(SENIOR, anna, a);
        issue(SENIOR, ben, b);
        vm.prank(issuer);
        token.scheduleRecordDate(START + 1);
        vm.warp(START + 1);
        tries(anna, abi.encodeCall(token.transfer, (ben, units)));
        assert(token.balanceOfByPartitionAt(SENIOR, anna, 1) == a);
        assert(token.balanceOfByPartitionAt(SENIOR, ben, 1) == b);
        assert(token.totalSupplyByPartitionAt(SENIOR, 1) == a + b);
    }
}
