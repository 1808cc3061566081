// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {AccessRoles} from "./AccessRoles.sol";
import {IdentityWord, IdentityWords} from "./IdentityWord.sol";
import {IIdentityCopy} from "./interfaces/IIdentityRegistry.sol";

/// @title Which tokens keep a copy of a wallet's word, and that each of them hears of every change at once.
/// @notice A change of a word and of all its copies is one transaction: none is ever older than the registry. A token
/// that is not listed, and one that comes after `MAX_COPIES` others, keeps no copy and asks the registry each time.
abstract contract IdentityCopies is AccessRoles {
    /// @notice An owner of 16 wallets with as many copies each can be frozen within the gas of one transaction.
    uint256 public constant MAX_COPIES = 64;

    mapping(address wallet => IdentityWord) internal _words;
    /// @dev Listed tokens are numbered from 1, in `_tokens` from 0.
    mapping(address token => uint256) private _numbers;
    address[] private _tokens;
    /// @dev One bit per token, 256 of them to a page, for each wallet.
    mapping(uint256 page => mapping(address wallet => uint256)) private _holdsCopy;

    event TokenListed(address indexed token);

    error TokenAlreadyListed(address token);
    error WalletUnknown(address wallet);

    /// @notice Lets a token keep copies. It stays listed for good, and with its copies it is trusted to take changes.
    function listToken(address token) external onlyAdmin {
        require(_numbers[token] == 0, TokenAlreadyListed(token));
        _tokens.push(token);
        _numbers[token] = _tokens.length;
        emit TokenListed(token);
    }

    function isListed(address token) external view returns (bool) {
        return _numbers[token] != 0;
    }

    /// @notice All tokens that may keep copies, in the order of their listing.
    function listedTokens() external view returns (address[] memory) {
        return _tokens;
    }

    /// @notice The caller, a listed token, takes a copy of the wallet's word. False when it may not.
    function copyTo(address wallet) external returns (bool) {
        uint256 number = _numbers[msg.sender];
        IdentityWord word = _words[wallet];
        if (number == 0 || word.number() == 0) return false;
        (uint256 page, uint256 bit) = ((number - 1) >> 8, 1 << ((number - 1) & 0xff));
        uint256 bits = _holdsCopy[page][wallet];
        if (bits & bit != 0) return true;
        if (word.copies() == MAX_COPIES) return false;
        _holdsCopy[page][wallet] = bits | bit;
        _words[wallet] = word.withOneCopyMore();
        return true;
    }

    /// @notice The tokens that have a copy of the wallet's word.
    function copiesOf(address wallet) external view returns (address[] memory tokens) {
        tokens = new address[](_words[wallet].copies());
        uint256 found = 0;
        for (uint256 page = 0; found < tokens.length; ++page) {
            uint256 place = page << 8;
            for (uint256 bits = _holdsCopy[page][wallet]; bits != 0; bits >>= 1) {
                if (bits & 1 != 0) tokens[found++] = _tokens[place];
                ++place;
            }
        }
    }

    /// @dev Writes a word and tells every token that has a copy. A token that does not take it stops the change.
    function _set(address wallet, IdentityWord word) internal {
        _words[wallet] = word;
        uint256 left = word.copies();
        for (uint256 page = 0; left != 0; ++page) {
            uint256 place = page << 8;
            for (uint256 bits = _holdsCopy[page][wallet]; bits != 0; bits >>= 1) {
                if (bits & 1 != 0) {
                    IIdentityCopy(_tokens[place]).identityChanged(wallet, word);
                    --left;
                }
                ++place;
            }
        }
    }

    function _known(address wallet) internal view returns (IdentityWord word) {
        word = _words[wallet];
        require(word.number() != 0, WalletUnknown(wallet));
    }
}
