// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IdentityWord} from "../IdentityWord.sol";

/// @title What a token asks of the registry.
interface IIdentityRegistry {
    function wordOf(address wallet) external view returns (IdentityWord);
    function wordsOf(address from, address to) external view returns (IdentityWord, IdentityWord);
    function walletsOf(address wallet) external view returns (address[] memory);
}
