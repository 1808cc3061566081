// Compares the committed SecurityToken ABI with the texts of the standards, member by member:
// selectors, returns, mutability, event topics and indexed flags.
import { readFileSync } from "node:fs";

const standards = {
  "ERC-1410": `
function balanceOfByPartition(bytes32,address) view returns (uint256);
function partitionsOf(address) view returns (bytes32[]);
function transferByPartition(bytes32,address,uint256,bytes) returns (bytes32);
function operatorTransferByPartition(bytes32,address,address,uint256,bytes,bytes) returns (bytes32);
function canTransferByPartition(address,address,bytes32,uint256,bytes) view returns (bytes1,bytes32,bytes32);
function isOperator(address,address) view returns (bool);
function isOperatorForPartition(bytes32,address,address) view returns (bool);
function authorizeOperator(address);
function revokeOperator(address);
function authorizeOperatorByPartition(bytes32,address);
function revokeOperatorByPartition(bytes32,address);
function issueByPartition(bytes32,address,uint256,bytes);
function redeemByPartition(bytes32,uint256,bytes);
function operatorRedeemByPartition(bytes32,address,uint256,bytes,bytes);
event TransferByPartition(bytes32 indexed,address,address indexed,address indexed,uint256,bytes,bytes);
event AuthorizedOperator(address indexed,address indexed);
event RevokedOperator(address indexed,address indexed);
event AuthorizedOperatorByPartition(bytes32 indexed,address indexed,address indexed);
event RevokedOperatorByPartition(bytes32 indexed,address indexed,address indexed);
event IssuedByPartition(bytes32 indexed,address indexed,uint256,bytes);
event RedeemedByPartition(bytes32 indexed,address indexed,address indexed,uint256,bytes,bytes);
`,
  "ERC-1594": `
function transferWithData(address,uint256,bytes);
function transferFromWithData(address,address,uint256,bytes);
function isIssuable() view returns (bool);
function issue(address,uint256,bytes);
function redeem(uint256,bytes);
function redeemFrom(address,uint256,bytes);
function canTransfer(address,uint256,bytes) view returns (bytes1,bytes32);
function canTransferFrom(address,address,uint256,bytes) view returns (bytes1,bytes32);
event Issued(address indexed,address indexed,uint256,bytes);
event Redeemed(address indexed,address indexed,uint256,bytes);
`,
  "ERC-1643": `
function getDocument(bytes32) view returns (string,bytes32,uint256);
function setDocument(bytes32,string,bytes32);
function removeDocument(bytes32);
function getAllDocuments() view returns (bytes32[]);
event DocumentRemoved(bytes32 indexed,string,bytes32);
event DocumentUpdated(bytes32 indexed,string,bytes32);
`,
  "ERC-1644": `
function isControllable() view returns (bool);
function controllerTransfer(address,address,uint256,bytes,bytes);
function controllerRedeem(address,uint256,bytes,bytes);
event ControllerTransfer(address,address indexed,address indexed,uint256,bytes,bytes);
event ControllerRedemption(address,address indexed,uint256,bytes,bytes);
`,
  "ERC-7943": `
function forcedTransfer(address,address,uint256) returns (bool);
function setFrozenTokens(address,uint256) returns (bool);
function canSend(address) view returns (bool);
function canReceive(address) view returns (bool);
function getFrozenTokens(address) view returns (uint256);
function canTransfer(address,address,uint256) view returns (bool);
event ForcedTransfer(address indexed,address indexed,uint256);
event Frozen(address indexed,uint256);
`,
};

const artifact = JSON.parse(readFileSync(new URL("../artifacts/SecurityToken.json", import.meta.url), "utf8"));
const types = (list) => list.map((item) => item.type + (item.indexed ? " indexed" : "")).join(",");

function line(entry) {
  if (entry.type === "event") return `event ${entry.name}(${types(entry.inputs)});`;
  const view = entry.stateMutability === "nonpayable" ? "" : ` ${entry.stateMutability}`;
  const returns = entry.outputs.length ? ` returns (${types(entry.outputs)})` : "";
  return `function ${entry.name}(${types(entry.inputs)})${view}${returns};`;
}

const ours = new Set(artifact.abi.filter(({ type }) => type === "function" || type === "event").map(line));
let missing = 0;
for (const [standard, text] of Object.entries(standards)) {
  const members = text.trim().split("\n");
  const absent = members.filter((member) => !ours.has(member));
  console.log(`${standard}: ${members.length - absent.length} of ${members.length}`);
  for (const member of absent) console.error(`  missing: ${member}`);
  missing += absent.length;
}
process.exit(missing ? 1 : 0);
