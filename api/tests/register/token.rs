//! The contracts as they ship, in an EVM of their own.

use super::chance::Dice;
use super::model::{PARTITIONS, Register, Tranche, units};
use super::operation::{By, Operation};
use chrono::{DateTime, Utc};
use domain::party::WalletAddress;
use tokenizer::chain::calls::{self, ChainRole, Issue, Movement, Registration, TokenPlan};
use tokenizer::chain::{BareChain, CallRefusal, ChainCall, PartitionState};

/// Has every role; who may do what is the contracts' own tests' matter.
const PLATFORM: WalletAddress = WalletAddress([0xaa; 20]);
/// Has none.
const NOBODY: WalletAddress = WalletAddress([0xbb; 20]);

pub(crate) struct Token {
    chain: BareChain,
    token: WalletAddress,
    registry: WalletAddress,
    wallets: Vec<WalletAddress>,
    tranches: Vec<domain::pool::PartitionName>,
}

impl Token {
    /// Registers the first owners and opens two partitions, here and in the register.
    pub(crate) fn deploy(dice: &mut Dice, register: &mut Register) -> Self {
        dice.people(register);
        register.tranches = PARTITIONS
            .map(|name| {
                let name: domain::pool::PartitionName = name.parse().unwrap();
                Tranche { name: name.clone(), terms: dice.terms(name, 0), paused: false }
            })
            .into();
        let mut chain = BareChain::new(register.now);
        let registry = chain.deploy(PLATFORM, &calls::deploy_registry(PLATFORM)).unwrap();
        let back_office = chain.deploy(PLATFORM, &calls::deploy_back_office()).unwrap();
        let plan = TokenPlan {
            name: "Pool".to_owned(),
            symbol: "POOL".to_owned(),
            admin: PLATFORM,
            registry,
            back_office,
            partitions: register.tranches.iter().map(|tranche| tranche.terms.clone()).collect(),
        };
        let token = chain.deploy(PLATFORM, &calls::deploy_token(&plan)).unwrap();
        let wallets = register.wallets.iter().map(|wallet| wallet.address).collect();
        let tranches = register.tranches.iter().map(|tranche| tranche.name.clone()).collect();
        let mut this = Self { chain, token, registry, wallets, tranches };
        let roles = [ChainRole::Issuer, ChainRole::TransferAgent, ChainRole::Compliance, ChainRole::Pauser];
        this.must(&calls::grant_roles(token, PLATFORM, &roles));
        this.must(&calls::grant_roles(registry, PLATFORM, &roles));
        this.must(&calls::register(registry, [1; 32], &registrations(register)).unwrap());
        // A token that is not listed keeps no copies of identities and must answer the same.
        if dice.often() {
            this.must(&calls::list_token(registry, token));
        }
        this
    }

    pub(crate) fn time(&mut self, now: DateTime<Utc>) {
        self.chain.set_time(now);
    }

    /// Runs an operation. Errors that are no rules are given by their name alone.
    pub(crate) fn run(&mut self, operation: &Operation) -> Result<(), CallRefusal> {
        let (sender, call) = self.call(operation);
        self.chain.send(sender, &call).unwrap().map_err(|refusal| match refusal {
            CallRefusal::Contract { error, .. } => CallRefusal::Contract { error, detail: String::new() },
            other => other,
        })
    }

    /// Compares what an operation touched, or everything.
    pub(crate) fn compare(
        &mut self,
        register: &Register,
        everything: bool,
        operation: &Operation,
        context: impl Fn() -> String,
    ) {
        let (mut wallets, partition) = operation.touches();
        let mut partitions: Vec<usize> = partition.into_iter().collect();
        if everything {
            (wallets, partitions) = ((0..self.wallets.len()).collect(), vec![0, 1]);
        }
        for place in partitions {
            self.compare_partition(register, place, &wallets, &context);
        }
        for place in wallets {
            let (wallet, expected) = (self.wallets[place], &register.wallets[place]);
            let frozen = self.chain.frozen_units(self.token, wallet).unwrap().get();
            assert_eq!(frozen, expected.frozen_units, "frozen units of {place} after {}", context());
            if everything {
                let sum = self.chain.balance_of(self.token, wallet).unwrap().get();
                assert_eq!(
                    sum,
                    expected.units.iter().sum::<i64>(),
                    "all units of {place} after {}",
                    context()
                );
            }
        }
    }

    fn compare_partition(
        &mut self,
        register: &Register,
        place: usize,
        wallets: &[usize],
        context: impl Fn() -> String,
    ) {
        let tranche = &self.tranches[place];
        let rules = register.rules(place);
        let cap = register.tranches[place].terms.cap.map(|_| units(rules.cap_units()));
        let expected = PartitionState {
            supply: rules.outstanding,
            holders: rules.holders.try_into().unwrap(),
            cap: cap.filter(|cap| cap.get() != 0),
            paused: rules.paused,
        };
        let state = self.chain.partition_state(self.token, tranche).unwrap();
        assert_eq!(state, expected, "{tranche} after {}", context());
        for wallet in wallets {
            let held =
                self.chain.balance_of_by_partition(self.token, tranche, self.wallets[*wallet]).unwrap().get();
            let expected = register.wallets[*wallet].units[place];
            assert_eq!(held, expected, "units of {wallet} in {tranche} after {}", context());
        }
    }

    fn must(&mut self, call: &ChainCall) {
        self.chain.send(PLATFORM, call).unwrap().unwrap();
    }

    /// Who sends which call.
    fn call(&self, operation: &Operation) -> (WalletAddress, ChainCall) {
        let (token, registry) = (self.token, self.registry);
        let wallet = |place: usize| self.wallets[place];
        let name = |place: usize| &self.tranches[place];
        let call = match operation {
            Operation::Issue { partition, to, units: issued } => {
                calls::issue(token, name(*partition), Issue { to: wallet(*to), units: units(*issued) })
            }
            Operation::IssueByStranger { partition, to } => {
                let issue = Issue { to: wallet(*to), units: units(1) };
                return (NOBODY, calls::issue(token, name(*partition), issue));
            }
            Operation::IssueBatch { id, partition, issues } => {
                let issues: Vec<_> = issues
                    .iter()
                    .map(|(to, issued)| Issue { to: wallet(*to), units: units(*issued) })
                    .collect();
                calls::issue_batch(token, [*id; 32], name(*partition), &issues).unwrap()
            }
            Operation::Transfer { by, partition, from, to, units: moved } => {
                return self.transfer(*by, *partition, (*from, *to), *moved);
            }
            Operation::Redeem { by, partition, from, units: redeemed } => {
                return self.redeem(*by, *partition, *from, *redeemed);
            }
            Operation::SetOperator { partition, holder, operator, on } => {
                let set = if *on { calls::authorize_operator } else { calls::revoke_operator };
                return (wallet(*holder), set(token, name(*partition), wallet(*operator)));
            }
            Operation::Pause(on) => {
                if *on {
                    calls::pause(token)
                } else {
                    calls::unpause(token)
                }
            }
            Operation::PausePartition { partition, on } => {
                calls::set_partition_paused(token, name(*partition), *on)
            }
            Operation::FreezeWallet { wallet: frozen, on } => {
                calls::set_wallet_frozen(token, wallet(*frozen), *on)
            }
            Operation::FreezeUnits { wallet: frozen, units: number } => {
                calls::set_frozen_units(token, wallet(*frozen), units(*number))
            }
            Operation::FreezeOwner { wallet: of, on } => {
                calls::set_identity_frozen(registry, wallet(*of), *on)
            }
            Operation::SetValidUntil { wallet: of, until } => {
                calls::set_valid_until(registry, wallet(*of), *until)
            }
            Operation::SetProfile { wallet: of, country, class } => {
                calls::set_profile(registry, wallet(*of), *country, *class)
            }
            Operation::AddWallet { known, added } => {
                calls::add_wallet(registry, wallet(*known), wallet(*added))
            }
            Operation::RemoveWallet(removed) => calls::remove_wallet(registry, wallet(*removed)),
            Operation::SetTerms { terms, .. } => calls::set_partition_terms(token, terms),
            Operation::ClosePrimary => calls::close_primary(token),
            Operation::RenounceControl => calls::renounce_control(token),
        };
        (PLATFORM, call)
    }

    fn transfer(
        &self,
        by: By,
        partition: usize,
        (from, to): (usize, usize),
        moved: i64,
    ) -> (WalletAddress, ChainCall) {
        let (from, to) = (self.wallets[from], self.wallets[to]);
        let movement = Movement { partition: &self.tranches[partition], from, to, units: units(moved) };
        match by {
            By::Holder => (from, calls::transfer(self.token, movement)),
            By::Erc20 => (from, calls::transfer_cash(self.token, to, moved)),
            By::Operator(place) => (self.wallets[place], calls::operator_transfer(self.token, movement)),
            By::Controller => (PLATFORM, calls::controller_transfer(self.token, movement, b"case")),
        }
    }

    fn redeem(&self, by: By, partition: usize, from: usize, redeemed: i64) -> (WalletAddress, ChainCall) {
        let (name, from, redeemed) = (&self.tranches[partition], self.wallets[from], units(redeemed));
        match by {
            By::Holder | By::Erc20 => (from, calls::redeem(self.token, name, redeemed)),
            By::Operator(place) => {
                (self.wallets[place], calls::operator_redeem(self.token, name, from, redeemed))
            }
            By::Controller => (PLATFORM, calls::controller_redeem(self.token, name, from, redeemed, b"case")),
        }
    }
}

/// The wallets that have an owner from the start, one for each.
fn registrations(register: &Register) -> Vec<Registration> {
    let known = register.wallets.iter().filter_map(|wallet| Some((wallet, wallet.owner?)));
    known
        .map(|(wallet, place)| {
            let owner = &register.owners[place];
            Registration {
                wallet: wallet.address,
                identity: place as u64 + 1,
                country: owner.country,
                class: owner.class,
                valid_until: owner.valid_until,
            }
        })
        .collect()
}
