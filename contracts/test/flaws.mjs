// Plants a flaw for each statement of the invariants and lets random histories run until one of them finds it: it must be
// that statement. `node test/flaws.mjs [text]`: those whose statement or suite has the text in it.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { flaws } from "./mutants.mjs";
import { moneyFlaws } from "./mutants-money.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [named = ""] = process.argv.slice(2);
const forge = process.env.FORGE;
// A flaw that so many steps do not show is one that the invariants miss: the check runs 256 x 500.
const HISTORIES = process.env.RUNS ?? "64";
// What each suite deploys.
const BUILT = {
  TokenInvariants: ["src/SecurityToken.sol", "src/SecurityTokenBackOffice.sol", "src/IdentityRegistry.sol"],
  CouponInvariants: ["src/CouponPayer.sol"],
  SettlementInvariants: ["src/DeliveryVersusPayment.sol"],
};

function run(args, folder, profile) {
  const env = { ...process.env, FOUNDRY_PROFILE: profile, FOUNDRY_INVARIANT_RUNS: HISTORIES, FOUNDRY_INVARIANT_SHRINK_RUN_LIMIT: "0", NO_COLOR: "1" };
  const done = spawnSync(forge, args, { cwd: folder, env, encoding: "utf8", maxBuffer: 1 << 28 });
  return `${done.stdout ?? ""}${done.stderr ?? done.error}`;
}

// Two copies: one in which flaws are planted and built, one in which the tests run on what was built.
const folder = mkdtempSync(join(tmpdir(), "flaws-"));
const [planted, tried] = ["planted", "tried"].map((name) => join(folder, name));
for (const copy of [planted, tried]) {
  mkdirSync(copy);
  for (const part of ["foundry.toml", "package.json", "solc-shim", "src", "test", "artifacts"]) {
    cpSync(join(root, part), join(copy, part), { recursive: true });
  }
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
}
// The tests of invariants alone.
for (const test of readdirSync(join(tried, "test"))) {
  if (test.endsWith(".t.sol") && !(test.replace(".t.sol", "") in BUILT)) rmSync(join(tried, "test", test));
}

function build(suite) {
  const said = run(["build", ...BUILT[suite]], planted, "flaws");
  if (!/Compiler run successful|No files changed/.test(said)) return said;
  for (const path of BUILT[suite]) {
    const name = path.slice("src/".length, -".sol".length);
    const { abi, bytecode, deployedBytecode } = JSON.parse(readFileSync(join(planted, "out", "flaws", `${name}.sol`, `${name}.json`), "utf8"));
    writeFileSync(join(tried, "artifacts", `${name}.json`), JSON.stringify({ abi, bytecode: bytecode.object, deployedBytecode: deployedBytecode.object }));
  }
  return "";
}

// What the invariants say of the bytecode as it is built: the statement that broke, nothing when none did.
function broken(suite) {
  rmSync(join(tried, "cache", "invariant"), { recursive: true, force: true });
  const said = run(["test", "--match-contract", `^${suite}$`, "--match-test", "invariant", "--code-size-limit", "65536"], tried, "long");
  const [, what] = said.match(/FAIL[^\n]*?(?:NotTrue|NotEqual)\("([^"]*)"/) ?? [];
  if (what) return what;
  return /\[PASS\] invariant_all/.test(said) ? "" : said.slice(-600);
}

const seconds = (from) => ((Date.now() - from) / 1000).toFixed(0).padStart(4);
const begin = Date.now();
const all = [...flaws.map((flaw) => ({ ...flaw, suite: "TokenInvariants" })), ...moneyFlaws];
const chosen = all.filter(({ says, suite }) => [says, suite].flat().some((text) => text.includes(named)));
let wrong = 0;
function judge(ok, since, says, what) {
  console.log(`${seconds(since)} s  ${ok ? "found" : "NOT AS EXPECTED"}  ${says}${ok ? "" : `: ${what}`}`);
  if (!ok) wrong += 1;
}

for (const { says: statements, suite, file, from, to } of chosen) {
  const since = Date.now();
  const expected = [statements].flat();
  const says = expected.join(" / ");
  const source = readFileSync(join(root, file), "utf8");
  if (source.split(from).length !== 2) {
    judge(false, since, says, `the place of its flaw is not in ${file} exactly once`);
    continue;
  }
  writeFileSync(join(planted, file), source.replace(from, () => to));
  const found = build(suite) || broken(suite);
  judge(expected.includes(found), since, says, found || "no history found it");
  writeFileSync(join(planted, file), source);
}
rmSync(folder, { recursive: true });
console.log(`flaws: ${chosen.length} planted, ${wrong} not as expected, ${seconds(begin).trim()} s`);
process.exit(wrong ? 1 : 0);
