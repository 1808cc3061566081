//! What a wallet is registered with, in one word of the chain: number, validity, country and class.
//!
//! The bits are those of `IdentityWord.sol`: 64..127 the number, 128..167 the second from which the approval no longer
//! holds, 168..175 the country, 176..183 the class.

use alloy::primitives::U256;
use domain::{Country, party::InvestorClass};

/// The word of a registration.
pub(super) fn pack(identity: u64, valid_until: u64, country: Country, class: InvestorClass) -> U256 {
    let valid_until = valid_until.min(LAST_SECOND);
    U256::from(identity) << 64
        | U256::from(valid_until) << 128
        | U256::from(country.index()) << 168
        | U256::from(class.number()) << 176
}

/// Second, country and class of a word; `None` for a country or class that nobody has.
pub(super) fn profile(word: U256) -> Option<(u64, Country, InvestorClass)> {
    let valid_until = field(word, 128, LAST_SECOND);
    let country = u8::try_from(field(word, 168, 0xff)).ok()?;
    let class = usize::try_from(field(word, 176, 0xff)).ok()?;
    Some((valid_until, Country::from_index(country)?, *InvestorClass::ALL.get(class)?))
}

/// A moment has 40 bits.
const LAST_SECOND: u64 = (1 << 40) - 1;

fn field(word: U256, place: usize, mask: u64) -> u64 {
    (word >> place & U256::from(mask)).saturating_to()
}

#[cfg(test)]
mod tests {
    use super::{InvestorClass, U256, pack, profile};
    use domain::Country;

    #[test]
    fn the_word_is_the_one_that_the_contract_reads() {
        let germany = Country::from_index(57).unwrap();
        let class = InvestorClass::ALL[3];
        let word = pack(9, 1_798_761_600, germany, class);
        assert_eq!(word.to_string(), "308669757891141470818962277590929403111308484195385344");
        assert_eq!(profile(word), Some((1_798_761_600, germany, class)));
        let flagged = word | U256::from(5) << 184 | U256::from(77);
        assert_eq!(profile(flagged), profile(word), "flags and units are no part of it");
    }

    #[test]
    fn a_validity_beyond_the_bits_is_the_last_second_and_nobody_is_of_an_unknown_class() {
        let somewhere = Country::from_index(249).unwrap();
        let word = pack(u64::MAX, u64::MAX, somewhere, InvestorClass::ALL[0]);
        assert_eq!(profile(word), Some(((1 << 40) - 1, somewhere, InvestorClass::ALL[0])));
        assert_eq!(profile(word | U256::from(7) << 176), None);
        assert_eq!(profile(U256::ZERO), None);
    }
}
