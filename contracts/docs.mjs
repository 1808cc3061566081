// Writes docs/contracts/: a page for each contract from its NatSpec, and one that draws storage words and calls.
// Reads forge's output (`forge build`) and the comments over the packed words; `--check` compares instead.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const pages = join(here, "..", "docs", "contracts");
const names = readdirSync(join(here, "artifacts")).map((file) => file.replace(".json", "")).sort();
const compiled = (name) => {
  const output = JSON.parse(readFileSync(join(here, "out", `${name}.sol`, `${name}.json`), "utf8"));
  // What forge has parsed is without the titles.
  return { ...output, metadata: JSON.parse(output.rawMetadata) };
};
const said = (text) => (text ? `${text.trim().replaceAll(/\s+/g, " ")}\n` : "");

// `(bytes32 partition, address to)`; a struct shows its name, its fields stand in the source.
const typed = ({ type, internalType, name, indexed }) =>
  [internalType?.startsWith("struct") ? internalType.replace(/^struct (\w+\.)?/, "") : type, indexed && "indexed", name]
    .filter(Boolean).join(" ");
const list = (parameters) => `(${parameters.map(typed).join(", ")})`;
const canonical = ({ type, components }) =>
  type.startsWith("tuple") ? `(${components.map(canonical)})${type.slice(5)}` : type;
const signature = ({ name, inputs }) => `${name}(${inputs.map(canonical)})`;

function heading({ type, name, inputs, outputs, stateMutability }) {
  if (type !== "function") return `\`${name}${list(inputs)}\``;
  const kind = ["view", "pure"].includes(stateMutability) ? ` ${stateMutability}` : "";
  return `\`${name}${list(inputs)}${kind}${outputs.length ? ` returns ${list(outputs)}` : ""}\``;
}

// What NatSpec says of one member: notice, details, parameters and returns.
function entry(member, { devdoc, userdoc }) {
  const kinds = { function: "methods", event: "events", error: "errors" };
  const of = (doc) => [doc[kinds[member.type]]?.[signature(member)] ?? {}].flat()[0];
  const [dev, user] = [of(devdoc), of(userdoc)];
  const values = Object.entries({ ...dev.params, ...dev.returns }).map(([name, text]) => `* \`${name}\`: ${said(text)}`);
  const text = [said(user.notice), said(dev.details), values.join("")].filter(Boolean).join("\n");
  return `### ${heading(member)}\n${text ? `\n${text}` : ""}`;
}

function page(name) {
  const { abi, metadata } = compiled(name);
  const doc = metadata.output;
  const of = (type) => abi.filter((member) => member.type === type).sort((a, b) => (signature(a) < signature(b) ? -1 : 1));
  const section = (title, members) => (members.length ? `\n## ${title}\n\n${members.map((one) => entry(one, doc)).join("\n")}` : "");
  const changes = of("function").filter(({ stateMutability }) => !["view", "pure"].includes(stateMutability));
  const asks = of("function").filter((member) => !changes.includes(member));
  return `# ${name}\n${said(doc.devdoc.title)}\n${[said(doc.userdoc.notice), said(doc.devdoc.details)].filter(Boolean).join("\n")}`
    + section("Calls", changes) + section("Questions", asks) + section("Events", of("event")) + section("Errors", of("error"));
}

// The comment over each `type X is uint256;`, as it stands in the source.
function words() {
  const folders = ["src", "src/token"];
  const files = folders.flatMap((folder) => readdirSync(join(here, folder)).filter((file) => file.endsWith(".sol")).map((file) => join(folder, file)));
  return files.sort().flatMap((file) => {
    const source = readFileSync(join(here, file), "utf8");
    return [...source.matchAll(/((?:^\/\/\/.*\n)+)type (\w+) is uint256;/gm)].map(([, comment, word]) => {
      const lines = comment.trimEnd().split("\n").map((line) => line.replace(/^\/\/\/ ?/, ""));
      const start = lines.findIndex((line) => line.startsWith("@dev"));
      const drawing = lines.slice(start).map((line) => line.replace(/^@dev /, "     "));
      return `### ${word}\n\n${said(lines.slice(0, start).join(" ").replace("@notice ", ""))}\n\`\`\`\n${drawing.join("\n")}\n\`\`\`\n`;
    });
  }).join("\n");
}

// The storage of a contract as the compiler lays it out.
function storage(name) {
  const { storageLayout: { storage: places, types } } = compiled(name);
  if (!places.length) return "";
  const rows = places.map(({ slot, offset, label, type }) =>
    `| ${slot} | ${offset * 8}..${offset * 8 + Math.min(Number(types[type].numberOfBytes), 32) * 8 - 1} | \`${label}\` | \`${types[type].label}\` |`);
  return `### ${name}\n\n| slot | bits | name | type |\n|--:|---|---|---|\n${rows.join("\n")}\n`;
}

// Which code answers a call to a token: its own, or that behind its fallback.
function answered() {
  // The token first, then what stands behind its fallback.
  const rows = names.filter((name) => name.startsWith("SecurityToken") && name !== "SecurityTokenClone").map((name) => {
    const functions = Object.keys(compiled(name).methodIdentifiers).map((one) => one.split("(")[0]);
    return `| [${name}](${name}.md) | ${[...new Set(functions)].sort().map((one) => `\`${one}\``).join(" ")} |`;
  });
  return `| code | answers |\n|---|---|\n${rows.join("\n")}\n`;
}

const CALLS = `\`\`\`
 holders, operators, roles                         payer's job, holders          seller, buyer
      │ every call                                       │                            │
      ▼                                                  ▼                            ▼
 SecurityToken ── copyTo, wordOf, walletsOf ──┐     CouponPayer            DeliveryVersusPayment
      │ fallback: delegatecall, on the        │          │ transfer                   │ operatorTransferByPartition
      │ token's own storage                   ▼          ▼                            │   of the token, and
      ▼                               IdentityRegistry  payment token ◄───────────────┘ transferFrom of the money
 SecurityTokenDesk                            │
      │ fallback: delegatecall                │ identityChanged, to every token with a copy,
      ▼                                       │ in the transaction of the change
 SecurityTokenBackOffice                      └──► SecurityToken
      │ fallback: delegatecall
      ▼
 SecurityTokenArchive
      │ fallback: delegatecall
      ▼
 SecurityTokenGateway

 Timelock ── what was announced, after its delay ──► any of them      SuiteFactory ── CREATE2 ──► all of them
\`\`\`

A transfer between wallets with copies calls no other contract. The registry is asked for a wallet without a copy, and for
the other wallets of an owner who has several. Holders' code is never called.

A clone (\`SecurityTokenClone\`) is 45 bytes in front of all this: it runs the code of its model, a \`SecurityToken\`, on its
own storage.
`;

const drawing = `# Storage words and calls

## Calls

${CALLS}
## Which code answers a call to a token

${answered()}
## Packed words

${words()}
## Storage

A token's implementations share the layout of \`SecurityToken\`.

${names.filter((name) => !/^SecurityToken./.test(name)).map(storage).filter(Boolean).join("\n")}`;

const index = `# The contracts

Written by \`node docs.mjs\` from the NatSpec of \`contracts/src\`; the check compares.
What each role can do at worst: [SECURITY.md](../../contracts/SECURITY.md). [Storage words and calls](words-and-calls.md).

| contract | what it is |
|---|---|
${names.map((name) => `| [${name}](${name}.md) | ${said(compiled(name).metadata.output.devdoc.title).trim()} |`).join("\n")}
`;

const written = { "README.md": index, "words-and-calls.md": drawing };
for (const name of names) written[`${name}.md`] = page(name);
mkdirSync(pages, { recursive: true });
const read = (file) => { try { return readFileSync(join(pages, file), "utf8"); } catch { return ""; } };
const stale = Object.keys(written).filter((file) => read(file) !== written[file])
  .concat(readdirSync(pages).filter((file) => !(file in written)));
if (!process.argv.includes("--check")) {
  for (const [file, text] of Object.entries(written)) writeFileSync(join(pages, file), text);
} else if (stale.length) {
  console.error(`docs/contracts is not what the sources say (run node docs.mjs and commit): ${stale.join(", ")}`);
  process.exit(1);
}
