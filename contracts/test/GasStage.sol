// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {PartitionTerms} from "../src/token/TokenState.sol";
import {Suite} from "./Suite.sol";

/// @title The stage of what is measured: all rules on.
/// @notice Expiry of both sides, countries, classes, a cap of 5% of the units outstanding, a holder limit, freezes of owner,
/// wallet and units, lock-ups of partition and wallet that have passed, a record date to come. Supply is 250,000 in each of
/// two partitions, with 25 owners. Identities are in their wallets' words, as onboarding to a pool leaves them.
abstract contract GasStage is Suite {
    address[] internal crowd;

    function setUp() public virtual override {
        super.setUp();
        vm.warp(START + 1);
        crowd = [anna, ben];
        for (uint256 i = 0; i < 23; ++i) {
            crowd.push(holder(1000 + i));
            register(holder(1000 + i), uint64(100 + i));
        }
        stock();
        admit(cleo);
    }

    /// @dev All rules on, units with the crowd.
    function stock() internal {
        strict(SENIOR);
        strict(JUNIOR);
        for (uint256 i = 0; i < crowd.length; ++i) {
            issue(SENIOR, crowd[i], 10_000);
            issue(JUNIOR, crowd[i], 10_000);
        }
        vm.prank(issuer);
        token.scheduleRecordDate(START + 30 days);
        vm.startPrank(officer);
        token.setWalletLock(anna, START);
        token.setWalletLock(ben, START);
        vm.stopPrank();
    }

    /// @dev Secondary trading: the primary is closed and the cap is of the units outstanding.
    function close() internal {
        vm.prank(issuer);
        token.closePrimary();
    }

    function strict(bytes32 partition) private {
        PartitionTerms memory all = terms(partition);
        (all.holderLimit, all.lockedUntil, all.countryMask, all.classMask) =
        (10_000, START, 1 << uint256(GERMANY) | 1 << uint256(FRANCE), 0x3);
        setTerms(all);
    }

    function admit(address wallet) internal {
        address[] memory wallets = new address[](1);
        wallets[0] = wallet;
        vm.prank(officer);
        token.admit(wallets);
    }

    function holder(uint256 i) internal pure returns (address) {
        return account(string.concat("holder ", vm.toString(i)));
    }
}
