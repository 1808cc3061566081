// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @title What is asked of a back office, or of a token made with one, when a token is made.
interface IBackOffice {
    function desk() external view returns (address);
    function defaultPartition() external view returns (bytes32);
}
