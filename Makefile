# The commands of the house. Each is one line that can also be typed by hand.

.PHONY: demo test crash fuzz flat flaws prove audit-contracts lint fmt bench

# The portal with living demo data; the address and the logins are printed.
demo:
	cargo run --release --locked -- demo

# Everything that can be checked, in the order in which it is cheapest to fail.
test:
	scripts/install-needed
	cargo fmt --all -- --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	scripts/install-contract-tools
	contracts/check.sh
	scripts/with-postgres scripts/test-rust

# A coupon run killed at 50 seeded writes and a mint at 16, and started again; takes minutes and needs strace.
# MUNIMENT_CRASH_POINTS asks for another number of points. Part of `make test`.
crash:
	cargo test -p muniment --test crash --locked -- --ignored --nocapture killed_at_any_write

# Whatever comes in as a credential; random histories of the contracts, eight times those of the check, and a million operations in Rust and in the EVM under a seed of the moment.
fuzz:
	compliance/fuzz.sh
	scripts/install-contract-tools
	contracts/fuzz.sh
	REGISTER_SEED=$$(date +%s) REGISTER_OPERATIONS=1000000 \
		cargo test -p muniment --test register --locked -- --nocapture

# What calls cost among 100,000 holders, documents and coupons: what they cost among ten, to the last unit of gas. Minutes.
flat:
	scripts/install-contract-tools
	contracts/flat.sh

# A flaw planted for each statement of the token's invariants, which they must find: 48 builds.
flaws:
	contracts/flaws.sh

# Forty properties of the contracts proved, and a planted flaw refuted for each; fetches halmos with pip.
prove:
	contracts/prove.sh

# Slither and forge's own linter; fetches Slither with pip.
audit-contracts:
	contracts/audit.sh

lint:
	cargo fmt --all -- --check
	cargo clippy --workspace --all-targets --locked -- -D warnings

fmt:
	cargo fmt --all

bench:
	cargo bench --workspace --locked
