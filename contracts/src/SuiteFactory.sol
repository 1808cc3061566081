// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @title Puts contracts at addresses known beforehand, from code that was fixed when the factory was made.
/// @notice The creation code stands once on chain as a blueprint (ERC-5202: 0xFE7100, then the code), so that each
/// deployment costs no calldata for it. The factory knows the hash of the creation code of each blueprint and deploys no
/// other: who trusts the published hashes knows what runs at every address that it announced.
/// @dev The address depends on this factory, the code, the constructor's arguments, the sender and the sender's salt:
/// nobody can take an address that another has announced. It has no administrator and no state that changes.
contract SuiteFactory {
    /// @notice A kind of contract: where its blueprint stands, and the hash of its creation code without arguments.
    struct Kind {
        bytes32 name;
        address blueprint;
        bytes32 codeHash;
    }

    bytes3 private constant PREAMBLE = 0xfe7100;

    bytes32[] private _names;
    mapping(bytes32 name => Kind) private _kinds;

    event Deployed(
        bytes32 indexed kind, address indexed deployed, address indexed sender, bytes32 salt, bytes32 argumentsHash
    );

    error KindUnknown(bytes32 kind);
    error KindTwice(bytes32 kind);
    error NotABlueprint(bytes32 kind, address account);
    error CodeHashMismatch(bytes32 kind, bytes32 expected, bytes32 found);
    error AddressTaken(address account);

    /// @notice Fixes the kinds for good; a blueprint whose code is not what its hash says is refused.
    constructor(Kind[] memory fixedKinds) {
        for (uint256 i = 0; i < fixedKinds.length; ++i) {
            Kind memory kind = fixedKinds[i];
            require(_kinds[kind.name].blueprint == address(0), KindTwice(kind.name));
            bytes32 found = keccak256(_creationCode(kind.name, kind.blueprint));
            require(found == kind.codeHash, CodeHashMismatch(kind.name, kind.codeHash, found));
            _names.push(kind.name);
            _kinds[kind.name] = kind;
        }
    }

    /// @notice Deploys a contract of a kind; its constructor's revert is this call's revert.
    function deploy(bytes32 kind, bytes calldata arguments, bytes32 salt) external returns (address deployed) {
        bytes memory code = _codeWith(kind, arguments);
        bytes32 mixed = _mixed(msg.sender, salt);
        address expected = _addressOf(keccak256(code), mixed);
        require(expected.code.length == 0, AddressTaken(expected));
        // `code` is memory that Solidity made; the constructor's revert is passed on byte for byte.
        assembly ("memory-safe") {
            deployed := create2(0, add(code, 0x20), mload(code), mixed)
            if iszero(deployed) {
                let answer := mload(0x40)
                returndatacopy(answer, 0, returndatasize())
                revert(answer, returndatasize())
            }
        }
        emit Deployed(kind, deployed, msg.sender, salt, keccak256(arguments));
    }

    /// @notice Where `deploy` puts a contract when `sender` asks for it.
    function addressOf(bytes32 kind, bytes calldata arguments, address sender, bytes32 salt)
        external
        view
        returns (address)
    {
        return _addressOf(keccak256(_codeWith(kind, arguments)), _mixed(sender, salt));
    }

    /// @notice The name of every kind that can be deployed.
    function kinds() external view returns (bytes32[] memory) {
        return _names;
    }

    /// @notice Where the blueprint of a kind stands and what its creation code hashes to.
    function kindOf(bytes32 kind) external view returns (Kind memory) {
        return _kindOf(kind);
    }

    function _kindOf(bytes32 kind) private view returns (Kind memory found) {
        found = _kinds[kind];
        require(found.blueprint != address(0), KindUnknown(kind));
    }

    function _codeWith(bytes32 kind, bytes calldata arguments) private view returns (bytes memory) {
        address blueprint = _kindOf(kind).blueprint;
        return bytes.concat(_creationCode(kind, blueprint), arguments);
    }

    /// @dev Code of a contract never changes, so what the constructor checked needs no second look.
    function _creationCode(bytes32 kind, address blueprint) private view returns (bytes memory code) {
        bytes memory all = blueprint.code;
        require(all.length > PREAMBLE.length && bytes3(all) == PREAMBLE, NotABlueprint(kind, blueprint));
        // Shortens `all` in place: its length moves over the preamble, whose last three bytes it then covers.
        assembly ("memory-safe") {
            code := add(all, 3)
            mstore(code, sub(mload(all), 3))
        }
    }

    function _mixed(address sender, bytes32 salt) private pure returns (bytes32) {
        return keccak256(abi.encode(sender, salt));
    }

    function _addressOf(bytes32 codeHash, bytes32 mixed) private view returns (address) {
        return address(uint160(uint256(keccak256(abi.encodePacked(bytes1(0xff), address(this), mixed, codeHash)))));
    }
}
