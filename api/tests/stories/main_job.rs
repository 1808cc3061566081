//! The main job from top to bottom, through HTTP alone: real invoices and a rent roll become tokens, people prove who
//! they are, buy, transfer, and are paid; the supervisor reads it all, and a year passes by itself.

mod assets;
mod market;
mod money;
mod people;

use crate::office::Office;
use crate::stage::Person;
use domain::party::Role;
use people::Investor;

/// The house of the story, and who acts in it.
pub(crate) struct House {
    /// The officer's desk, with the stage and the provider of credentials.
    pub(crate) office: Office,
    /// Brings the assets.
    pub(crate) issuer: Person,
    /// Moves the clock and reconciles.
    pub(crate) operator: Person,
    /// Reads.
    pub(crate) regulator: Person,
}

/// A pool on the chain, by the ids of the API.
pub(crate) struct Pool {
    /// The pool.
    pub(crate) id: String,
    /// The partition that is paid first.
    pub(crate) senior: String,
    /// The partition that is paid last.
    pub(crate) junior: String,
    /// The address of the token.
    pub(crate) token: String,
}

impl House {
    fn open() -> Self {
        let office = Office::open();
        let issuer = office.stage.person("nord", Role::Issuer);
        let operator = office.stage.person("operator", Role::Operator);
        let regulator = office.stage.person("regulator", Role::Regulator);
        Self { office, issuer, operator, regulator }
    }

    fn tell(&self, step: &str) {
        println!("{} {step}", self.office.now().format("%Y-%m-%d"));
    }
}

#[test]
pub(crate) fn invoices_and_rents_become_tokens_and_their_holders_are_paid() {
    let house = House::open();
    house.tell("1. papers come in: good rows are taken once, bad ones are named, a second pledge is refused");
    house.documents_are_judged_as_their_labels_say();
    house.invoices_come_in();
    let property = house.rent_roll_comes_in();

    house.tell("2. two pools become tokens, with a review first");
    let trade = house.receivables_become_a_token();
    let rents = house.property_becomes_a_token(&property);

    house.tell("3. investors prove who they are, are screened and decided");
    let everybody = house.investors_are_onboarded();
    let [anna, ben, carla, usa, lapsing] = &everybody;
    house.namesake_of_the_sanctioned_is_rejected();

    house.tell("4. they subscribe, the issuer allocates, a job mints, the register fills");
    let buyers = [anna, ben, carla];
    house.cap_is_seen_before_the_order(&trade, anna);
    house.junior_is_sold_to_three(&trade, &buyers);
    house.senior_is_sold(&trade, &[(anna, 50_000), (ben, 30_000), (lapsing, 100)]);
    house.rental_is_sold(&rents, &buyers);

    house.tell("5. transfers settle or are refused, by the engine and by the contract");
    house.credential_lapses(lapsing);
    house.transfer_settles(&trade, (anna, ben), 20_000);
    house.transfers_are_refused_with_every_reason(&trade, (anna, ben), (usa, lapsing));

    house.tell("6. cash comes in, a coupon is declared, the books close, everybody is paid to the cent");
    house.cash_comes_in(&trade, &rents);
    house.coupon_of_12_345_67_is_paid_to_333_333_and_334_units(&trade, &buyers);

    house.tell("7. the regulator takes register and decisions away");
    house.register_is_read_as_of_a_date(&trade);
    house.decisions_are_read();

    house.tell("8. a year passes by itself");
    house.year_passes(&trade, &rents);
    house.tell("the end");
}

/// The wallets of investors in the order of who holds most is not known; this is the order of the story.
fn wallets(investors: &[&Investor]) -> Vec<String> {
    investors.iter().map(|investor| investor.wallet.to_string()).collect()
}
