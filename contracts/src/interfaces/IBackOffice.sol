// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @title What a token asks of the back office that it is made with.
interface IBackOffice {
    function desk() external view returns (address);
}
