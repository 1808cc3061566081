// Proves each property of the shipped bytecode, then plants a flaw for each and expects the proof to be refuted.
// `node halmos/prove.mjs [flaws|proofs] [name]`: one half alone, or the properties whose name has the text in it.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { mutants } from "./mutants.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [half = "both", named = ""] = process.argv.slice(2);
const { FORGE: forge, HALMOS: halmos } = process.env;

function run(program, args, folder, profile = "proof") {
  const path = `${dirname(forge)}:${process.env.PATH}`;
  const env = { ...process.env, PATH: path, FOUNDRY_PROFILE: profile, NO_COLOR: "1", COLUMNS: "200" };
  const done = spawnSync(program, args, { cwd: folder, env, encoding: "utf8", maxBuffer: 1 << 28 });
  // Colours out, and of what is said only what matters: the rest is bytecode.
  const lines = (done.stdout + done.stderr).replaceAll(/\x1b\[[0-9;]*m/g, "").split("\n");
  return lines.filter((line) => /PASS|FAIL|ERROR|rror:|Counterexample|p_|successful|bounds/.test(line)).join("\n");
}

// The properties, by the contract that states them.
const stated = readdirSync(join(root, "halmos")).filter((file) => file.endsWith("Proofs.sol")).flatMap((file) =>
  [...readFileSync(join(root, "halmos", file), "utf8").matchAll(/function (check_\w+)/g)].map(([, name]) => (
    { name, contract: file.replace(".sol", "") })));

// Places of a chunk's tree are walked in loops of 8; a shorter bound would leave paths out, and halmos would say so.
const prove = (folder, { name, contract }) => run(halmos, ["--forge-build-out", "out/proof", "--contract", contract,
  "--function", name, "--loop", "20", "--solver-timeout-assertion", "300000"], folder);

const seconds = (from) => ((Date.now() - from) / 1000).toFixed(0).padStart(4);
const begin = Date.now();
let wrong = 0;
function judge(ok, since, name, said) {
  console.log(`${seconds(since)} s  ${ok ? "as expected" : "NOT as expected"}  ${name}: ${said}`);
  if (!ok) wrong += 1;
}

const chosen = stated.filter(({ name }) => name.includes(named));
const unflawed = stated.filter(({ name }) => mutants.every(({ proof }) => proof !== name));
const unknown = mutants.filter(({ proof }) => stated.every(({ name }) => name !== proof));
if (unflawed.length + unknown.length) {
  console.error(`proofs without a flaw, or flaws without a proof: ${JSON.stringify([...unflawed, ...unknown])}`);
  process.exit(1);
}

if (half !== "flaws") {
  for (const property of chosen) {
    const since = Date.now();
    const output = prove(root, property);
    const proved = output.includes(`[PASS] ${property.name}(`) && /bounds: \[\]/.test(output);
    judge(proved, since, property.name, proved ? "proved" : output);
  }
}

if (half !== "proofs") {
  const folder = mkdtempSync(join(tmpdir(), "flaws-"));
  for (const part of ["foundry.toml", "halmos", "package.json", "solc-shim", "src", "test", "out", "cache"]) {
    cpSync(join(root, part), join(folder, part), { recursive: true, filter: (from) => !from.includes("cache/audit") && !from.includes("cache/prove") });
  }
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  for (const property of chosen) {
    const since = Date.now();
    const { file, from, to } = mutants.find(({ proof }) => proof === property.name);
    const source = readFileSync(join(root, file), "utf8");
    if (source.split(from).length !== 2) {
      judge(false, since, property.name, `the place of its flaw is not in ${file} exactly once`);
      continue;
    }
    writeFileSync(join(folder, file), source.replace(from, () => to));
    const built = run(forge, ["build"], folder, "default");
    const output = built.includes("Compiler run successful") ? prove(folder, property) : built;
    const refuted = output.includes(`[FAIL] ${property.name}(`) && output.includes("Counterexample");
    judge(refuted, since, property.name, refuted ? "its flaw is refuted" : output);
    writeFileSync(join(folder, file), source);
  }
  rmSync(folder, { recursive: true });
}
console.log(`prove: ${chosen.length} properties, ${wrong} not as expected, ${seconds(begin).trim()} s`);
process.exit(wrong ? 1 : 0);
