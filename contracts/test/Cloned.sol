// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @title Which kind of token the stories are told of.
abstract contract Kind {
    bool internal cloned;
}

/// @title The stories of a contract that inherits this are told of a clone.
abstract contract Cloned is Kind {
    constructor() {
        cloned = true;
    }
}
