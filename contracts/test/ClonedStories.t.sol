// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Cloned} from "./Cloned.sol";
import {DeliveryVersusPaymentTest} from "./DeliveryVersusPayment.t.sol";
import {Token3643Test} from "./Token3643.t.sol";
import {TokenAuditsTest} from "./TokenAudits.t.sol";
import {TokenBatchesTest} from "./TokenBatches.t.sol";
import {TokenCallsTest} from "./TokenCalls.t.sol";
import {TokenControlTest} from "./TokenControl.t.sol";
import {TokenCopiesTest} from "./TokenCopies.t.sol";
import {TokenDistressTest} from "./TokenDistress.t.sol";
import {TokenDocumentsTest} from "./TokenDocuments.t.sol";
import {TokenGasTest} from "./TokenGas.t.sol";
import {TokenHoldsTest} from "./TokenHolds.t.sol";
import {TokenLimitsTest} from "./TokenLimits.t.sol";
import {TokenLostTest} from "./TokenLost.t.sol";
import {TokenMovesTest} from "./TokenMoves.t.sol";
import {TokenOwnersTest} from "./TokenOwners.t.sol";
import {TokenRecordsTest} from "./TokenRecords.t.sol";
import {TokenRecoveryTest} from "./TokenRecovery.t.sol";
import {TokenRedemptionsTest} from "./TokenRedemptions.t.sol";
import {TokenRefusalsTest} from "./TokenRefusals.t.sol";
import {TokenSignaturesTest} from "./TokenSignatures.t.sol";
import {TokenTermsTest} from "./TokenTerms.t.sol";

// Every story of the whole token, told of a clone. What they cost is in gas/Clone.json.

contract ClonedDeliveryVersusPaymentTest is DeliveryVersusPaymentTest, Cloned {}

contract Cloned3643Test is Token3643Test, Cloned {}

contract ClonedAuditsTest is TokenAuditsTest, Cloned {}

contract ClonedBatchesTest is TokenBatchesTest, Cloned {}

contract ClonedCallsTest is TokenCallsTest, Cloned {}

contract ClonedControlTest is TokenControlTest, Cloned {}

contract ClonedCopiesTest is TokenCopiesTest, Cloned {}

contract ClonedDistressTest is TokenDistressTest, Cloned {}

contract ClonedDocumentsTest is TokenDocumentsTest, Cloned {}

contract ClonedGasTest is TokenGasTest, Cloned {}

contract ClonedHoldsTest is TokenHoldsTest, Cloned {}

contract ClonedLimitsTest is TokenLimitsTest, Cloned {}

contract ClonedLostTest is TokenLostTest, Cloned {}

contract ClonedMovesTest is TokenMovesTest, Cloned {}

contract ClonedOwnersTest is TokenOwnersTest, Cloned {}

contract ClonedRecordsTest is TokenRecordsTest, Cloned {}

contract ClonedRecoveryTest is TokenRecoveryTest, Cloned {}

contract ClonedRedemptionsTest is TokenRedemptionsTest, Cloned {}

contract ClonedRefusalsTest is TokenRefusalsTest, Cloned {}

contract ClonedSignaturesTest is TokenSignaturesTest, Cloned {}

contract ClonedTermsTest is TokenTermsTest, Cloned {}
