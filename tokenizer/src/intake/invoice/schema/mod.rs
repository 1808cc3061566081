//! The schemas of UBL 2.1 and CII D16B as tables: which elements stand where, in which order, with which attributes.
//!
//! Both are plain: sequences of named elements, a few choices of one, and leaves of simple types. The tables say
//! so in lines: `all Party cbc:EndpointID? cac:PartyName*` is a sequence (`?` at most once, `*` any number, `+` at
//! least once), `one DateTime udt:DateTimeString udt:DateTime` a choice, `leaf t3 decimal currencyID!` a simple
//! type with its attributes (`!` needed, `=` fixed), and `of t3 cbc:Amount` names the elements of a type.

mod text;
mod walk;

pub(super) use walk::Walk;

use std::collections::HashMap;
use std::sync::LazyLock;
use text::Base;

/// The namespaces of both syntaxes with their usual prefixes.
const NAMESPACES: [(&str, &str); 9] = [
    ("inv", "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"),
    ("cn", "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2"),
    ("cac", "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"),
    ("cbc", "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"),
    ("ext", "urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2"),
    ("rsm", "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"),
    ("ram", "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"),
    ("udt", "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100"),
    ("qdt", "urn:un:unece:uncefact:data:standard:QualifiedDataType:100"),
];

/// The usual prefix of a namespace that an invoice may use.
pub(super) fn prefix(namespace: &str) -> Option<&'static str> {
    NAMESPACES.iter().find(|(_, known)| *known == namespace).map(|(prefix, _)| *prefix)
}

static UBL: LazyLock<Schema> = LazyLock::new(|| Schema::read(include_str!("ubl.txt")));
static CII: LazyLock<Schema> = LazyLock::new(|| Schema::read(include_str!("cii.txt")));

/// An element by the usual prefix of its namespace and its name.
type Name<'a> = (&'a str, &'a str);

/// What an element may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Content {
    /// A text, by the number of its leaf.
    Leaf(usize),
    /// Elements, by the number of their model.
    Model(usize),
    /// What no schema asks about.
    Anything,
}

#[derive(Debug, Default)]
struct Schema {
    roots: Vec<(Name<'static>, Content)>,
    leaves: Vec<Leaf>,
    models: Vec<Model>,
}

/// A text with attributes.
#[derive(Debug)]
struct Leaf {
    base: Base,
    attributes: Vec<Attribute>,
}

#[derive(Debug)]
struct Attribute {
    name: &'static str,
    base: Base,
    needed: bool,
    fixed: Option<&'static str>,
}

/// Elements in order, or one of them.
#[derive(Debug, Default)]
struct Model {
    choice: bool,
    open: bool,
    children: Vec<Child>,
}

#[derive(Debug)]
struct Child {
    name: Name<'static>,
    content: Content,
    needed: bool,
    repeats: bool,
}

/// The schema of the root's syntax, with what the root holds.
fn of_root(name: Name) -> Option<(&'static Schema, Content)> {
    [&UBL, &CII].into_iter().find_map(|schema| {
        let root = schema.roots.iter().find(|(root, _)| *root == name);
        root.map(|(_, content)| (&**schema, *content))
    })
}

fn split_name(text: &'static str) -> Name<'static> {
    text.split_once(':').unwrap_or(("", text))
}

/// The numbers of the types by their names in the table, and the usual type of each element.
#[derive(Default)]
struct Names {
    contents: HashMap<&'static str, Content>,
    usual: HashMap<Name<'static>, &'static str>,
}

impl Schema {
    /// Reads a table of this program; a test proves that all of it is read.
    fn read(table: &'static str) -> Self {
        let lines = || table.lines().filter_map(|line| line.split_once(' '));
        let (mut schema, mut names) = (Self::default(), Names::default());
        for (kind, rest) in lines() {
            let mut words = rest.split(' ');
            let Some(first) = words.next() else { continue };
            match kind {
                "leaf" => {
                    names.contents.insert(first, Content::Leaf(schema.leaves.len()));
                    schema.leaves.push(Leaf::read(words));
                }
                "all" | "one" => {
                    names.contents.insert(first, Content::Model(names.models()));
                }
                "of" => names.usual.extend(words.map(|name| (split_name(name), first))),
                _ => {}
            }
        }
        for (kind, rest) in lines() {
            let mut words = rest.split(' ');
            let first = words.next();
            match (kind, first) {
                ("all" | "one", _) => schema.models.push(Model::read(kind == "one", words, &names)),
                ("root", Some(name)) => {
                    let content = names.content(words.next().unwrap_or_default());
                    schema.roots.push((split_name(name), content));
                }
                _ => {}
            }
        }
        schema
    }
}

impl Names {
    fn models(&self) -> usize {
        self.contents.values().filter(|content| matches!(content, Content::Model(_))).count()
    }

    fn content(&self, kind: &str) -> Content {
        self.contents.get(kind).copied().unwrap_or(Content::Anything)
    }
}

impl Leaf {
    fn read(mut words: std::str::Split<'static, char>) -> Self {
        let base = Base::named(words.next().unwrap_or_default());
        Self { base, attributes: words.map(Attribute::read).collect() }
    }
}

impl Attribute {
    fn read(word: &'static str) -> Self {
        let (word, fixed) = word.split_once('=').map_or((word, None), |(name, fixed)| (name, Some(fixed)));
        let (name, base) =
            word.split_once(':').map_or((word, Base::Text), |(name, base)| (name, Base::named(base)));
        let bare = name.trim_end_matches('!');
        Self { name: bare, base, needed: bare != name, fixed }
    }
}

impl Model {
    fn read(choice: bool, words: std::str::Split<'static, char>, names: &Names) -> Self {
        let mut model = Self { choice, ..Self::default() };
        for word in words.filter(|word| !word.is_empty()) {
            if word == "*" {
                model.open = true;
                continue;
            }
            let bare = word.trim_end_matches(['?', '*', '+']);
            let often = &word[bare.len()..];
            let (name, kind) = bare.split_once('=').map_or((bare, None), |(name, kind)| (name, Some(kind)));
            let name = split_name(name);
            let kind = kind.or_else(|| names.usual.get(&name).copied()).unwrap_or_default();
            model.children.push(Child {
                name,
                content: names.content(kind),
                needed: matches!(often, "" | "+"),
                repeats: matches!(often, "*" | "+"),
            });
        }
        model
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_element_of_the_tables_has_a_type_that_is_read() {
        for (schema, models, leaves) in [(&UBL, 113, 11), (&CII, 99, 57)] {
            assert_eq!((schema.models.len(), schema.leaves.len()), (models, leaves));
            let open: Vec<_> = schema
                .models
                .iter()
                .flat_map(|model| &model.children)
                .filter(|child| child.content == Content::Anything)
                .map(|child| child.name)
                .collect();
            assert_eq!(open, []);
        }
        assert!(of_root(("inv", "Invoice")).is_some() && of_root(("rsm", "CrossIndustryInvoice")).is_some());
        assert!(of_root(("cac", "Party")).is_none());
    }
}
