// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {AccessRoles} from "./AccessRoles.sol";
import {SecurityTokenArchive} from "./SecurityTokenArchive.sol";
import {SecurityTokenDesk} from "./SecurityTokenDesk.sol";
import {SecurityTokenGateway} from "./SecurityTokenGateway.sol";
import {IBackOffice} from "./interfaces/IBackOffice.sol";
import {IERC20} from "./interfaces/IERC20.sol";
import {IERC1410, IERC1594, IERC1643, IERC1644} from "./interfaces/IERC1400.sol";
import {IERC7943} from "./interfaces/IERC7943.sol";
import {AllowedWord, CoreWord, CoreWords} from "./token/CoreWord.sol";
import {Delegation} from "./token/Delegation.sol";
import {TokenControls} from "./token/TokenControls.sol";
import {TokenCosignatures} from "./token/TokenCosignatures.sol";
import {TokenOperators} from "./token/TokenOperators.sol";
import {TokenRulebook} from "./token/TokenRulebook.sol";
import {PartitionTerms} from "./token/TokenState.sol";

/// @title What a token is asked or told seldom: descriptions, rules, freezes, pauses, operators, roles.
/// @notice One deployment serves all tokens; it works on the storage of the token that calls it, never on its own.
/// A token asks the desk first, then it, then the archive and the gateway, all of which it brings along.
contract SecurityTokenBackOffice is
    IBackOffice,
    TokenControls,
    TokenRulebook,
    TokenCosignatures,
    TokenOperators,
    AccessRoles
{
    address private immutable DESK;
    address private immutable ARCHIVE;
    address private immutable GATEWAY;

    constructor() {
        DESK = address(new SecurityTokenDesk(address(this)));
        GATEWAY = address(new SecurityTokenGateway());
        ARCHIVE = address(new SecurityTokenArchive(GATEWAY));
    }

    fallback() external {
        Delegation.forward(ARCHIVE);
    }

    /// @notice The address of the desk before this back office: what a token does not know itself, it asks there.
    function desk() external view returns (address) {
        return DESK;
    }

    /// @notice The address of the archive behind this back office.
    function archive() external view returns (address) {
        return ARCHIVE;
    }

    /// @notice The address of the gateway behind the archive.
    function gateway() external view returns (address) {
        return GATEWAY;
    }

    function name() external view returns (string memory) {
        return _name;
    }

    function symbol() external view returns (string memory) {
        return _symbol;
    }

    function decimals() external view returns (uint8) {
        return _decimals;
    }

    function registry() external view returns (address) {
        return address(_registry);
    }

    /// @notice Nothing for a wallet that was recovered, whatever was or will be approved.
    function allowance(address owner, address spender) external view returns (uint256) {
        return _isRecovered(spender) ? 0 : _allowances[owner][spender];
    }

    /// @notice Units outstanding over all partitions.
    function totalSupply() external view returns (uint256 total) {
        for (uint256 i = 0; i < _partitionNames.length; ++i) {
            total += _partitions[_partitionNames[i]].core.supply();
        }
    }

    function totalSupplyByPartition(bytes32 partition) external view returns (uint256) {
        return _partitions[partition].core.supply();
    }

    function defaultPartition() external view returns (bytes32) {
        return _defaultPartition();
    }

    function partitions() external view returns (bytes32[] memory) {
        return _partitionNames;
    }

    function partitionsOf(address tokenHolder) external view returns (bytes32[] memory held) {
        held = new bytes32[](_partitionNames.length);
        uint256 count = 0;
        for (uint256 i = 0; i < held.length; ++i) {
            if (_unitsOf(_partitionNames[i], tokenHolder) != 0) held[count++] = _partitionNames[i];
        }
        // Only shortens the array that was just made.
        assembly ("memory-safe") {
            mstore(held, count)
        }
    }

    function termsOf(bytes32 partition) external view returns (PartitionTerms memory) {
        CoreWord core = _known(partition);
        AllowedWord allowed = _partitions[partition].allowed;
        return PartitionTerms({
            partition: partition,
            authorised: uint64(core.authorised()),
            capBps: uint16(core.capBps()),
            holderLimit: uint32(core.holderLimit()),
            classMask: uint8(allowed.classMask()),
            lockedUntil: uint40(core.lockedUntil()),
            countryMask: allowed.countryMask()
        });
    }

    /// @notice Where a partition stands; `capUnits` is the cap per owner as of now, 0 for none.
    function stateOf(bytes32 partition)
        external
        view
        returns (uint256 supply, uint256 holders, uint256 capUnits, bool partitionPaused)
    {
        _known(partition);
        CoreWord core = _coreOf(_partitions[partition]);
        return (
            core.supply(),
            core.holders(),
            core.capBps() == 0 ? 0 : _capUnits(core, core.supply()),
            core.has(CoreWords.PAUSED)
        );
    }

    function isConsumed(bytes32 operationId) external view returns (bool) {
        return _consumed[operationId];
    }

    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return interfaceId == 0x01ffc9a7 // ERC-165
            || interfaceId == type(IERC20).interfaceId || interfaceId == type(IERC1410).interfaceId
            || interfaceId == type(IERC1594).interfaceId || interfaceId == type(IERC1643).interfaceId
            || interfaceId == type(IERC1644).interfaceId || interfaceId == type(IERC7943).interfaceId;
    }

    function _defaultPartition() internal view override returns (bytes32) {
        return _firstName();
    }
}
