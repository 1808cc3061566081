// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {CallBatch} from "./CallBatch.sol";
import {IdentityCopies} from "./IdentityCopies.sol";
import {IdentityWord, IdentityWords} from "./IdentityWord.sol";

/// @title Which wallet belongs to which beneficial owner, and what the rules need to know of that owner.
/// @notice A wallet never changes its owner: a removed wallet stays with its identity for counting and can
/// neither send nor receive again.
/// @dev One word per wallet. Further wallets of an identity are linked in a ring, so that an owner with one wallet,
/// the usual case, costs one storage write.
contract IdentityRegistry is IdentityCopies, CallBatch {
    /// @notice The first wallet of a new identity.
    struct Registration {
        address wallet;
        uint64 identity;
        uint8 country;
        uint8 investorClass;
        uint40 validUntil;
    }

    /// @notice A wallet's word, spelled out.
    struct Identity {
        uint64 identity;
        uint8 country;
        uint8 investorClass;
        uint40 validUntil;
        bool frozen;
        bool removed;
        bool severalWallets;
    }

    /// @notice Countries are numbered 1..249 so that a set of them fits one word.
    uint8 public constant MAX_COUNTRY = 249;
    /// @notice Countries and classes together fit one word.
    uint8 public constant MAX_CLASS = 6;
    /// @notice Sums over the wallets of an owner stay bounded.
    uint256 public constant MAX_WALLETS = 16;

    /// @dev A ring through all wallets of an identity; empty for the only wallet.
    mapping(address wallet => address) private _next;
    /// @dev One bit per identity number in use.
    mapping(uint256 index => uint256) private _taken;
    mapping(bytes32 operationId => bool) private _consumed;

    event OperationDone(bytes32 indexed operationId);
    /// @dev One word and not three: 512 gas less for each wallet. See `IdentityWord` for its bits.
    event WalletRegistered(address indexed wallet, uint64 indexed identity, IdentityWord word);
    event WalletRemoved(address indexed wallet, uint64 indexed identity);
    event ProfileSet(uint64 indexed identity, uint8 country, uint8 investorClass);
    event ValidUntilSet(uint64 indexed identity, uint40 validUntil);
    event FrozenSet(uint64 indexed identity, bool frozen);

    error OperationConsumed(bytes32 operationId);
    error WalletKnown(address wallet);
    error WalletAlreadyRemoved(address wallet);
    error IdentityTaken(uint64 identity);
    error IdentityZero();
    error IdentityNotPlain(IdentityWord word);
    error LengthMismatch(uint256 left, uint256 right);
    error CountryOutOfRange(uint8 country, uint8 max);
    error ClassOutOfRange(uint8 investorClass, uint8 max);
    error TooManyWallets(uint64 identity, uint256 max);

    constructor(address admin_) {
        _setAdmin(admin_);
    }

    /// @notice Registers the first wallet of a new identity; a wallet or an identity that is known is refused.
    function register(Registration calldata entry) external onlyRole(COMPLIANCE) {
        uint256 page = entry.identity >> 8;
        _taken[page] = _withTaken(_taken[page], entry.identity);
        _register(
            entry.wallet, IdentityWords.pack(entry.identity, entry.validUntil, entry.country, entry.investorClass)
        );
    }

    /// @notice Registers the first wallet of each new identity. A bad entry reverts all; an operation works once.
    /// @param identities one word for each wallet: number, validity, country and class at the bits of `IdentityWord`
    function registerBatch(bytes32 operationId, address[] calldata wallets, IdentityWord[] calldata identities)
        external
        onlyRole(COMPLIANCE)
    {
        require(wallets.length == identities.length, LengthMismatch(wallets.length, identities.length));
        _consume(operationId);
        // Numbers of a batch follow one another as a rule: a page of them is read and written once.
        (uint256 page, uint256 taken) = (0, _taken[0]);
        for (uint256 i = 0; i < wallets.length; ++i) {
            IdentityWord word = identities[i];
            if (page != word.number() >> 8) {
                _taken[page] = taken;
                page = word.number() >> 8;
                taken = _taken[page];
            }
            taken = _withTaken(taken, word.number());
            _register(wallets[i], word);
        }
        _taken[page] = taken;
    }

    /// @notice Any calls of the registry, in order, each by the sender's own right: a registration that is refused reverts
    /// all, or is left out and told in an event. The operation id is the sender's own.
    /// @param calls as they would be sent one by one: selector and arguments
    /// @param skip whether a call that is refused is left out; what fails without a word reverts all nevertheless
    function batch(bytes32 operationId, bytes[] calldata calls, bool skip) external {
        _consume(keccak256(abi.encode(msg.sender, operationId)));
        _callAll(operationId, calls, skip);
    }

    /// @notice Adds a wallet to the identity behind `wallet`, with everything known of it.
    function addWallet(address wallet, address added) external onlyRole(COMPLIANCE) {
        IdentityWord word = _known(wallet);
        require(!word.has(IdentityWords.REMOVED), WalletAlreadyRemoved(wallet));
        require(added != address(0), ZeroAddress());
        require(_words[added].number() == 0, WalletKnown(added));
        require(walletsOf(wallet).length < MAX_WALLETS, TooManyWallets(word.number(), MAX_WALLETS));
        address next = _next[wallet];
        _next[wallet] = added;
        _next[added] = next == address(0) ? wallet : next;
        word = IdentityWord.wrap(IdentityWord.unwrap(word) | IdentityWords.SEVERAL);
        _set(wallet, word);
        word = word.withoutCopies();
        _words[added] = word;
        emit WalletRegistered(added, word.number(), word);
    }

    /// @notice Takes a wallet out of use for good. Its units still count for its owner until the agent moves them.
    function removeWallet(address wallet) external onlyRole(COMPLIANCE) {
        IdentityWord word = _known(wallet);
        require(!word.has(IdentityWords.REMOVED), WalletAlreadyRemoved(wallet));
        _set(wallet, IdentityWord.wrap(IdentityWord.unwrap(word) | IdentityWords.REMOVED));
        emit WalletRemoved(wallet, word.number());
    }

    /// @notice Sets until when the identity behind `wallet` is valid, on all its wallets.
    function setValidUntil(address wallet, uint40 validUntil) external onlyRole(COMPLIANCE) {
        uint64 identity = _known(wallet).number();
        _update(wallet, uint256(type(uint40).max) << 128, uint256(validUntil) << 128);
        emit ValidUntilSet(identity, validUntil);
    }

    /// @notice Sets country and class of the identity behind `wallet`, on all its wallets.
    function setProfile(address wallet, uint8 country, uint8 investorClass) external onlyRole(COMPLIANCE) {
        uint64 identity = _known(wallet).number();
        _checkProfile(country, investorClass);
        _update(wallet, 0xffff << 168, uint256(country) << 168 | uint256(investorClass) << 176);
        emit ProfileSet(identity, country, investorClass);
    }

    /// @notice Freezes or unfreezes the identity behind `wallet`, on all its wallets, in every token.
    function setFrozen(address wallet, bool frozen) external onlyRole(COMPLIANCE) {
        uint64 identity = _known(wallet).number();
        _update(wallet, IdentityWords.FROZEN, frozen ? IdentityWords.FROZEN : 0);
        emit FrozenSet(identity, frozen);
    }

    /// @notice The wallet's word; zero when unknown. See `IdentityWord` for its bits.
    function wordOf(address wallet) external view returns (IdentityWord) {
        return _words[wallet];
    }

    function identityOf(address wallet) external view returns (Identity memory) {
        IdentityWord word = _words[wallet];
        return Identity({
            identity: word.number(),
            country: word.country(),
            investorClass: word.investorClass(),
            validUntil: word.validUntil(),
            frozen: word.has(IdentityWords.FROZEN),
            removed: word.has(IdentityWords.REMOVED),
            severalWallets: word.has(IdentityWords.SEVERAL)
        });
    }

    /// @notice All wallets of the identity behind `wallet`, removed ones too; `wallet` itself comes first.
    function walletsOf(address wallet) public view returns (address[] memory wallets) {
        if (_words[wallet].number() == 0) return wallets;
        wallets = new address[](MAX_WALLETS);
        uint256 count = 0;
        address cursor = wallet;
        do {
            wallets[count++] = cursor;
            cursor = _next[cursor];
        } while (cursor != wallet && cursor != address(0));
        // Only shortens the array that was just made.
        assembly ("memory-safe") {
            mstore(wallets, count)
        }
    }

    function isTaken(uint64 identity) public view returns (bool) {
        return _taken[identity >> 8] >> (identity & 0xff) & 1 != 0;
    }

    function isConsumed(bytes32 operationId) external view returns (bool) {
        return _consumed[operationId];
    }

    /// @dev Whatever is read here was consumed by an earlier call with the same id.
    function _consume(bytes32 operationId) private {
        require(!_consumed[operationId], OperationConsumed(operationId));
        _consumed[operationId] = true;
        emit OperationDone(operationId);
    }

    function _register(address wallet, IdentityWord word) private {
        require(wallet != address(0), ZeroAddress());
        require(word.isPlain(), IdentityNotPlain(word));
        _checkProfile(word.country(), word.investorClass());
        require(_words[wallet].number() == 0, WalletKnown(wallet));
        _words[wallet] = word;
        emit WalletRegistered(wallet, word.number(), word);
    }

    /// @dev The page of numbers in use with one more.
    function _withTaken(uint256 taken, uint64 identity) private pure returns (uint256) {
        require(identity != 0, IdentityZero());
        uint256 bit = 1 << (identity & 0xff);
        require(taken & bit == 0, IdentityTaken(identity));
        return taken | bit;
    }

    /// @dev Replaces the bits of `mask` by `bits` in the word of every wallet of the owner.
    function _update(address wallet, uint256 mask, uint256 bits) private {
        address cursor = wallet;
        do {
            _set(cursor, IdentityWord.wrap(IdentityWord.unwrap(_words[cursor]) & ~mask | bits));
            cursor = _next[cursor];
        } while (cursor != wallet && cursor != address(0));
    }

    function _checkProfile(uint8 country, uint8 investorClass) private pure {
        require(country != 0 && country <= MAX_COUNTRY, CountryOutOfRange(country, MAX_COUNTRY));
        require(investorClass <= MAX_CLASS, ClassOutOfRange(investorClass, MAX_CLASS));
    }
}
