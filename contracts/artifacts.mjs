// Writes artifacts/<Name>.json (abi, bytecode, deployedBytecode) from forge's output; `--check` compares instead.
import { readFileSync, writeFileSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join, dirname } from "node:path";

const here = dirname(fileURLToPath(import.meta.url));
const names = ["IdentityRegistry", "SecurityToken", "SecurityTokenBackOffice", "SecurityTokenDesk", "SecurityTokenArchive",
  "SecurityTokenGateway", "JuniorFirst", "CouponPayer",
  "PaymentToken", "DeliveryVersusPayment", "Timelock", "SuiteFactory"];
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

const stale = [];
mkdirSync(join(here, "artifacts"), { recursive: true });
for (const name of names) {
  const { bytecode, deployedBytecode } = compiled(name);
  const text =
    JSON.stringify({ abi: abiOf(name), bytecode: bytecode.object, deployedBytecode: deployedBytecode.object }, null, 1) + "\n";
  const file = join(here, "artifacts", `${name}.json`);
  if (!process.argv.includes("--check")) writeFileSync(file, text);
  else if (readFileSync(file, "utf8") !== text) stale.push(file);
}
if (stale.length) {
  console.error(`not what the sources compile to (run node artifacts.mjs and commit): ${stale.join(", ")}`);
  process.exit(1);
}
