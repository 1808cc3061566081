// The script of the portal with wallets that are not there: what it asks of them, and what it says.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";

const script = readFileSync(new URL("../assets/wallet.js", import.meta.url), "utf8");
const OWN = "0x00000000000000000000000000000000000000Aa";
const WORDS = {
  use: "Use %", unnamed: "it", waits: "Answer.", declined: "No.", failed: "Failed.", other: `Choose ${OWN}.`, sent: "Sent as %.",
};

// A page with the place for wallets, and what is done with it.
function page(dataset) {
  const buttons = [], status = { textContent: "" }, heard = {};
  let there = true;
  const actions = { append: (button) => buttons.push(button), remove: () => (there = false) };
  const place = {
    dataset: { ...WORDS, ...dataset }, hidden: true,
    querySelector: (selector) => (selector === ".actions" ? actions : status),
  };
  const fields = {};
  const field = (id) => (fields[id] ??= { value: "", sent: 0, form: { requestSubmit: () => fields[id].sent++ } });
  vm.runInNewContext(script, {
    TextEncoder, setTimeout: () => {}, Event: class { constructor(type) { this.type = type; } },
    document: {
      getElementById: (id) => (id === "wallets" ? place : field(id)),
      createElement: () => ({ addEventListener(_, press) { this.press = press; } }),
    },
    window: { addEventListener: (type, listen) => (heard[type] = listen), dispatchEvent: () => true },
  });
  const announce = (provider, name = "W") =>
    heard["eip6963:announceProvider"]({ detail: { info: { uuid: name, name }, provider } });
  return { announce, buttons, status, fields, place, offers: () => there };
}

// A wallet that answers each method as it is told, and remembers what it was asked.
function wallet(answers) {
  const asked = [];
  const request = async ({ method, params }) => {
    asked.push([method, params]);
    const answer = answers[method];
    if (answer instanceof Error) throw answer;
    return typeof answer === "function" ? answer() : answer;
  };
  return { asked, request };
}

// What the script makes is of another realm: only its content is compared.
const same = (found, expected) => assert.deepEqual(JSON.parse(JSON.stringify(found)), expected);
const refusal = (code) => Object.assign(new Error("no"), { code });
const TRANSFER = { asks: "transaction", from: OWN, to: "0x11", data: "0xabcd", chain: "31337" };

test("a transfer goes to the wallet once, on the network of the token", async () => {
  const shown = page(TRANSFER);
  const it = wallet({
    eth_requestAccounts: [OWN.toLowerCase()], eth_chainId: "0x1", wallet_switchEthereumChain: null, eth_sendTransaction: "0xf00d",
  });
  shown.announce(it, "$& Wallet");
  assert.equal(shown.place.hidden, false);
  assert.equal(shown.buttons[0].textContent, "Use $& Wallet");
  await shown.buttons[0].press();
  const [, network, change, send] = it.asked;
  assert.equal(network[0], "eth_chainId");
  same(change, ["wallet_switchEthereumChain", [{ chainId: "0x7a69" }]]);
  same(send, ["eth_sendTransaction", [{ from: OWN, to: "0x11", data: "0xabcd", value: "0x0", chainId: "0x7a69" }]]);
  assert.equal(shown.status.textContent, "Sent as 0xf00d.");
  assert.equal(shown.offers(), false, "it cannot be sent a second time");
});

test("nothing is sent from another account, on another network, or against the owner's word", async () => {
  for (const [answers, said] of [
    [{ eth_requestAccounts: ["0x22"] }, WORDS.other],
    [{ eth_requestAccounts: [OWN], eth_chainId: "0x1", wallet_switchEthereumChain: refusal(4902) }, WORDS.failed],
    [{ eth_requestAccounts: [OWN], eth_chainId: "0x7a69", eth_sendTransaction: refusal(4001) }, WORDS.declined],
  ]) {
    const shown = page(TRANSFER);
    const it = wallet(answers);
    shown.announce(it);
    await shown.buttons[0].press();
    assert.equal(shown.status.textContent, said);
    assert.equal(shown.offers(), true, "it can be tried again");
  }
});

test("an address and a signature are filled in and sent by the page's own form", async () => {
  const asking = page({ asks: "address" });
  asking.announce(wallet({ eth_requestAccounts: [OWN] }));
  await asking.buttons[0].press();
  assert.deepEqual([asking.fields["own-wallet-address"].value, asking.fields["own-wallet-address"].sent], [OWN.toLowerCase(), 1]);
  const signing = page({ asks: "signature", message: "é!", address: OWN });
  const it = wallet({ eth_requestAccounts: [OWN], personal_sign: "0x5161" });
  signing.announce(it);
  await signing.buttons[0].press();
  same(it.asked[1], ["personal_sign", ["0xc3a921", OWN]]);
  assert.equal(signing.fields["own-wallet-signature"].value, "0x5161");
});
