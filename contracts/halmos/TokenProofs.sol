// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {PartitionTerms} from "../src/token/TokenState.sol";
import {Stage} from "./Stage.sol";

/// @title Units are neither made nor lost, nobody comes above the cap, and what is halted stands still.
contract TokenProofs is Stage {
    function check_a_transfer_makes_and_loses_nothing(uint256 a, uint256 b, uint256 units) external {
        issue(SENIOR, anna, a);
        issue(SENIOR, ben, b);
        tries(anna, abi.encodeCall(token.transfer, (ben, units)));
        assert(total(SENIOR) == a + b);
        assert(token.totalSupplyByPartition(SENIOR) == a + b);
    }

    function check_an_issue_adds_what_it_says(uint256 a, uint256 units) external {
        issue(SENIOR, anna, a);
        bool ok = tries(issuer, abi.encodeCall(token.issue, (ben, units, "")));
        assert(held(SENIOR, ben) == (ok ? units : 0));
        assert(token.totalSupplyByPartition(SENIOR) == total(SENIOR));
    }

    function check_a_redemption_takes_what_it_says(uint256 a, uint256 b, uint256 units) external {
        issue(JUNIOR, anna, a);
        issue(JUNIOR, ben, b);
        bool ok = tries(anna, abi.encodeCall(token.redeemByPartition, (JUNIOR, units, "")));
        assert(held(JUNIOR, anna) == (ok ? a - units : a));
        assert(token.totalSupplyByPartition(JUNIOR) == total(JUNIOR));
    }

    function check_force_makes_and_loses_nothing(uint256 a, uint256 b, uint256 units) external {
        issue(JUNIOR, anna, a);
        issue(JUNIOR, ben, b);
        tries(agent, abi.encodeCall(token.controllerTransferByPartition, (JUNIOR, anna, ben, units, "", "")));
        assert(total(JUNIOR) == a + b);
        assert(token.totalSupplyByPartition(JUNIOR) == a + b);
    }

    function check_partitions_sum_to_the_balance(uint256 a, uint256 b, uint256 units) external {
        issue(SENIOR, anna, a);
        issue(JUNIOR, anna, b);
        tries(anna, abi.encodeCall(token.transferByPartition, (JUNIOR, ben, units, "")));
        assert(token.balanceOf(anna) == held(SENIOR, anna) + held(JUNIOR, anna));
        assert(token.balanceOf(anna) + token.balanceOf(ben) == a + b);
        assert(token.totalSupply() == a + b);
    }

    function check_nobody_buys_more_than_the_cap(uint256 a, uint256 b, uint256 units) external {
        issue(SENIOR, anna, a);
        issue(SENIOR, ben, b);
        tries(anna, abi.encodeCall(token.transfer, (ben, units)));
        assert(held(SENIOR, anna) <= CAP && held(SENIOR, ben) <= CAP);
    }

    function check_the_cap_counts_all_wallets_of_the_owner(uint256 a, uint256 b, uint256 units) external {
        registry.addWallet(anna, second);
        issue(SENIOR, anna, a);
        issue(SENIOR, ben, b);
        tries(ben, abi.encodeCall(token.transfer, (second, units)));
        assert(held(SENIOR, anna) + held(SENIOR, second) <= CAP);
    }

    function check_no_more_is_issued_than_authorised(uint256 a, uint256 b) external {
        PartitionTerms memory open = terms(SENIOR);
        open.capBps = 0;
        vm.prank(officer);
        token.setPartitionTerms(open);
        issue(SENIOR, anna, a);
        tries(issuer, abi.encodeCall(token.issue, (ben, b, "")));
        assert(token.totalSupplyByPartition(SENIOR) <= AUTHORISED);
    }

    function check_a_transfer_changes_two_balances_at_most(uint256 a, uint256 b, uint256 c, uint256 units) external {
        issue(SENIOR, anna, a);
        issue(SENIOR, ben, b);
        issue(SENIOR, cleo, c);
        tries(anna, abi.encodeCall(token.transferByPartition, (SENIOR, ben, units, "")));
        assert(held(SENIOR, cleo) == c);
        assert(held(JUNIOR, anna) + held(JUNIOR, ben) + held(JUNIOR, cleo) == 0);
    }

    function check_an_erc20_call_never_reaches_another_partition(uint256 a, uint256 b, uint256 units) external {
        issue(SENIOR, anna, a);
        issue(JUNIOR, anna, b);
        tries(anna, abi.encodeCall(token.transfer, (ben, units)));
        assert(held(JUNIOR, anna) == b && held(JUNIOR, ben) == 0);
    }

    function check_paused_means_nothing_moves(uint256 a, uint256 units, bool junior) external {
        bytes32 partition = junior ? JUNIOR : SENIOR;
        issue(partition, anna, a);
        vm.prank(pauser);
        token.pause();
        assert(!tries(anna, abi.encodeCall(token.transferByPartition, (partition, ben, units, ""))));
        assert(!tries(issuer, abi.encodeCall(token.issueByPartition, (partition, ben, units, ""))));
        assert(!tries(anna, abi.encodeCall(token.redeemByPartition, (partition, units, ""))));
        assert(held(partition, anna) == a && token.totalSupply() == a);
    }

    function check_a_paused_partition_stands_still(uint256 a, uint256 units) external {
        issue(JUNIOR, anna, a);
        vm.prank(pauser);
        token.setPartitionPaused(JUNIOR, true);
        assert(!tries(anna, abi.encodeCall(token.transferByPartition, (JUNIOR, ben, units, ""))));
        assert(!tries(anna, abi.encodeCall(token.redeemByPartition, (JUNIOR, units, ""))));
    }

    function check_nothing_is_issued_after_the_close(uint256 units, bool junior) external {
        vm.prank(issuer);
        token.closePrimary();
        assert(!tries(issuer, abi.encodeCall(token.issueByPartition, (junior ? JUNIOR : SENIOR, ben, units, ""))));
    }

    function check_control_given_up_is_gone(uint256 a, uint256 units) external {
        issue(SENIOR, anna, a);
        token.renounceControl();
        assert(!tries(agent, abi.encodeCall(token.forcedTransfer, (anna, ben, units))));
        assert(!tries(agent, abi.encodeCall(token.controllerRedeem, (anna, units, "", ""))));
    }

    function check_an_operation_id_works_once(bytes32 id, uint256 units) external {
        address[] memory to = new address[](1);
        uint256[] memory amounts = new uint256[](1);
        (to[0], amounts[0]) = (anna, units);
        bytes memory input = abi.encodeCall(token.issueBatch, (id, SENIOR, to, amounts));
        bool first = tries(issuer, input);
        bool again = tries(issuer, input);
        assert(!(first && again));
        assert(!first || held(SENIOR, anna) == units);
    }
}
