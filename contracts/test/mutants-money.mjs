// As `mutants.mjs`, for what is said of coupons (`CouponInvariants`) and of trades (`SettlementInvariants`). Where two
// statements can be the first that a history breaks, both are named.
const payer = "src/CouponPayer.sol";
const claims = "src/CouponClaims.sol";
const book = "src/CouponBook.sol";
const trades = "src/DeliveryVersusPayment.sol";

const coupons = [
  { says: "a good declaration was refused", file: payer, from: "type(uint128).max : type(uint96).max", to: "type(uint128).max : type(uint8).max" },
  { says: "an id was declared twice", file: payer, from: "require(_coupons[couponId].payees == 0, CouponKnown(couponId));", to: "" },
  { says: "a fee on the way in was credited in full", file: payer,
    from: "require(received == declared.amount, FundingMismatch(declared.amount, received));", to: "received;" },
  { says: "a stranger pushed", file: payer, from: "onlyRole(PAYER)\n        once", to: "once" },
  { says: "a chunk was pushed twice", file: payer, from: "require(!isChunkPaid(couponId, chunk), AlreadyPaid(couponId, chunk));", to: "" },
  { says: "a payee blocked the others", file: payer,
    from: "if (paymentToken.send(account, amount, TRANSFER_GAS)) paid |= 1 << i;",
    to: "require(paymentToken.send(account, amount, TRANSFER_GAS), NoPayees());\n                paid |= 1 << i;" },
  { says: "more was paid than was open", file: book,
    from: "require(amount <= open, Underfunded(couponId, amount, open));", to: "if (amount > open) amount = open;" },
  { says: "a leaf was paid twice", file: claims, from: "require(!isPaid(couponId, index), AlreadyPaid(couponId, index));", to: "" },
  { says: "something else than the entitlement was paid", file: claims,
    from: "require(CouponTree.rootFrom(leaf, index, proof) == coupon.root, ProofInvalid(couponId));",
    to: "require(CouponTree.rootFrom(leaf, index, proof) != 0, ProofInvalid(couponId));" },
  { says: "who is owed is paid, and nobody else", file: claims, from: "require(amount != 0, NothingOwed(couponId, account));", to: "" },
  { says: "the rest went back before the deadline", file: payer,
    from: "require(block.timestamp >= coupon.claimDeadline, DeadlineNotReached(coupon.claimDeadline));",
    to: "require(block.timestamp + 1 >= coupon.claimDeadline, DeadlineNotReached(coupon.claimDeadline));" },
  { says: "funded", file: payer, from: "funded: uint128(declared.amount),", to: "funded: uint128(declared.amount + 1)," },
  { says: "adds up", file: book, from: "figures.funded - coupon.rest - figures.owed - figures.withheld", to: "figures.funded - coupon.rest - figures.owed" },
  { says: "to the last unit", file: claims, from: "withholding.due += uint96(withheld);", to: "withholding.due += uint96(withheld / 2);" },
  { says: "exactly once", file: claims, from: "_owed[couponId][account] = 0;", to: "" },
];

const settlements = [
  { says: "settled without the secret", file: trades, from: "require(trade.hashLock == 0, SecretWrong(tradeId));", to: "" },
  { says: "settled with a wrong secret", file: trades,
    from: "require(trade.hashLock == sha256(abi.encodePacked(secret)), SecretWrong(tradeId));", to: "require(trade.hashLock != secret, SecretWrong(tradeId));" },
  { says: "settled without both parties", file: trades, from: "require(state & both == both, NotAgreed(tradeId, state));", to: "require(state & both != 0, NotAgreed(tradeId, state));" },
  { says: "settled after the expiry", file: trades,
    from: "require(block.timestamp < trade.expiry, TradeExpired(tradeId, trade.expiry));",
    to: "require(block.timestamp <= trade.expiry, TradeExpired(tradeId, trade.expiry));" },
  { says: "refunded before the expiry", file: trades,
    from: "require(block.timestamp >= trade.expiry, TradeNotExpired(tradeId, trade.expiry));",
    to: "require(block.timestamp + 1 >= trade.expiry, TradeNotExpired(tradeId, trade.expiry));" },
  { says: ["one end", "a trade that was over went on"], file: trades,
    from: "require(state & FUNDED != 0 && state & OVER == 0, NothingHeld(tradeId));", to: "require(state & FUNDED != 0, NothingHeld(tradeId));" },
  { says: ["one end", "a trade that was over went on"], file: trades,
    from: "private view {\n        require(state & OVER == 0, TradeOver(tradeId));", to: "private view {" },
  { says: "and it is over then", file: trades,
    from: "_states[tradeId] = state | OVER;\n        emit TradeSettled", to: "_states[tradeId] = state;\n        emit TradeSettled" },
  { says: "money", file: trades, from: "require(received == trade.price, PriceMismatch(trade.price, received));", to: "received;" },
  { says: "never units", file: trades, from: "trade.token.pull(trade.seller, trade.buyer, trade.units)", to: "trade.token.pull(trade.seller, address(this), trade.units)" },
  { says: "units", file: trades, from: "require(arrived == trade.units, DeliveryMismatch(trade.units, arrived));", to: "arrived;" },
];

export const moneyFlaws = [
  ...coupons.map((flaw) => ({ ...flaw, suite: "CouponInvariants" })),
  ...settlements.map((flaw) => ({ ...flaw, suite: "SettlementInvariants" })),
];
