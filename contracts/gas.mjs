// Writes gas/README.md: the measured figures of gas/*.json beside what was asked for and what peers cost; `--check`
// compares instead.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = join(dirname(fileURLToPath(import.meta.url)), "gas");
const groups = Object.fromEntries(readdirSync(folder).filter((file) => file.endsWith(".json"))
  .map((file) => [file.replace(".json", ""), JSON.parse(readFileSync(join(folder, file), "utf8"))]));

// A figure of a group, of one among `parts` where a transaction has many.
function gas(group, name, parts = 1) {
  const figure = groups[group]?.[name];
  if (!figure) throw new Error(`gas/${group}.json has no figure for ${name}`);
  return Math.round(Number(figure) / parts);
}
const number = (value) => (typeof value === "number" ? value.toLocaleString("en-US") : value);
const row = (...cells) => `| ${cells.map(number).join(" | ")} |`;
const table = (heads, rows) => [row(...heads), `|---|${"--:|".repeat(heads.length - 1)}`, ...rows.map((one) => row(...one))].join("\n");

// Operation, plain ERC-20, best peer with any rules, with comparable rules, at most, ours. A dash: the peer does not do it.
const operations = [
  ["ERC-20 transfer, both hold already", 34535, 43887, 131137, 42000, ["transfer, both hold already"]],
  ["ERC-20 transfer, first to a verified holder", 51635, 44382, 152874, 44000, ["transfer, first to a verified holder"]],
  ["transferByPartition, default partition", "-", 78217, 154345, 46000, ["transferByPartition, default"]],
  ["transferByPartition, another", "-", "-", "-", 53000, ["transferByPartition, another"]],
  ["transferByPartition, another, first", "-", 177026, "-", 71000, ["transferByPartition, another, first"]],
  ["transferFrom", 40545, 50051, 138915, 47000, ["transferFrom"]],
  ["issue to a new holder", 51438, 47115, 154163, 44000, ["issue to a new holder"]],
  ["batch issue to 100 new holders", 2570967, 2906966, 5001949, 1250000, ["batch issue to 100 new holders"]],
  ["batch transfer, 1 to 100", 875111, 1226250, 7135004, 1100000, ["batch transfer 1 to 100"]],
  ["controller transfer", "-", 45330, 138238, 45000, ["controller transfer"]],
  ["redeem by holder", "-", 66804, 103653, 36000, ["redeem by holder"]],
  ["controller redeem", "-", 44062, 141807, 44000, ["controller redeem"]],
  ["register an investor", "-", 49940, 140372, 55000, ["register an investor"]],
  ["register each of a batch of 100", "-", "-", "-", 26000, ["register a batch of 100", 100]],
  ["record date: schedule", "-", 69964, 122958, 32000, ["record date: schedule"]],
  ["record date: first transfer after it", "-", 233799, 264379, 115000, ["record date: first transfer after it"]],
  ["freeze one wallet", "-", 48472, "-", 32000, ["freeze one"]],
  ["pause", "-", 42676, "-", 30000, ["pause"]],
  ["document set, with list", "-", "117,230 (no list)", 214929, 170000, ["document set, with list"]],
  ["hold: create", "-", 337030, "-", 105000, ["hold: create"], "Desk"],
  ["hold: execute", "-", 157000, "-", 75000, ["hold: execute"], "Desk"],
  ["wallet recovery, units of one partition", "-", 346369, "-", 90000, ["wallet recovery: units in one partition, frozen, held, locked"], "Desk"],
  ["wallet recovery, a token's first", "-", "-", "-", 90000, ["wallet recovery: a token's first, units in one partition, frozen, held, locked"], "Desk"],
  ["wallet recovery, units of two partitions", "-", "-", "-", 90000, ["wallet recovery: units in two partitions, frozen, held, locked"], "Desk"],
  ["coupon: declare, in a currency used before", "-", 389372, "-", 145000, ["declare"], "Coupons"],
  ["coupon: each of 200 pushed to", "-", 66651, "-", 10000, ["push to 200 who hold the currency", 200], "Coupons"],
  ["coupon: claim alone, of 1,000", "-", 143772, "-", 95000, ["claim alone, of 1,000"], "Coupons"],
].map(([name, plain, any, comparable, most, [key, parts], group = "Gas"]) => {
  const ours = gas(group, key, parts);
  return [name, plain, any, comparable, most, ours > most ? `**${number(ours)}**` : ours];
});

const rules = ["minimum and maximum holding", "limit of a transfer", "sale window", "owners counted by country and class",
  "release schedule of five steps", "cap over both partitions", "all of these"];
const moves = ["transfer, both hold already", "transfer, first to a verified holder", "issue to a new holder", "redeem by holder"];
const none = moves.map((move) => gas("Gas", move));
const further = rules.map((rule) => [rule, ...moves.map((move) => gas("Rules", `${move}: ${rule}`))]);

const cloned = [...moves, "transferFrom", "controller transfer", "batch transfer 1 to 100"].map((move) => {
  const [whole, clone] = [gas("Gas", move), gas("Clone", move)];
  return [move, whole, clone, clone - whole];
});

const text = `# Gas
Written by \`node gas.mjs\` from the files beside it. Whole transactions on one EVM (prague rules), every call with its own
cold storage, measured by the tests on the committed artifacts and compared by \`contracts/check.sh\`: \`Gas.json\` by
\`TokenGas.t.sol\` with all rules on, \`Desk.json\` by the tests of what stands behind a token, \`Rules.json\` by
\`RulesGas.t.sol\`, \`Clone.json\` by \`ClonedStories.t.sol\`, \`Coupons.json\` by \`GasMoney.t.sol\`, \`Settlement.json\` and
\`Factory.json\` by the tests of their contracts.

The peers' figures are those that were measured for the requirement, on the same EVM with the peers' own settings; a dash is
a thing that the peer does not do or that was not measured. What is above its line is bold, and explained below.

${table(["operation", "plain ERC-20", "best peer, any rules", "best peer, comparable rules", "at most", "ours"], operations)}

A record date that is scheduled costs a transfer ${number(gas("Gas", "record date: transfer, one is scheduled") - gas("Gas", "record date: transfer, none is scheduled"))} more while it waits.

## Behind the token

${table(["operation", "ours"], [
  ["document: the hundredth of the list", gas("Desk", "document: the hundredth of the list")],
  ["document: the second version / the hundredth", `${number(gas("Desk", "document: the second version"))} / ${number(gas("Desk", "document: the hundredth version"))}`],
  ["freeze each of a batch of 100", gas("Desk", "freeze a batch of 100", 100)],
  ["issue to each of 100 new holders, skipping those refused", gas("Desk", "issue to 100 new holders, skipping those refused", 100)],
  ["register each of 100, skipping those refused", gas("Gas", "register a batch of 100, skipping those refused", 100)],
  ["redeem one holder pro rata against payment", gas("Desk", "redeem one pro rata against payment")],
])}

## Further rules
Each is read only when it is on. On top of all rules of the first table:

${table(["rule", ...moves], [["none", ...none], ...further])}

Where a rule reads every partition, it grows with them, and a token has 16 at most: the cap over all partitions costs a
transfer ${number(gas("Rules", "transfer, both hold already: cap over 16 partitions"))} with 16 and a holder with frozen units ${number(gas("Rules", "transfer, of a holder with frozen units, 16 partitions"))} (with two: ${number(gas("Gas", "transfer, of a holder with frozen units in two partitions"))}).

## A clone
A pool that does not live long may run another token's code (\`SecurityTokenClone\`): the deployment costs
${number(gas("Factory", "deploy a clone"))} and not ${number(gas("Factory", "deploy a token"))}, each call ${number(cloned[0][3])} more.

${table(["operation", "whole", "clone", "more"], cloned)}

## What does not grow
\`Flatness.t.sol\` measures fifteen calls among ten and among many holders, documents, coupons and record dates, and among two
and sixteen partitions, and asks for the same gas to the last unit: transfers in both partitions, the first transfer to a holder, redemption,
issue, controller transfer, freezes of a wallet, of units and of an owner, pause, scheduling a record date, setting a document,
creating a hold, registering an investor, declaring a coupon. Everybody is really registered and issued to. Many are 1,000 in
the check; \`make flat\` asks it of 100,000 holders, documents and coupons and of 2,000 record dates (a token has 2,047 at most)
and shows the figures: the same, in three to six minutes on two cores.

## What the figures of the coupons hide
* a currency's first coupon pays once for the currency's number: ${number(gas("Coupons", "declare, the first in a currency"))};
* ${number(gas("Coupons", "push to 200 who hold the currency", 200))} is a 200th of the whole transaction, ${number(gas("Coupons", "push to 200 who hold the currency"))}, of which each transfer of the payment token takes about 8,000;
* a claim grows with the depth of the tree alone: of 100,000 payees ${number(gas("Coupons", "claim alone, of 100,000"))}. A hundred coupons before it change ${number(gas("Coupons", "claim alone, of 1,000, after 100 coupons") - gas("Coupons", "claim alone, of 1,000"))};
* tax withheld from all 200 costs ${number(gas("Coupons", "push to 200 who hold the currency, with tax withheld") - gas("Coupons", "push to 200 who hold the currency"))} more for the chunk, one payee who cannot receive ${number(gas("Coupons", "push to 200 of whom one cannot receive") - gas("Coupons", "push to 200 who hold the currency"))} more.

## Where a line is missed
What no code can save is the sum of what the EVM asks for the transaction, its calldata, each word that is read for the first
time or written, and each event that a standard names.

* **Redeem by holder**: 21,000 the transaction, 472 its calldata, 4,200 two words read, 5,800 the same two written, 4,024 two
  events: 35,496. The line leaves 504 gas to find the function, read its arguments and ask every rule; ours takes
  ${number(gas("Gas", "redeem by holder") - 35496)}, and finding the function alone is 22 gas for each of those before it.
* **transferByPartition, another, first**: 21,000 and 1,040 likewise, 14,700 seven words read, 25,800 three written of which one
  begins, 5,167 two events: 67,707. The line leaves 3,293, ours takes ${number(gas("Gas", "transferByPartition, another, first") - 67707)}: the rules of a transfer within the default
  partition take ${number(gas("Gas", "transfer, both hold already") - 37528)} by the same count, and three more words must be found here. Keeping the flags of the whole token in
  each partition's word too would save one read of 2,100 and make a pause write every partition, against a line of 30,000
  that it meets by ${number(30000 - gas("Gas", "pause"))}.
* **A token's first recovery** notes in the word of the whole token that there was one, once and for good: ${number(gas("Desk", "wallet recovery: a token's first, units in one partition, frozen, held, locked") - gas("Desk", "wallet recovery: units in one partition, frozen, held, locked"))} more than any
  later one, which meets the line. From then on whoever acts for a holder is looked up, so that no recovered wallet does: a
  \`transferFrom\` costs ${number(gas("Gas", "transferFrom, in a token that had a recovery"))}, of which 2,100 are the spender's word. Without that note it would cost so much in every token.
* **Recovery from two partitions**: each further partition has a word of the lost wallet to empty and one of the new wallet to
  begin (22,100), two events by the standards and three reads: ${number(gas("Desk", "wallet recovery: units in two partitions, frozen, held, locked") - gas("Desk", "wallet recovery: a token's first, units in one partition, frozen, held, locked"))}. It is measured as a token's first.
`;

const file = join(folder, "README.md");
if (!process.argv.includes("--check")) writeFileSync(file, text);
else if (readFileSync(file, "utf8") !== text) {
  console.error(`not what was measured (run node gas.mjs and commit): ${file}`);
  process.exit(1);
}
