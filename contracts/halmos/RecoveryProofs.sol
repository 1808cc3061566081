// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Hold} from "../src/token/TokenHolds.sol";
import {Stage} from "./Stage.sol";

/// @title Ben loses his wallet: all that it had is in his second one, and whatever is allowed to it, it acts for nobody.
contract RecoveryProofs is Stage {
    function check_a_recovery_moves_everything_and_makes_nothing(uint256 a, uint256 b, uint256 had, uint256 frozen)
        external
    {
        registry.addWallet(ben, second);
        issue(SENIOR, ben, a);
        issue(JUNIOR, ben, b);
        issue(JUNIOR, second, had);
        vm.prank(officer);
        token.setFrozenTokens(ben, frozen);
        recover();
        assert(token.balanceOf(ben) == 0 && token.getFrozenTokens(ben) == 0);
        assert(held(SENIOR, second) == a && held(JUNIOR, second) == b + had);
        assert(token.getFrozenTokens(second) == frozen);
        assert(token.totalSupplyByPartition(SENIOR) == a && token.totalSupplyByPartition(JUNIOR) == b + had);
    }

    function check_a_lost_wallet_spends_no_allowance(uint256 a, uint256 allowed, uint256 units, bool afterwards)
        external
    {
        registry.addWallet(ben, second);
        issue(SENIOR, anna, a);
        if (afterwards) recover();
        vm.prank(anna);
        token.approve(ben, allowed);
        if (!afterwards) recover();
        assert(token.allowance(anna, ben) == 0);
        assert(!tries(ben, abi.encodeCall(token.transferFrom, (anna, cleo, units))));
        assert(!tries(ben, abi.encodeCall(token.redeemFrom, (anna, units, ""))));
    }

    function check_a_lost_wallet_is_nobody_s_operator(uint256 a, uint256 units, bool junior, bool afterwards) external {
        bytes32 partition = junior ? JUNIOR : SENIOR;
        registry.addWallet(ben, second);
        issue(partition, anna, a);
        if (afterwards) recover();
        vm.prank(anna);
        token.authorizeOperator(ben);
        vm.prank(anna);
        token.authorizeOperatorByPartition(partition, ben);
        if (!afterwards) recover();
        assert(!token.isOperator(ben, anna) && !token.isOperatorForPartition(partition, ben, anna));
        bytes memory input = abi.encodeCall(token.operatorTransferByPartition, (partition, anna, cleo, units, "", ""));
        assert(!tries(ben, input));
        assert(!tries(ben, abi.encodeCall(token.operatorRedeemByPartition, (partition, anna, units, "", ""))));
        Hold memory hold = Hold(partition, anna, cleo, ben, uint64(units), START + 1, 0, 0);
        assert(!tries(ben, abi.encodeCall(token.createHold, (hold))));
    }

    function recover() private {
        vm.prank(agent);
        token.recoverWallet(ben, second, "");
    }
}
