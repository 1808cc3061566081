#!/usr/bin/env bash
# Asks a chain everything that a user of cast asks, and sends: test/cast.sh <rpc url> <funded key>.
set -euo pipefail
cd "$(dirname "$0")/.."
url=$1
key=$2
cast() { ETH_RPC_URL=$url node_modules/@foundry-rs/cast-*/bin/cast "$@"; }
is() { [ "$2" = "$3" ] || { echo "cast: $1 is $2, not $3" >&2; exit 1; }; }
me=$(cast wallet address --private-key "$key")
friend=0x00000000000000000000000000000000000f0e1d

id=$(cast chain-id)
[ "$id" -gt 0 ]
block=$(cast block-number)
is "the block's own number" "$(cast block "$block" --field number)" "$block"
[ "$(cast balance "$me")" != 0 ]
[ "$(cast gas-price)" -gt 0 ]
nonce=$(cast nonce "$me")
before=$(cast balance "$friend")
is "the gas of a plain payment" "$(cast estimate "$friend" --from "$me" --value 1)" 21000

# A signed transaction sent as it is, and its receipt.
raw=$(cast mktx --private-key "$key" "$friend" --value 7)
hash=$(cast publish --async "$raw")
is "the receipt's status" "$(cast receipt "$hash" status)" true
is "the friend's balance" $(($(cast balance "$friend") - before)) 7
is "the nonce" "$(cast nonce "$me")" $((nonce + 1))

# A contract: its code, its storage, a call, a log.
code=$(node -p 'JSON.parse(require("fs").readFileSync("artifacts/PaymentToken.json")).bytecode')
arguments=$(cast abi-encode "f(string,string,address)" Euro EUR "$me")
hash=$(cast publish --async "$(cast mktx --private-key "$key" --create "$code${arguments:2}")")
token=$(cast receipt "$hash" contractAddress)
is "the code on chain" "$(cast code "$token")" "$(node -p 'JSON.parse(require("fs").readFileSync("artifacts/PaymentToken.json")).deployedBytecode')"
is "the administrator in storage" "$(cast storage "$token" 0 | cut -c27-)" "$(echo "${me:2}" | tr A-F a-f)"
is "the name" "$(cast call "$token" "name()(string)")" '"Euro"'
hash=$(cast send --async --private-key "$key" "$token" "grantRoles(address,uint256)" "$me" 1)
cast receipt "$hash" status >/dev/null
is "the logs of a grant" "$(cast logs --from-block "$block" --address "$token" "RolesChanged(address indexed,uint256)" | grep -c transactionHash)" 1
echo "cast on chain $id: answered"
