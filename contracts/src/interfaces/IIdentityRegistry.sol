// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IdentityWord} from "../IdentityWord.sol";

/// @title What a token asks of the registry.
interface IIdentityRegistry {
    function wordOf(address wallet) external view returns (IdentityWord);
    function walletsOf(address wallet) external view returns (address[] memory);
    function copyTo(address wallet) external returns (bool);
}

/// @title What the registry tells a token that has a copy.
interface IIdentityCopy {
    function identityChanged(address wallet, IdentityWord word) external;
}
