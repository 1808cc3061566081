//! One score for two names, from weighted features; integers throughout, so that it is the same on every machine.

use super::{
    align::{self, Pair},
    features::{self, FEATURES},
    name::{Kind, Name},
};

/// The score from which a pair of names is a match, in thousandths: the best balance of missed and false matches on
/// hand-labelled pairs.
pub const THRESHOLD: i32 = 620;
/// The score from which a customer is a hit. Higher than for a pair, because a customer is laid beside every name of
/// every list, and each is a chance for a false one.
pub const HIT_THRESHOLD: i32 = 720;
/// How far a person's name counts as out of order when its family name stands at the other end, in thousandths.
const TURNED: i32 = 250;
/// The highest score.
pub const FULL: i32 = 1_000;

/// What a feature of 1,000 adds, in thousandths of a logit, and the base that is added once. Fitted by logistic
/// regression on labelled pairs (aliases and near namesakes of the OFAC list, original scripts of the UN list, clean
/// customers and who they were mistaken for, hand-labelled cases), each with the sign that its meaning demands; half of
/// the pairs were held out to see that the weights carry over.
pub(crate) struct Model {
    pub(crate) weights: [i32; FEATURES],
    pub(crate) base: i32,
}

const PERSON: Model = Model {
    weights: [0, 1_230, -1_350, -130, 730, -4_300, -1_150, -400, 4_630, 710, 0, 0, -140, -2_230, 0],
    base: -1_020,
};
const ORGANIZATION: Model = Model {
    weights: [360, 3_040, -630, 0, 550, -4_140, 0, -270, 100, -620, -560, 4_740, 680, -2_340, -720],
    base: -1_590,
};

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

/// Compares two names of the same kind. They are always aligned in one order, so that a tie between alignments is
/// decided the same way whichever comes first. A person's name counts as the same with the family name in front or
/// behind: half the world writes it first, and forms turn it around.
pub(crate) fn compare<'a>(left: &'a Name, right: &'a Name) -> Comparison {
    let texts = |name: &'a Name| name.tokens.iter().map(|token| &*token.spelling.text);
    if texts(left).le(texts(right)) {
        return compare_either_way_round(left, right);
    }
    let mut comparison = compare_either_way_round(right, left);
    comparison.pairs.iter_mut().for_each(|pair| std::mem::swap(&mut pair.left, &mut pair.right));
    comparison
}

fn compare_either_way_round(left: &Name, right: &Name) -> Comparison {
    let as_written = compare_in_order(left, right);
    if left.kind != Kind::Person || as_written.features[features::DISORDER] == 0 {
        return as_written;
    }
    let mut best = as_written;
    for places in [1, left.tokens.len() - 1] {
        let mut features = compare_in_order(&left.turned(places), right).features;
        features[features::DISORDER] += TURNED;
        let score = probability(logit(&features, left.kind));
        if score > best.score {
            best = Comparison { features, score, ..best };
        }
    }
    best
}

fn compare_in_order(left: &Name, right: &Name) -> Comparison {
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

/// The highest probability with the features that are known before the comparison. What is learnt only by comparing
/// speaks against a match, but for names that are alike when run together.
pub(crate) fn best_probability(known: &[i32; FEATURES], kind: Kind, may_run_together: bool) -> i32 {
    let run_together = if may_run_together { model(kind).weights[features::RUN_TOGETHER] } else { 0 };
    probability(logit(known, kind) + run_together)
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
    use proptest::prelude::*;

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

    proptest! {
        #[test]
        fn any_two_names_have_one_score(a in "(\\PC{0,30}|[a-cA-C ,.'-]{0,20})", b in "(\\PC{0,30}|[a-cA-C ,.'-]{0,20})") {
            for kind in [Kind::Person, Kind::Organization, Kind::Vessel] {
                let (a, b) = (Name::parse(&a, kind), Name::parse(&b, kind));
                let score = compare(&a, &b).score;
                prop_assert!((0..=FULL).contains(&score));
                prop_assert_eq!(score, compare(&b, &a).score);
                prop_assert_eq!(compare(&a, &a).score, if a.tokens.is_empty() { 0 } else { FULL });
            }
        }
    }
}
