// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @title The status bytes of the ERC-1400 text.
library Status {
    bytes1 internal constant FAILURE = 0x50;
    bytes1 internal constant SUCCESS = 0x51;
    bytes1 internal constant INSUFFICIENT_BALANCE = 0x52;
    bytes1 internal constant INSUFFICIENT_ALLOWANCE = 0x53;
    bytes1 internal constant HALTED = 0x54;
    bytes1 internal constant LOCKED = 0x55;
    bytes1 internal constant INVALID_SENDER = 0x56;
    bytes1 internal constant INVALID_RECEIVER = 0x57;
    bytes1 internal constant INVALID_OPERATOR = 0x58;
}

/// @title The registered reasons, ASCII from the left. The comment gives `value` and `limit` of the refusal.
library Reasons {
    bytes32 internal constant PARTITION_UNKNOWN = "PARTITION_UNKNOWN"; // 0, 0
    bytes32 internal constant OPERATOR = "OPERATOR"; // 0, 0
    bytes32 internal constant ALLOWANCE = "ALLOWANCE"; // units, allowance
    bytes32 internal constant NOT_ISSUABLE = "NOT_ISSUABLE"; // 0, 0
    bytes32 internal constant NOT_CONTROLLABLE = "NOT_CONTROLLABLE"; // 0, 0
    bytes32 internal constant PAUSED = "PAUSED"; // 0, 0
    bytes32 internal constant PARTITION_PAUSED = "PARTITION_PAUSED"; // 0, 0
    bytes32 internal constant SENDER_UNKNOWN = "SENDER_UNKNOWN"; // 0, 0
    bytes32 internal constant RECEIVER_UNKNOWN = "RECEIVER_UNKNOWN"; // 0, 0
    bytes32 internal constant FROZEN = "FROZEN"; // 0, 0; the status byte tells the side
    bytes32 internal constant KYC_EXPIRED = "KYC_EXPIRED"; // now, validUntil; the status byte tells the side
    bytes32 internal constant BALANCE = "BALANCE"; // units, balance in the partition
    bytes32 internal constant HELD_UNITS = "HELD_UNITS"; // units, units in the partition that no hold keeps
    bytes32 internal constant FROZEN_UNITS = "FROZEN_UNITS"; // units, units neither held nor frozen over all partitions
    bytes32 internal constant LOCKED = "LOCKED"; // now, lockedUntil
    bytes32 internal constant LOCKED_HOLDER = "LOCKED_HOLDER"; // now, the wallet's lockedUntil
    bytes32 internal constant COUNTRY = "COUNTRY"; // country index, allowed mask
    bytes32 internal constant CLASS = "CLASS"; // investor class, allowed mask
    bytes32 internal constant AUTHORISED = "AUTHORISED"; // supply it would be, authorised size
    bytes32 internal constant CAP_HOLDER = "CAP_HOLDER"; // units the owner would hold, cap in units
    bytes32 internal constant HOLDER_COUNT = "HOLDER_COUNT"; // holders it would be, limit
    bytes32 internal constant SALE_WINDOW = "SALE_WINDOW"; // now, when the sale opens or closed
    bytes32 internal constant COSIGNATURE = "COSIGNATURE"; // now, until when the co-signature holds, 0 for none
    bytes32 internal constant TRANSFER_LIMIT = "TRANSFER_LIMIT"; // units, most units of one transfer
    bytes32 internal constant RELEASE = "RELEASE"; // units, units that the schedule has released
    bytes32 internal constant MAX_HOLDING = "MAX_HOLDING"; // units the owner would hold, most units
    bytes32 internal constant MIN_HOLDING = "MIN_HOLDING"; // units the owner would hold, least units
    bytes32 internal constant CAP_POOL = "CAP_POOL"; // units over all partitions the owner would hold, cap in units
    bytes32 internal constant COUNTRY_COUNT = "COUNTRY_COUNT"; // holders of the country it would be, limit
    bytes32 internal constant CLASS_COUNT = "CLASS_COUNT"; // holders of the class it would be, limit
    bytes32 internal constant RECOVERED = "RECOVERED"; // 0, 0

    /// @notice Every reason, in the order of its number in ERC-1404: a new one comes last.
    function all() internal pure returns (bytes32[] memory reasons) {
        reasons = new bytes32[](31);
        reasons[0] = PARTITION_UNKNOWN;
        reasons[1] = OPERATOR;
        reasons[2] = ALLOWANCE;
        reasons[3] = NOT_ISSUABLE;
        reasons[4] = NOT_CONTROLLABLE;
        reasons[5] = PAUSED;
        reasons[6] = PARTITION_PAUSED;
        reasons[7] = SENDER_UNKNOWN;
        reasons[8] = RECEIVER_UNKNOWN;
        reasons[9] = FROZEN;
        reasons[10] = KYC_EXPIRED;
        reasons[11] = BALANCE;
        reasons[12] = HELD_UNITS;
        reasons[13] = FROZEN_UNITS;
        reasons[14] = LOCKED;
        reasons[15] = LOCKED_HOLDER;
        reasons[16] = COUNTRY;
        reasons[17] = CLASS;
        reasons[18] = AUTHORISED;
        reasons[19] = CAP_HOLDER;
        reasons[20] = HOLDER_COUNT;
        reasons[21] = SALE_WINDOW;
        reasons[22] = COSIGNATURE;
        reasons[23] = TRANSFER_LIMIT;
        reasons[24] = RELEASE;
        reasons[25] = MAX_HOLDING;
        reasons[26] = MIN_HOLDING;
        reasons[27] = CAP_POOL;
        reasons[28] = COUNTRY_COUNT;
        reasons[29] = CLASS_COUNT;
        reasons[30] = RECOVERED;
    }
}
