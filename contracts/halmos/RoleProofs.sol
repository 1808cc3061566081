// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IdentityWord} from "../src/IdentityWord.sol";
import {Stage} from "./Stage.sol";

/// @title Only who has a role does what the role may: for every account that has it not.
contract RoleProofs is Stage {
    function check_only_an_issuer_issues(address sender, uint256 units) external {
        vm.assume(sender != issuer);
        assert(!tries(sender, abi.encodeCall(token.issue, (anna, units, ""))));
        assert(!tries(sender, abi.encodeCall(token.issueByPartition, (JUNIOR, anna, units, ""))));
        assert(!tries(sender, abi.encodeCall(token.closePrimary, ())));
        assert(!tries(sender, abi.encodeCall(token.scheduleRecordDate, (START + 1))));
    }

    function check_only_the_agent_forces(address sender, uint256 a, uint256 units) external {
        vm.assume(sender != agent);
        issue(SENIOR, anna, a);
        assert(!tries(sender, abi.encodeCall(token.forcedTransfer, (anna, ben, units))));
        assert(!tries(sender, abi.encodeCall(token.controllerTransfer, (anna, ben, units, "", ""))));
        assert(!tries(sender, abi.encodeCall(token.controllerRedeem, (anna, units, "", ""))));
    }

    function check_only_compliance_freezes_and_sets_rules(address sender, uint256 units, bool on) external {
        vm.assume(sender != officer);
        assert(!tries(sender, abi.encodeCall(token.setFrozenTokens, (anna, units))));
        assert(!tries(sender, abi.encodeCall(token.setWalletFrozen, (anna, on))));
        assert(!tries(sender, abi.encodeCall(token.setWalletLock, (anna, uint40(units)))));
        assert(!tries(sender, abi.encodeCall(token.setPartitionTerms, (terms(SENIOR)))));
    }

    function check_only_a_pauser_pauses(address sender, bool on) external {
        vm.assume(sender != pauser);
        assert(!tries(sender, abi.encodeCall(token.pause, ())));
        assert(!tries(sender, abi.encodeCall(token.unpause, ())));
        assert(!tries(sender, abi.encodeCall(token.setPartitionPaused, (JUNIOR, on))));
    }

    function check_only_the_administrator_gives_roles(address sender, address to, uint256 roles) external {
        vm.assume(sender != address(this));
        assert(!tries(sender, abi.encodeCall(token.grantRoles, (to, roles))));
        assert(!tries(sender, abi.encodeCall(token.revokeRoles, (to, roles))));
        assert(!tries(sender, abi.encodeCall(token.offerAdmin, (to))));
        assert(!tries(sender, abi.encodeCall(token.renounceControl, ())));
        assert(!tries(sender, abi.encodeCall(token.acceptAdmin, ())));
    }

    function check_only_the_registry_changes_an_identity(address sender, uint256 word) external {
        vm.assume(sender != address(registry));
        assert(!tries(sender, abi.encodeCall(token.identityChanged, (anna, IdentityWord.wrap(word)))));
    }

    function check_a_freeze_in_the_registry_holds_in_the_token_at_once(uint256 a, uint256 units) external {
        issue(SENIOR, anna, a);
        registry.setFrozen(anna, true);
        assert(!tries(anna, abi.encodeCall(token.transfer, (ben, units))));
        assert(!tries(issuer, abi.encodeCall(token.issue, (anna, units, ""))));
        assert(!tries(agent, abi.encodeCall(token.forcedTransfer, (ben, anna, units))));
    }
}
