// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @title A payment token that can be told to misbehave in the ways that real ones do.
contract OddToken {
    enum Way {
        Plain,
        ReturnsNothing,
        ReturnsFalse,
        TakesFee,
        EatsGas,
        Reenters,
        AnswersLong,
        TakesMore,
        GivesBack
    }

    mapping(address account => uint256) public balanceOf;
    mapping(address account => Way) public wayTo;
    Way public pulling;
    address public target;
    bytes public input;
    bool public reentered;

    function mint(address to, uint256 value) external {
        balanceOf[to] += value;
    }

    function behave(address to, Way way) external {
        wayTo[to] = way;
    }

    function behaveOnPull(Way way) external {
        pulling = way;
    }

    function reenterWith(address target_, bytes calldata input_) external {
        (target, input) = (target_, input_);
    }

    function transfer(address to, uint256 value) external {
        _finish(wayTo[to], msg.sender, to, value);
    }

    function transferFrom(address from, address to, uint256 value) external {
        _finish(pulling, from, to, value);
    }

    function _finish(Way way, address from, address to, uint256 value) private {
        if (way == Way.ReturnsFalse) _answer(0, 0x20);
        if (way == Way.EatsGas) while (true) {}
        if (way == Way.Reenters) (reentered,) = target.call(input);
        balanceOf[from] -= way == Way.TakesMore ? value + 1 : value;
        balanceOf[to] += way == Way.TakesFee ? value - 1 : value;
        // What a receiver's hook may do where a token calls its receivers.
        if (way == Way.GivesBack) (balanceOf[to], balanceOf[from]) = (balanceOf[to] - 1, balanceOf[from] + 1);
        if (way == Way.ReturnsNothing) _answer(0, 0);
        _answer(1, way == Way.AnswersLong ? 0x10000 : 0x20);
    }

    function _answer(uint256 word, uint256 length) private pure {
        assembly {
            mstore(0, word)
            return(0, length)
        }
    }
}
