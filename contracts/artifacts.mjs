// Writes artifacts/<Name>.json (abi, bytecode, deployedBytecode) from forge's output; `--check` compares instead. Either
// way it prints the size of every contract and refuses one that is too large.
import { readFileSync, writeFileSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join, dirname } from "node:path";

const here = dirname(fileURLToPath(import.meta.url));
const names = ["IdentityRegistry", "SecurityToken", "SecurityTokenClone", "SecurityTokenBackOffice", "SecurityTokenDesk", "SecurityTokenArchive",
  "SecurityTokenGateway", "JuniorFirst", "CouponPayer",
  "PaymentToken", "DeliveryVersusPayment", "Timelock", "SuiteFactory"];

// Code that stands on chain: EIP-170 allows 24,576 bytes, and the house 22,000, so that a mend still fits.
const RUNTIME_AT_MOST = 22_000;
// Code of one creation with what it brings along, without arguments (EIP-3860).
const CREATION_AT_MOST = 49_152;
// Creation code that the factory deploys stands on chain as a blueprint (ERC-5202), behind three bytes, under EIP-170.
const BLUEPRINT_AT_MOST = 24_576 - 3;
// One deployment of it serves all tokens, and no factory makes it.
const notByFactory = ["SecurityTokenBackOffice"];
const compiled = (name) => JSON.parse(readFileSync(join(here, "out", `${name}.sol`, `${name}.json`), "utf8"));
const key = (entry) => `${entry.type} ${entry.name ?? ""}(${(entry.inputs ?? []).map((input) => input.type)})`;

// A token answers for its back office and the archive too, through the fallback: one interface for whoever calls it.
function abiOf(name) {
  const abi = compiled(name).abi;
  if (name !== "SecurityToken") return abi;
  const all = new Map(abi.map((entry) => [key(entry), entry]));
  for (const behind of ["SecurityTokenBackOffice", "SecurityTokenDesk", "SecurityTokenArchive", "SecurityTokenGateway"]) {
    for (const entry of compiled(behind).abi) {
      if (entry.type !== "constructor" && !all.has(key(entry))) all.set(key(entry), entry);
    }
  }
  const order = ["constructor", "fallback", "function", "event", "error"];
  return [...all.values()].sort(
    (a, b) => order.indexOf(a.type) - order.indexOf(b.type) || (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0),
  );
}

const bytes = (code) => (code.length - 2) / 2;

// What is too large of a contract, in words; prints its sizes.
function tooLarge(name, runtime, creation) {
  const limits = [["code", runtime, RUNTIME_AT_MOST], ["creation code", creation, CREATION_AT_MOST]];
  if (!notByFactory.includes(name)) limits.push(["blueprint", creation, BLUEPRINT_AT_MOST]);
  console.log(`${name.padEnd(24)} ${String(runtime).padStart(6)} bytes on chain, ${String(creation).padStart(6)} to create it`);
  return limits.filter(([, size, most]) => size > most).map(([what, size, most]) => `${name}: ${what} of ${size} bytes, at most ${most}`);
}

const stale = [];
const large = [];
mkdirSync(join(here, "artifacts"), { recursive: true });
for (const name of names) {
  const { bytecode, deployedBytecode } = compiled(name);
  large.push(...tooLarge(name, bytes(deployedBytecode.object), bytes(bytecode.object)));
  const text =
    JSON.stringify({ abi: abiOf(name), bytecode: bytecode.object, deployedBytecode: deployedBytecode.object }, null, 1) + "\n";
  const file = join(here, "artifacts", `${name}.json`);
  if (!process.argv.includes("--check")) writeFileSync(file, text);
  else if (readFileSync(file, "utf8") !== text) stale.push(file);
}
if (large.length) {
  console.error(`too large:\n${large.join("\n")}`);
  process.exit(1);
}
if (stale.length) {
  console.error(`not what the sources compile to (run node artifacts.mjs and commit): ${stale.join(", ")}`);
  process.exit(1);
}
