//! Words that say little about who is meant: particles, titles, organisation types, common names; and how much each weighs.

use super::name::Kind;
use std::{collections::HashMap, sync::LazyLock};

/// What a token is to a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Role {
    /// A name of its own.
    Plain,
    /// A name that very many people bear, or a patronymic.
    Common,
    /// A word that many organisations bear.
    Generic,
    /// A number.
    Number,
    /// A country or a region, which tells sister companies apart.
    Place,
    /// A single letter that may stand for a name.
    Initial,
    /// `bin`, `al`, `de`, `of`.
    Particle,
    /// `Haji`, `Dr`.
    Title,
    /// `LLC`, `GmbH`.
    OrganisationType,
}

impl Role {
    /// How much of the evidence the token carries, in thousandths of a plain name.
    pub(crate) const fn weight(self) -> i32 {
        match self {
            Self::Plain => 1_000,
            Self::Common => 600,
            Self::Generic => 400,
            Self::Number => 500,
            Self::Place => 800,
            Self::Initial => 250,
            Self::Particle => 60,
            Self::Title => 80,
            Self::OrganisationType => 30,
        }
    }

    /// The word in an explanation.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "name",
            Self::Common => "common name",
            Self::Generic => "generic word",
            Self::Number => "number",
            Self::Place => "place",
            Self::Initial => "initial",
            Self::Particle => "particle",
            Self::Title => "title",
            Self::OrganisationType => "organisation type",
        }
    }
}

/// The role of a token in a name of this kind.
pub(crate) fn role(token: &str, kind: Kind) -> Role {
    if token.bytes().all(|byte| byte.is_ascii_digit()) {
        return Role::Number;
    }
    let known = match kind {
        Kind::Person => PERSON.get(token),
        Kind::Organization | Kind::Vessel => ORGANIZATION.get(token),
    };
    match known {
        Some(role) => *role,
        None if token.len() == 1 => Role::Initial,
        None if kind == Kind::Person && is_patronymic(token) => Role::Common,
        None => Role::Plain,
    }
}

/// All words and forms, for the hash of the configuration.
pub(crate) fn everything() -> String {
    let lists = [PARTICLES, TITLES, COMMON_NAMES, STOP_WORDS, GENERIC_WORDS, PLACES].join("\n");
    format!("{lists}\n{TYPES:?}\n{PERSON_FORMS:?}\n{ORGANIZATION_FORMS:?}")
}

/// Slavic patronymics are made of the father's name and shared by very many.
fn is_patronymic(token: &str) -> bool {
    const ENDINGS: [&str; 8] = ["ovich", "evich", "ovych", "evych", "ovna", "evna", "ivna", "yevich"];
    token.len() > 7 && ENDINGS.iter().any(|ending| token.ends_with(ending))
}

static PERSON: LazyLock<HashMap<&str, Role>> = LazyLock::new(|| {
    let lists = [(PARTICLES, Role::Particle), (TITLES, Role::Title), (COMMON_NAMES, Role::Common)];
    by_word(&lists)
});

static ORGANIZATION: LazyLock<HashMap<&str, Role>> = LazyLock::new(|| {
    let types: Vec<&str> = TYPES.iter().map(|(_, short)| *short).collect();
    let mut words =
        by_word(&[(STOP_WORDS, Role::Particle), (GENERIC_WORDS, Role::Generic), (PLACES, Role::Place)]);
    words.extend(types.into_iter().map(|word| (word, Role::OrganisationType)));
    words
});

fn by_word(lists: &[(&'static str, Role)]) -> HashMap<&'static str, Role> {
    lists.iter().flat_map(|(words, role)| words.split_whitespace().map(|word| (word, *role))).collect()
}

/// Particles of personal names, in one form each after [`canonical`].
const PARTICLES: &str = "al bin bint de del della da do dos das di du la le les las los van von der den ter ten zu y e i na oglu \
    jr sr ii iii iv st san santa af av";

const TITLES: &str = "mr mrs ms miss dr prof professor engineer eng ing haji hajji hajj hadji mullah mulla mollah maulvi maulawi mawlawi \
    maulana mawlana molvi sheikh shaikh shaykh cheikh sheik qari hafiz sayyid sayed syed said sayid general gen colonel col major \
    captain capt lieutenant lt brigadier admiral commander sir lord lady king queen prince princess president minister ayatollah \
    imam ustad ustadh agha akhund akhond mufti alhaji alhaj";

/// Names that very many people bear, so that one of them alone says little.
const COMMON_NAMES: &str = "muhammad mohammad mohammed mohamed mohamad muhammed mehmet mahmoud mahmud mahmood ahmad ahmed ali hussein husayn \
    hussain husain hossein hassan hasan abd abdul abdel abdal abdullah abdallah abdulla ibrahim khalid khaled omar umar yusuf youssef yousef \
    mustafa ismail khan rahman aziz karim rahim latif salim saleh salih said saad hamid hamad khalil nasser nasir jamal \
    jose maria juan carlos luis jorge miguel francisco antonio manuel pedro jesus alberto fernando rafael ramon ana rosa \
    garcia rodriguez hernandez lopez martinez gonzalez perez sanchez ramirez torres gomez diaz cruz \
    vladimir aleksandr alexander alexandr sergei sergey sergej andrei andrey aleksei alexei alexey igor oleg dmitry dmitri dmitriy mikhail \
    nikolai nikolay viktor victor ivan yuri yury yevgeny evgeny evgeniy pavel konstantin anatoly vasily valery \
    ivanov petrov smirnov kuznetsov popov \
    john james robert michael william david richard joseph thomas charles george peter paul daniel mark \
    smith jones brown johnson williams miller davis jean pierre michel marie \
    kim park pak lee li ri yi choe choi jong chong yong kang song chol wang zhang chen liu yang huang zhao wu zhou xu sun wei \
    nguyen tran singh kumar sharma das roy hassen abu umm";

const STOP_WORDS: &str = "the of and for in at to a an de del la las los el y e und des du da do dos di der die das fur le les et pour \
    al van von";

const GENERIC_WORDS: &str = "bank banking banque banco company international national global world worldwide group groupe grupo trading trade general \
    industries industry industrial holding holdings investment investments invest finance financial capital fund partners partnership \
    enterprise enterprises services service solutions systems technology technologies tech development commercial commerce \
    import export shipping maritime marine lines line airlines airways aviation air transport transportation logistics oil gas petroleum \
    petrochemical energy power electric electronics engineering construction contracting manufacturing production products factory plant works \
    steel iron metal chemical pharmaceutical medical institute university academy center centre research science sciences office \
    agency authority administration organization organisation association foundation charity charitable relief society union council committee \
    ministry department state public private business management consulting consultants trust real estate properties property insurance \
    exchange money security defense defence military army forces force movement front party islamic brigade brigades network media television \
    comercial comercializadora inversiones inmobiliaria empresa empresas servicios agropecuaria distribuidora internacional nacional \
    bureau corps new first united";

const PLACES: &str = "iran iraq syria syrian iranian iraqi lebanon lebanese russia russian ukraine crimea china chinese korea korean cuba cuban \
    japan japanese germany german deutsche france french italy spain mexico chile colombia venezuela brazil argentina peru panama india indian \
    pakistan afghanistan turkey turkish egypt libya libyan sudan somalia yemen jordan saudi arabia arabian emirates dubai qatar \
    kuwait oman bahrain malaysia singapore indonesia philippines thailand vietnam taiwan hong kong asia asian africa african europe european \
    america american usa uk british england london moscow tehran damascus beijing shanghai swiss switzerland schweiz austria holland \
    netherlands belgium luxembourg cyprus malta greece denmark norway norge sweden finland ireland canada australia middle east north south \
    west eastern western northern southern gulf caspian caribbean";

/// Organisation types as they are written, after folding, and their short form.
pub(crate) const TYPES: [(&str, &str); 78] = [
    ("limited liability company", "llc"),
    ("limited liability partnership", "llp"),
    ("limited liability", "llc"),
    ("l l c", "llc"),
    ("limited partnership", "lp"),
    ("public limited company", "plc"),
    ("private limited company", "ltd"),
    ("private limited", "ltd"),
    ("proprietary limited", "ltd"),
    ("pty ltd", "ltd"),
    ("pvt ltd", "ltd"),
    ("pte ltd", "ltd"),
    ("co ltd", "ltd"),
    ("company limited", "ltd"),
    ("corporation limited", "ltd"),
    ("public joint stock company", "jsc"),
    ("open joint stock company", "jsc"),
    ("closed joint stock company", "jsc"),
    ("private joint stock company", "jsc"),
    ("joint stock company", "jsc"),
    ("public joint stock", "jsc"),
    ("obshchestvo s ogranichennoi otvetstvennostyu", "llc"),
    ("otkrytoe aktsionernoe obshchestvo", "jsc"),
    ("zakrytoe aktsionernoe obshchestvo", "jsc"),
    ("aktsionernoe obshchestvo", "jsc"),
    ("gesellschaft mit beschrankter haftung", "gmbh"),
    ("societatea cu raspundere limitata", "srl"),
    ("sociedad anonima de capital variable", "sa"),
    ("sa de cv", "sa"),
    ("s a de c v", "sa"),
    ("sociedad anonima", "sa"),
    ("societe anonyme", "sa"),
    ("sociedad de responsabilidad limitada", "srl"),
    ("societa per azioni", "spa"),
    ("societe a responsabilite limitee", "sarl"),
    ("aktiengesellschaft", "ag"),
    ("kommanditgesellschaft", "kg"),
    ("aktiebolag", "ab"),
    ("besloten vennootschap", "bv"),
    ("naamloze vennootschap", "nv"),
    ("incorporated", "inc"),
    ("incorporation", "inc"),
    ("corporation", "corp"),
    ("limited", "ltd"),
    ("company", "co"),
    ("companies", "co"),
    ("compania", "cia"),
    ("compagnie", "cia"),
    ("pjsc", "jsc"),
    ("ojsc", "jsc"),
    ("cjsc", "jsc"),
    ("pao", "jsc"),
    ("oao", "jsc"),
    ("zao", "jsc"),
    ("ooo", "llc"),
    ("ltda", "ltd"),
    ("pty", "ltd"),
    ("pvt", "ltd"),
    ("pte", "ltd"),
    ("lda", "ltd"),
    ("sas", "sas"),
    ("fze", "fze"),
    ("fzco", "fze"),
    ("fzc", "fze"),
    ("llc", "llc"),
    ("gmbh", "gmbh"),
    ("plc", "plc"),
    ("srl", "srl"),
    ("sarl", "sarl"),
    ("sdn bhd", "bhd"),
    ("bhd", "bhd"),
    ("jsc", "jsc"),
    ("se", "se"),
    ("ao", "jsc"),
    ("a s", "as"),
    ("as", "as"),
    ("s a", "sa"),
    ("p t", "pt"),
];

/// Words that are one word in several forms: the form in which they are compared.
pub(crate) fn canonical(token: &str, kind: Kind) -> &str {
    let forms: &[(&str, &str)] = if kind == Kind::Person { PERSON_FORMS } else { ORGANIZATION_FORMS };
    forms.iter().find(|(written, _)| *written == token).map_or(token, |(_, form)| form)
}

const PERSON_FORMS: &[(&str, &str)] = &[
    ("el", "al"),
    ("ul", "al"),
    ("ur", "al"),
    ("ar", "al"),
    ("as", "al"),
    ("ash", "al"),
    ("ad", "al"),
    ("az", "al"),
    ("an", "al"),
    ("at", "al"),
    ("ud", "al"),
    ("us", "al"),
    ("il", "al"),
    ("ol", "al"),
    ("ibn", "bin"),
    ("ben", "bin"),
    ("ebn", "bin"),
    ("abou", "abu"),
    ("abo", "abu"),
    ("aboo", "abu"),
    ("oum", "umm"),
    ("um", "umm"),
    ("ogly", "oglu"),
    ("junior", "jr"),
    ("senior", "sr"),
];

const ORGANIZATION_FORMS: &[(&str, &str)] = &[
    ("intl", "international"),
    ("int", "international"),
    ("organisation", "organization"),
    ("organizations", "organization"),
    ("centre", "center"),
    ("defence", "defense"),
    ("labour", "labor"),
    ("natl", "national"),
    ("brothers", "bros"),
    ("industries", "industry"),
    ("co", "company"),
    ("1st", "first"),
    ("1", "1"),
    ("one", "1"),
    ("two", "2"),
    ("three", "3"),
    ("four", "4"),
    ("five", "5"),
    ("six", "6"),
    ("seven", "7"),
    ("eight", "8"),
    ("nine", "9"),
    ("ten", "10"),
    ("2nd", "2"),
    ("3rd", "3"),
    ("second", "2"),
    ("third", "3"),
    ("ii", "2"),
    ("iii", "3"),
    ("iv", "4"),
    ("vi", "6"),
    ("vii", "7"),
    ("viii", "8"),
    ("ix", "9"),
    ("xi", "11"),
    ("xii", "12"),
    ("el", "al"),
];
