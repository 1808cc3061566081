//! One score for two names, from weighted features; integers throughout, so that it is the same on every machine.

use super::{
    align::{self, Pair},
    features::{self, FEATURES},
    name::{Kind, Name},
};

/// The score from which a pair of names is a match, in thousandths: the best balance of missed and false matches on
/// hand-labelled pairs.
pub const THRESHOLD: i32 = 600;
/// The score from which a customer is a hit. Higher than for a pair, because a customer is laid beside every name of
/// every list, and each is a chance for a false one.
pub const HIT_THRESHOLD: i32 = 700;
/// The highest score.
pub const FULL: i32 = 1_000;

/// What a feature of 1,000 adds, in thousandths of a logit, and the base that is added once. Fitted by logistic
/// regression on labelled pairs: aliases and near namesakes of the OFAC list, original scripts of the UN list, and
/// hand-labelled cases; half of the pairs were held out to see that the weights carry over.
pub(crate) struct Model {
    pub(crate) weights: [i32; FEATURES],
    pub(crate) base: i32,
}

const PERSON: Model =
    Model { weights: [-1_940, -650, -2_110, -240, 2_250, -5_760, -440, -820, 3_970, -940, 160, 0, -250, 30, -1_550, -400], base: 2_030 };
const ORGANIZATION: Model =
    Model { weights: [1_050, 1_050, -880, -110, 1_260, -2_720, 50, -230, 430, 2_380, -440, 3_970, 780, 120, -800, -920], base: -780 };

pub(crate) const fn model(kind: Kind) -> &'static Model {
    match kind {
        Kind::Person => &PERSON,
        Kind::Organization | Kind::Vessel => &ORGANIZATION,
    }
}

/// Two names laid side by side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Comparison {
    pub(crate) pairs: Vec<Pair>,
    pub(crate) features: [i32; FEATURES],
    /// 0 to [`FULL`].
    pub(crate) score: i32,
}

/// Compares two names of the same kind.
pub(crate) fn compare(left: &Name, right: &Name) -> Comparison {
    let pairs = align::align(left, right);
    let features = features::features(left, right, &pairs);
    let score = if left.tokens.is_empty() || right.tokens.is_empty() {
        0
    } else if left.tokens == right.tokens {
        FULL
    } else {
        probability(logit(&features, left.kind))
    };
    Comparison { pairs, features, score }
}

pub(crate) fn logit(features: &[i32; FEATURES], kind: Kind) -> i32 {
    let model = model(kind);
    let sum: i32 = features.iter().zip(&model.weights).map(|(feature, weight)| feature * weight / FULL).sum();
    model.base + sum
}

/// The highest probability with the features that are known before the comparison, when the others are as favourable
/// as they can be: words turned around or spelt otherwise never help, names run together and numbers may.
pub(crate) fn best_probability(known: &[i32; FEATURES], kind: Kind) -> i32 {
    let open = [features::ONE_TOKEN, features::RUN_TOGETHER, features::NUMBER, features::EXACT, features::COMMON];
    let favourable: i32 = open.iter().map(|at| model(kind).weights[*at].max(0)).sum();
    probability(logit(known, kind) + favourable)
}

/// The logistic function in thousandths, by straight lines between its values at every half logit.
pub(crate) fn probability(logit: i32) -> i32 {
    const STEP: i32 = 500;
    const VALUES: [i32; 14] = [500, 622, 731, 818, 881, 924, 953, 971, 982, 989, 993, 996, 998, 999];
    let size = logit.abs();
    let at = usize::try_from(size / STEP).unwrap_or(usize::MAX);
    let upper = match (VALUES.get(at), VALUES.get(at.saturating_add(1))) {
        (Some(low), Some(high)) => low + (high - low) * (size % STEP) / STEP,
        _ => 999,
    };
    if logit < 0 { FULL - upper } else { upper }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(kind: Kind, a: &str, b: &str) -> i32 {
        let (a, b) = (Name::parse(a, kind), Name::parse(b, kind));
        let score = compare(&a, &b).score;
        assert_eq!(score, compare(&b, &a).score, "the order of the two does not matter");
        score
    }

    #[test]
    fn the_same_person_written_another_way_is_a_match() {
        for (a, b) in [
            ("REHMATULLAH, Shahid Mahmood", "Shahid Mahmood Rehmatullah"),
            ("Vladimir Vladimirovich Putin", "Владимир Путин"),
            ("Abd al-Rahman al-Faqih", "Abdurrahman Alfaqih"),
            ("Mohamed bin Salman", "محمد بن سلمان"),
            ("J.-C. Juncker", "Jean-Claude Juncker"),
            ("Gholamreza Mahmoudi", "MAHMOUDI, Ghulam Reza"),
        ] {
            assert!(score(Kind::Person, a, b) >= THRESHOLD, "{a} / {b}: {}", score(Kind::Person, a, b));
        }
    }

    #[test]
    fn another_person_with_one_name_in_common_is_none() {
        for (a, b) in [
            ("POPOV, Dimitri Igorevich", "KOZHIN, Vladimir Igorevich"),
            ("Fernando Castro", "Fidel Castro"),
            ("Muhammad Ali", "Muhammad Omar"),
            ("Bashar al-Assad", "Hafez al-Assad"),
            ("Anna", ""),
        ] {
            assert!(score(Kind::Person, a, b) < THRESHOLD, "{a} / {b}: {}", score(Kind::Person, a, b));
        }
    }

    #[test]
    fn organisation_types_and_generic_words_are_no_evidence() {
        for (a, b) in [
            ("CORP", "ACME CORP"),
            ("Trading Company Ltd", "AL-NOOR TRADING COMPANY LTD"),
            ("General Trading LLC", "Zarya General Trading LLC"),
        ] {
            let score = score(Kind::Organization, a, b);
            assert!(score < THRESHOLD, "{a} / {b}: {score}");
        }
        for (a, b) in [
            ("Limited Liability Company Transoil", "TRANSOIL"),
            ("Daimler Aktiengesellschaft", "Daimler AG"),
            ("PricewaterhouseCoopers LLP", "Pricewaterhouse Coopers LLP"),
        ] {
            let score = score(Kind::Organization, a, b);
            assert!(score >= THRESHOLD, "{a} / {b}: {score}");
        }
    }

    #[test]
    fn a_score_is_a_probability_in_thousandths() {
        let cases =
            [(0, 500), (500, 622), (-500, 378), (1_250, 774), (6_500, 999), (-100_000, 1), (100_000, 999)];
        for (logit, expected) in cases {
            assert_eq!(probability(logit), expected, "{logit}");
        }
    }
}
