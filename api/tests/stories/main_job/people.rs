//! Step 3: investors apply, prove who they are, are screened, decided and registered on the chain.

use super::House;
use crate::market::Holder;
use crate::office::{Profile, codes, load};
use crate::stage::Person;
use compliance::credential::SigningKey;
use domain::party::{Role, WalletAddress};
use serde_json::json;

/// Days that the credential of the one who lapses holds.
pub(super) const LAPSES_AFTER: i64 = 3;
/// Days that every other one holds.
const HOLDS: i64 = 400;

/// An investor of the story.
pub(crate) struct Investor {
    /// The account.
    pub(super) person: Person,
    /// Their managed wallet.
    pub(super) wallet: WalletAddress,
    id: String,
}

impl Investor {
    /// As the tools of the market know them.
    pub(super) fn key(&self, house: &House) -> [u8; 32] {
        let (person, wallet) = (house.office.stage.person("nobody", Role::Investor), self.wallet);
        house.office.stage.key_of(&Holder { person, id: self.id.parse().unwrap(), wallet })
    }
}

impl House {
    /// Five people of three countries: the last one's credential ends soon.
    pub(super) fn investors_are_onboarded(&self) -> [Investor; 5] {
        let people = [
            ("anna", "Anna Schmidt", "DE", HOLDS),
            ("ben", "Ben de Vries", "NL", HOLDS),
            ("carla", "Carla Weber", "DE", HOLDS),
            ("usa", "Usha Adams", "US", HOLDS),
            ("lapsing", "Leo Kurz", "DE", LAPSES_AFTER),
        ];
        let mut seed = 10;
        people.map(|(login, name, country, days)| {
            seed += 1;
            self.investor((login, seed), &Profile { name, born: "1980-02-29", country }, days)
        })
    }

    fn investor(&self, (login, seed): (&str, u8), of: &Profile<'_>, days: i64) -> Investor {
        let office = &self.office;
        let person = office.stage.person(login, Role::Investor);
        let applied = person.post("/v1/investors", &crate::office::profile(of)).expect(201);
        let id = applied["id"].as_str().unwrap().to_owned();
        person.post("/v1/wallets", &json!({ "managed": true })).expect(201);
        // A stranger's presentation of the same credential is refused before the holder's own is accepted.
        let holder = SigningKey::ed25519(&[seed; 32]).unwrap();
        let thief = SigningKey::ed25519(&[99; 32]).unwrap();
        let credential = office.credential(of, &holder, days);
        let stolen = office.presentation(&person, &thief, credential.clone());
        let refused = person.post("/v1/presentations", &stolen).expect(201);
        assert_eq!((&refused["accepted"], codes(&refused)), (&json!(false), vec!["SUBJECT_NOT_HOLDER"]));
        let own = office.presentation(&person, &holder, credential);
        assert_eq!(person.post("/v1/presentations", &own).expect(201)["accepted"], true);
        let again = person.post("/v1/presentations", &own).expect(201);
        assert_eq!(again["accepted"], false, "a nonce counts once");
        office.decide(&id, "approve");
        office.wait_registered(&person, 1);
        let wallet = person.get("/v1/wallets").expect(200)[0]["address"].as_str().unwrap().parse().unwrap();
        let identity = office.identity(&format!("{wallet}")).expect("the registry on the chain has them");
        assert_eq!(identity.country.code(), of.country);
        Investor { person, wallet, id }
    }

    /// A name that is on the list comes with its hits, and the officer says no with a reason.
    pub(super) fn namesake_of_the_sanctioned_is_rejected(&self) {
        load(&self.office.officer, crate::office::LIST).expect(200);
        let of = Profile { name: "Merai Zoghbi", born: "1960-04-04", country: "DE" };
        let (person, id) = self.office.applicant("merai", &of, 77);
        let case = self.office.open_case(&id).unwrap();
        let evidence = self.office.officer.get(&format!("/v1/cases/{case}")).expect(200);
        assert_eq!(evidence["hits"][0]["name"], "Merai Zoghbi", "{evidence}");
        assert!(!evidence["hits"][0]["why"].is_null(), "{evidence}");
        self.office.decide(&id, "reject");
        let standing = person.get("/v1/investors/current").expect(200);
        assert_eq!((&standing["status"], &standing["registered"]), (&json!("rejected"), &json!(false)));
    }
}
