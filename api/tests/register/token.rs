//! The contracts as they ship, in an EVM of their own.

use super::agent::AgentStep;
use super::chance::Dice;
use super::facts::Way;
use super::holds::{self, Caller, HoldStep};
use super::model::{PARTITIONS, Register, Tranche, units};
use super::operation::{By, Operation};
use super::rulebook::Rule;
use chrono::{DateTime, Utc};
use domain::party::WalletAddress;
use tokenizer::chain::calls::{
    self, ChainRole, Hold, Issue, Movement, RedemptionTerms, Registration, TokenPlan,
};
use tokenizer::chain::{BareChain, CallRefusal, ChainCall};

/// Has every role; who may do what is the contracts' own tests' matter.
const PLATFORM: WalletAddress = WalletAddress([0xaa; 20]);
/// Has none.
const NOBODY: WalletAddress = WalletAddress([0xbb; 20]);

/// `approve(address,uint256)` and `transferFrom(address,address,uint256)`.
const APPROVE: [u8; 4] = [0x09, 0x5e, 0xa7, 0xb3];
const TRANSFER_FROM: [u8; 4] = [0x23, 0xb8, 0x72, 0xdd];

/// More than all redemptions of a history cost.
const CASH: i64 = 1_000_000_000;

pub(crate) struct Token {
    pub(super) chain: BareChain,
    pub(super) token: WalletAddress,
    /// What redemptions are paid in.
    pub(super) cash: WalletAddress,
    registry: WalletAddress,
    pub(super) wallets: Vec<WalletAddress>,
    pub(super) tranches: Vec<domain::pool::PartitionName>,
}

impl Token {
    /// Registers the first owners and opens two partitions, here and in the register.
    pub(crate) fn deploy(dice: &mut Dice, register: &mut Register) -> Self {
        dice.people(register);
        register.tranches = PARTITIONS
            .map(|name| {
                let name: domain::pool::PartitionName = name.parse().unwrap();
                Tranche::new(name.clone(), dice.terms(name, 0))
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
        let cash = chain.deploy(PLATFORM, &calls::deploy_payment_token("Cash", "CASH", PLATFORM)).unwrap();
        let wallets = register.wallets.iter().map(|wallet| wallet.address).collect();
        let tranches = register.tranches.iter().map(|tranche| tranche.name.clone()).collect();
        let mut this = Self { chain, token, cash, registry, wallets, tranches };
        let roles = [ChainRole::Issuer, ChainRole::TransferAgent, ChainRole::Compliance, ChainRole::Pauser];
        this.must(&calls::grant_roles(token, PLATFORM, &roles));
        this.must(&calls::grant_roles(registry, PLATFORM, &roles));
        this.must(&calls::grant_roles(cash, PLATFORM, &roles));
        this.must(&calls::mint_cash(cash, [1; 32], PLATFORM, CASH));
        this.must(&calls::approve(cash, token, CASH));
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
    pub(crate) fn run(&mut self, register: &Register, operation: &Operation) -> Result<(), CallRefusal> {
        let (sender, call) = self.call(register, operation);
        self.chain.send(sender, &call).unwrap().map_err(|refusal| match refusal {
            CallRefusal::Contract { error, .. } => CallRefusal::Contract { error, detail: String::new() },
            other => other,
        })
    }

    /// The token's own verdict beforehand on what a holder does.
    pub(crate) fn judge(&mut self, partition: usize, way: Way, moved: i64) -> Result<(), CallRefusal> {
        let address = |wallet: Option<usize>| wallet.map(|wallet| self.wallets[wallet]);
        let ends = (address(way.from()), address(way.to()));
        let said = self.chain.judge(self.token, (&self.tranches[partition], units(moved)), ends);
        said.unwrap().map_err(CallRefusal::Rule)
    }

    /// A hold as the chain is told of it.
    pub(super) fn hold(&self, terms: &holds::Terms) -> Hold {
        let address = |wallet: Option<usize>| wallet.map(|wallet| self.wallets[wallet]);
        Hold {
            partition: self.tranches[terms.partition].clone(),
            holder: self.wallets[terms.holder],
            recipient: address(terms.recipient),
            notary: address(terms.notary),
            units: units(terms.units),
            expiry: terms.expiry,
            secret_hash: terms.secret.map(holds::secret_hash),
            salt: [terms.salt; 32],
        }
    }

    fn must(&mut self, call: &ChainCall) {
        self.chain.send(PLATFORM, call).unwrap().unwrap();
    }

    /// Who sends which call.
    fn call(&self, register: &Register, operation: &Operation) -> (WalletAddress, ChainCall) {
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
            Operation::Approve { holder, spender, units: allowed } => {
                let call = match allowed {
                    Some(allowed) => calls::approve(token, wallet(*spender), *allowed),
                    None => erc20(token, APPROVE, &[word(wallet(*spender)), [0xff; 32]]),
                };
                return (wallet(*holder), call);
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
            Operation::Rule(rule) => self.rule(rule),
            Operation::Hold(step) => return self.hold_step(register, step),
            Operation::Agent(step) => self.agent_step(step),
        };
        (PLATFORM, call)
    }

    fn rule(&self, rule: &Rule) -> ChainCall {
        let token = self.token;
        let name = |place: &usize| &self.tranches[*place];
        match rule {
            Rule::Limits { partition, limits } => calls::set_partition_limits(token, name(partition), limits),
            Rule::PoolCap { share, units: most } => calls::set_pool_cap(token, *share, most.map(units)),
            Rule::Release { partition, steps } => calls::set_release_schedule(token, name(partition), steps),
            Rule::Scheduled { partition, wallet, units: scheduled } => {
                let wallet = self.wallets[*wallet];
                calls::set_scheduled_units(token, name(partition), wallet, units(*scheduled))
            }
            Rule::CountOwners { partition, wallets } => {
                let wallets: Vec<_> = wallets.iter().map(|wallet| self.wallets[*wallet]).collect();
                calls::count_owners(token, name(partition), &wallets).unwrap()
            }
            Rule::CountryLimit { partition, country, limit } => {
                calls::set_country_limit(token, name(partition), *country, *limit)
            }
            Rule::ClassLimit { partition, class, limit } => {
                calls::set_class_limit(token, name(partition), *class, *limit)
            }
            Rule::SystemAccount { wallet, on } => {
                calls::set_system_account(token, self.wallets[*wallet], on.then_some([1; 32]))
            }
            Rule::LockWallet { wallet, until } => {
                calls::set_wallet_lock(token, self.wallets[*wallet], *until)
            }
            Rule::Cosign { partition, from, to, units: moved, deadline } => {
                let (from, to) = (self.wallets[*from], self.wallets[*to]);
                let movement = Movement { partition: name(partition), from, to, units: units(*moved) };
                calls::cosign(token, movement, *deadline)
            }
        }
    }

    fn hold_step(&self, register: &Register, step: &HoldStep) -> (WalletAddress, ChainCall) {
        let hold = self.hold(step.terms(register));
        let caller = |by: &Caller| match by {
            Caller::Wallet(place) => self.wallets[*place],
            Caller::Agent => PLATFORM,
        };
        match step {
            HoldStep::Create { by, .. } => (caller(by), calls::create_hold(self.token, &hold)),
            HoldStep::Execute { by, recipient, units: delivered, .. } => {
                let recipient = self.wallets[*recipient];
                (caller(by), calls::execute_hold(self.token, &hold, recipient, units(*delivered)))
            }
            HoldStep::ExecuteWithSecret { secret, .. } => {
                (NOBODY, calls::execute_hold_with_secret(self.token, &hold, [*secret; 32]))
            }
            HoldStep::Release { by, .. } => (caller(by), calls::release_hold(self.token, &hold)),
        }
    }

    fn agent_step(&self, step: &AgentStep) -> ChainCall {
        match step {
            AgentStep::Recover { lost, replacement } => {
                let (lost, replacement) = (self.wallets[*lost], self.wallets[*replacement]);
                calls::recover_wallet(self.token, lost, replacement, b"case")
            }
            AgentStep::ScheduleRecord(date) => calls::schedule_record_date(self.token, *date),
            AgentStep::RedeemAgainstPayment { id, terms, holder, units: redeemed } => {
                let on_chain = RedemptionTerms {
                    partition: self.tranches[terms.partition].clone(),
                    payment_token: self.cash,
                    price: terms.price.into(),
                    units: units(terms.units),
                    record: terms.record,
                    not_before: terms.not_before,
                    document_hash: [7; 32],
                };
                let holder = self.wallets[*holder];
                calls::redeem_against_payment(self.token, [*id; 32], &on_chain, holder, units(*redeemed))
            }
        }
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
            By::Spender(place) => {
                let mut amount = [0; 32];
                amount[24..].copy_from_slice(&moved.to_be_bytes());
                let arguments = [word(from), word(to), amount];
                (self.wallets[place], erc20(self.token, TRANSFER_FROM, &arguments))
            }
            By::Controller => (PLATFORM, calls::controller_transfer(self.token, movement, b"case")),
        }
    }

    fn redeem(&self, by: By, partition: usize, from: usize, redeemed: i64) -> (WalletAddress, ChainCall) {
        let (name, from, redeemed) = (&self.tranches[partition], self.wallets[from], units(redeemed));
        match by {
            By::Holder | By::Erc20 => (from, calls::redeem(self.token, name, redeemed)),
            By::Spender(place) => panic!("{place} redeems nothing by an allowance here"),
            By::Operator(place) => {
                (self.wallets[place], calls::operator_redeem(self.token, name, from, redeemed))
            }
            By::Controller => (PLATFORM, calls::controller_redeem(self.token, name, from, redeemed, b"case")),
        }
    }
}

/// A call of the ERC-20 that the platform itself never makes.
fn erc20(token: WalletAddress, function: [u8; 4], arguments: &[[u8; 32]]) -> ChainCall {
    let data = [function.as_slice(), arguments.as_flattened()].concat();
    ChainCall { to: Some(token), data, value_wei: 0 }
}

fn word(wallet: WalletAddress) -> [u8; 32] {
    let mut word = [0; 32];
    word[12..].copy_from_slice(&wallet.0);
    word
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
