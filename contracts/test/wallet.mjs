// Reads the register and makes a transfer with viem alone, as others would: node test/wallet.mjs <rpc url> <funded key>.
// Deploys the committed artifacts first, so that any chain will do.
import { readFileSync } from "node:fs";
import assert from "node:assert/strict";
import { createPublicClient, createWalletClient, defineChain, http, stringToHex, BaseError, ContractFunctionRevertedError } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";

const [url, key] = process.argv.slice(2);
assert(url && key, "usage: node test/wallet.mjs <rpc url> <funded key>");
const transport = http(url);
const id = await createPublicClient({ transport }).getChainId();
const chain = defineChain({ id, name: "under test", nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 }, rpcUrls: { default: { http: [url] } } });
const reader = createPublicClient({ chain, transport, pollingInterval: 100 });
const office = createWalletClient({ chain, transport, account: privateKeyToAccount(key) });
const anna = createWalletClient({ chain, transport, account: privateKeyToAccount(generatePrivateKey()) });
const ben = privateKeyToAccount(generatePrivateKey()).address;
const artifact = (name) => JSON.parse(readFileSync(new URL(`../artifacts/${name}.json`, import.meta.url), "utf8"));

async function landed(hash) {
  const receipt = await reader.waitForTransactionReceipt({ hash });
  assert.equal(receipt.status, "success", hash);
  return receipt;
}
async function deploy(name, args) {
  const { abi, bytecode } = artifact(name);
  const receipt = await landed(await office.deployContract({ abi, bytecode, args }));
  return { abi, address: receipt.contractAddress };
}
const write = async (wallet, contract, functionName, args) => landed(await wallet.writeContract({ ...contract, functionName, args }));
const read = (contract, functionName, args = []) => reader.readContract({ ...contract, functionName, args });

const SENIOR = stringToHex("SENIOR", { size: 32 });
const me = office.account.address;
const registry = await deploy("IdentityRegistry", [me]);
const backOffice = await deploy("SecurityTokenBackOffice", []);
const terms = { partition: SENIOR, authorised: 1_000_000n, capBps: 0, holderLimit: 0, classMask: 0x7f, lockedUntil: 0, countryMask: 2n ** 250n - 2n };
const config = { name: "Pool", symbol: "POOL", decimals: 0, admin: me, registry: registry.address, backOffice: backOffice.address, partitions: [terms] };
const token = await deploy("SecurityToken", [config]);
await write(office, registry, "grantRoles", [me, 4n]);
await write(office, registry, "listToken", [token.address]);
await write(office, token, "grantRoles", [me, 1n]);
const validUntil = 4_000_000_000;
// Number, validity, country and class at their places in one word.
const identity = (number) => (number << 64n) | (BigInt(validUntil) << 128n) | (57n << 168n);
const wallets = [anna.account.address, ben];
await write(office, registry, "registerBatch", [stringToHex("op", { size: 32 }), wallets, [identity(1n), identity(2n)]]);
await write(office, token, "issue", [anna.account.address, 100n, "0x"]);
await landed(await office.sendTransaction({ to: anna.account.address, value: 10n ** 17n }));

assert.deepEqual(await read(token, "canTransferByPartition", [anna.account.address, ben, SENIOR, 101n, "0x"]).then((verdict) => verdict[0]), "0x52");
const receipt = await write(anna, token, "transfer", [ben, 40n]);
assert.equal(await read(token, "balanceOfByPartition", [SENIOR, anna.account.address]), 60n);
assert.equal(await read(token, "balanceOf", [ben]), 40n);
assert.deepEqual(await read(token, "partitionsOf", [ben]), [SENIOR]);
const moved = await reader.getContractEvents({ ...token, eventName: "Transfer", fromBlock: receipt.blockNumber, toBlock: receipt.blockNumber });
assert.deepEqual(moved.map(({ transactionHash }) => transactionHash), [receipt.transactionHash]);
const refused = await reader
  .simulateContract({ ...token, functionName: "transfer", args: [ben, 61n], account: anna.account })
  .then(() => null, (error) => (error instanceof BaseError ? error.walk((cause) => cause instanceof ContractFunctionRevertedError) : null));
assert.equal(refused?.data?.errorName, "TransferRefused", "a refusal is read by its name");
assert.equal(refused.data.args[0], "0x52");
console.log(`viem on chain ${id}: ${await read(token, "name")}: 40 units moved in block ${receipt.blockNumber}`);
