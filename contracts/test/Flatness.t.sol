// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {CouponPayer} from "../src/CouponPayer.sol";
import {IdentityRegistry} from "../src/IdentityRegistry.sol";
import {IdentityWord, IdentityWords} from "../src/IdentityWord.sol";
import {PaymentToken} from "../src/PaymentToken.sol";
import {Hold} from "../src/token/TokenHolds.sol";
import {PartitionTerms} from "../src/token/TokenState.sol";
import {GasStage} from "./GasStage.sol";
import {Often} from "./Often.sol";

/// @title What a call costs does not grow with holders, documents, coupons, records or partitions: it is measured among few
/// and among many, and must be the same to the last unit of gas.
/// @notice Many are 1,000 in the check and as many as MANY says otherwise: `make flat` asks for 100,000. Nothing is laid into
/// storage: every holder is registered and issued to, every document set, every coupon declared, in transactions as large as
/// the networks allow and no larger (EIP-7825).
contract FlatnessTest is GasStage {
    uint256 private constant BATCH = 200;
    uint256 private constant AT_ONCE = 100;
    uint256 private constant MOST_GAS = 1 << 24;
    uint64 private constant FIRST_NUMBER = 10_000;

    /// @dev What forge shows with -vv.
    event log_named_uint(string key, uint256 value);

    struct Call {
        string name;
        address sender;
        address target;
        bytes input;
    }

    uint256 private many = vm.envOr("MANY", uint256(1000));
    CouponPayer private coupons;
    PaymentToken private money;
    Often private often = new Often();
    Call[] private calls;
    uint256[] private few;
    uint256 private people;
    uint256 private records = 1;

    function setUp() public override {
        super.setUp();
        coupons = CouponPayer(create("CouponPayer", abi.encode(admin)));
        money = PaymentToken(create("PaymentToken", abi.encode("Demo Euro", "dEUR", admin)));
        vm.startPrank(admin);
        coupons.grantRoles(payer, PAYER);
        coupons.grantRoles(address(often), PAYER);
        token.grantRoles(address(often), ISSUER);
        money.grantRoles(admin, ISSUER);
        money.mint("payer", payer, 1 << 60);
        money.mint("often", address(often), 1 << 60);
        vm.stopPrank();
        vm.prank(payer);
        money.approve(address(coupons), type(uint256).max);
        vm.prank(address(often));
        money.approve(address(coupons), type(uint256).max);
        for (uint256 i = 0; i < 2; ++i) {
            PartitionTerms memory large = token.termsOf([SENIOR, JUNIOR][i]);
            (large.authorised, large.holderLimit) = (1_000_000_000, 1_000_000);
            setTerms(large);
        }
        declare(1, 1);
        plan();
    }

    function test_holders() external {
        hold(10);
        few = measured();
        hold(many);
        (, uint256 holders_,,) = token.stateOf(SENIOR);
        eq(holders_, many + crowd.length, "holders");
        isFlat();
    }

    function test_documents() external {
        document(1, 10);
        few = measured();
        document(11, many);
        eq(token.getAllDocuments().length, many, "documents");
        isFlat();
    }

    function test_coupons() external {
        declare(2, 10);
        few = measured();
        declare(11, many);
        isFlat();
    }

    /// @dev A token has 2,047 record dates at most.
    function test_records() external {
        uint256 most = many < 2000 ? many : 2000;
        record(10);
        few = measured();
        record(most);
        isFlat();
    }

    /// @dev Up to the 16 that a token may have.
    function test_partitions() external {
        few = measured();
        open();
        isFlat();
    }

    /// @dev What is asked over all partitions by its nature: a holder with frozen units, a cap over all of them.
    function test_what_grows_with_the_partitions_is_what_looks_into_each() external {
        open();
        vm.prank(officer);
        token.setFrozenTokens(anna, 5000);
        vm.prank(anna);
        token.transfer(ben, 100);
        noted("Rules", "transfer, of a holder with frozen units, 16 partitions");
        vm.startPrank(officer);
        token.setFrozenTokens(anna, 0);
        token.setPoolCap(1000, 90_000);
        vm.stopPrank();
        vm.prank(anna);
        token.transfer(ben, 100);
        noted("Rules", "transfer, both hold already: cap over 16 partitions");
    }

    function open() private {
        for (uint256 i = 3; i <= 16; ++i) {
            vm.prank(issuer);
            token.addPartition(terms(bytes32(i)));
        }
        eq(token.partitions().length, 16, "as many as there may be");
    }

    function plan() private {
        add("transfer", anna, abi.encodeCall(token.transfer, (ben, 100)));
        add("transfer, first", anna, abi.encodeCall(token.transfer, (cleo, 100)));
        add("transfer in another partition", anna, abi.encodeCall(token.transferByPartition, (JUNIOR, ben, 100, "")));
        add("redeem", anna, abi.encodeCall(token.redeem, (100, "")));
        add("issue", issuer, abi.encodeCall(token.issue, (cleo, 100, "")));
        add("controller transfer", agent, abi.encodeCall(token.controllerTransfer, (anna, ben, 100, "", "")));
        add("freeze a wallet", officer, abi.encodeCall(token.setWalletFrozen, (anna, true)));
        add("freeze units", officer, abi.encodeCall(token.setFrozenTokens, (anna, 5)));
        add("pause", pauser, abi.encodeCall(token.pause, ()));
        add("schedule a record date", issuer, abi.encodeCall(token.scheduleRecordDate, (START + 4000 days)));
        add("set a document", issuer, abi.encodeCall(token.setDocument, ("NEW", "https://example.org/a.pdf", "hash")));
        Hold memory hold_ = Hold(SENIOR, anna, ben, officer, 100, START + 5000 days, 0, 0);
        add("create a hold", anna, abi.encodeCall(token.createHold, (hold_)));
        calls.push(
            Call(
                "register an investor",
                officer,
                address(registry),
                abi.encodeCall(
                    registry.register,
                    (IdentityRegistry.Registration(stranger, FIRST_NUMBER - 1, GERMANY, 0, START + 9000 days))
                )
            )
        );
        calls.push(
            Call("freeze an owner", officer, address(registry), abi.encodeCall(registry.setFrozen, (anna, true)))
        );
        calls.push(Call("declare a coupon", payer, address(coupons), declaration("NEW")));
    }

    function add(string memory name, address sender, bytes memory input) private {
        calls.push(Call(name, sender, address(token), input));
    }

    /// @dev Each call from the same state, with its own cold storage.
    function measured() private returns (uint256[] memory used) {
        used = new uint256[](calls.length);
        for (uint256 i = 0; i < calls.length; ++i) {
            uint256 state = vm.snapshotState();
            vm.prank(calls[i].sender);
            (bool ok,) = calls[i].target.call(calls[i].input);
            used[i] = vm.lastCallGas().gasTotalUsed;
            isTrue(ok, calls[i].name);
            vm.revertToStateAndDelete(state);
        }
    }

    function isFlat() private {
        uint256[] memory among = measured();
        for (uint256 i = 0; i < calls.length; ++i) {
            eq(among[i], few[i], calls[i].name);
            emit log_named_uint(calls[i].name, among[i]);
        }
    }

    /// @dev So many people besides the crowd, each an owner with units in both partitions.
    function hold(uint256 count) private {
        while (people < count) {
            uint256 size = count - people < BATCH ? count - people : BATCH;
            address[] memory wallets = new address[](size);
            IdentityWord[] memory words = new IdentityWord[](size);
            uint256[] memory units = new uint256[](size);
            for (uint256 i = 0; i < size; ++i) {
                wallets[i] = address(uint160(uint256(keccak256(abi.encode(people + i)))));
                words[i] = IdentityWords.pack(uint64(FIRST_NUMBER + people + i), START + 9000 days, GERMANY, 0);
                units[i] = 10;
            }
            bytes32 id = bytes32(people + 1);
            vm.prank(officer);
            registry.registerBatch(id, wallets, words);
            vm.startPrank(issuer);
            token.issueBatch(id, SENIOR, wallets, units);
            token.issueBatch(keccak256(abi.encode(id)), JUNIOR, wallets, units);
            vm.stopPrank();
            people += size;
        }
    }

    function document(uint256 from, uint256 to) private {
        repeat(address(token), abi.encodeCall(token.setDocument, ("", "https://example.org/a.pdf", "hash")), from, to);
    }

    function declare(uint256 from, uint256 to) private {
        repeat(address(coupons), declaration(""), from, to);
    }

    function repeat(address target, bytes memory input, uint256 from, uint256 to) private {
        for (; from <= to; from += AT_ONCE) {
            often.call(target, input, from, to < from + AT_ONCE ? to : from + AT_ONCE - 1);
            isTrue(vm.lastCallGas().gasTotalUsed < MOST_GAS, "more than a transaction may use");
        }
    }

    function declaration(bytes32 id) private view returns (bytes memory) {
        CouponPayer.Declaration memory declared =
            CouponPayer.Declaration(address(token), address(money), 2000, "root", 200, START + 9000 days, address(0));
        return abi.encodeCall(coupons.declare, (id, declared));
    }

    /// @dev So many dates, of which all but the last have come, each with changes after it.
    function record(uint256 count) private {
        for (; records < count; ++records) {
            vm.warp(token.recordDate(records));
            send(SENIOR, anna, ben, 1);
            send(SENIOR, ben, anna, 1);
            send(JUNIOR, anna, ben, 1);
            send(JUNIOR, ben, anna, 1);
            vm.prank(issuer);
            token.scheduleRecordDate(uint40(block.timestamp + 60));
        }
    }
}
