//! A name read into weighted tokens.

use super::{
    distance::Spelling,
    fold,
    words::{self, Role},
};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// What bears the name, as far as names differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A human being.
    Person,
    /// A company, an authority, a group.
    Organization,
    /// A ship or an aircraft.
    Vessel,
}

impl Kind {
    /// Reads the schema names in use: `Person`, `Company`, `Organization`, `LegalEntity`, `Vessel`, `Airplane`, in any
    /// case; nothing for any other.
    #[must_use]
    pub fn from_schema(schema: &str) -> Option<Self> {
        match schema.trim().to_ascii_lowercase().as_str() {
            "person" | "individual" => Some(Self::Person),
            "company" | "organization" | "organisation" | "legalentity" | "entity" | "publicbody" => {
                Some(Self::Organization)
            }
            "vessel" | "airplane" | "aircraft" => Some(Self::Vessel),
            _ => None,
        }
    }
}

/// A token with its part in the name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) spelling: Spelling,
    pub(crate) role: Role,
}

impl Token {
    pub(crate) fn weight(&self) -> i32 {
        let full = self.role.weight();
        match self.spelling.text.len() {
            // Short tokens are more often alike by accident.
            2 if self.role == Role::Plain => full * 7 / 10,
            3 if self.role == Role::Plain => full * 85 / 100,
            _ => full,
        }
    }
}

/// A name, ready to be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) kind: Kind,
    pub(crate) tokens: Vec<Token>,
    /// The weight of all tokens.
    pub(crate) weight: i32,
    /// The number of telling tokens and initials.
    pub(crate) names: usize,
    /// The number of letters of telling tokens.
    pub(crate) letters: usize,
    /// Whether any of it is in a script that writes few vowels.
    pub(crate) vowelless: bool,
}

impl Name {
    /// The same name with so many of its first words at its end.
    pub(crate) fn turned(&self, places: usize) -> Self {
        let mut turned = self.clone();
        turned.tokens.rotate_left(places);
        turned
    }

    pub(crate) fn parse(text: &str, kind: Kind) -> Self {
        let text = if kind == Kind::Person { given_name_first(text) } else { Cow::Borrowed(text) };
        let mut tokens = tokens(&text, kind);
        tokens.truncate(fold::MAX_TOKENS);
        if !tokens.iter().any(Token::is_telling) {
            raise_everything(&mut tokens);
        }
        Self {
            kind,
            weight: tokens.iter().map(Token::weight).sum(),
            names: tokens.iter().filter(|token| token.is_telling() || token.role == Role::Initial).count(),
            letters: tokens
                .iter()
                .filter(|token| token.is_telling())
                .map(|token| token.spelling.sound.len())
                .sum(),
            vowelless: tokens.iter().any(|token| token.spelling.vowelless),
            tokens,
        }
    }
}

/// A name of nothing but particles and types is only those: they carry it, as little as a generic word does.
fn raise_everything(tokens: &mut [Token]) {
    for token in tokens {
        token.role = Role::Generic;
    }
}

impl Token {
    /// Whether it says who is meant, rather than of what sort they are.
    pub(crate) fn is_telling(&self) -> bool {
        matches!(self.role, Role::Plain | Role::Common | Role::Place | Role::Generic | Role::Number)
    }
}

/// `SURNAME, Given` as `Given SURNAME`.
fn given_name_first(text: &str) -> Cow<'_, str> {
    match text.split_once(',') {
        Some((surname, given)) => Cow::Owned(format!("{given} {surname}")),
        None => Cow::Borrowed(text),
    }
}

fn tokens(text: &str, kind: Kind) -> Vec<Token> {
    let mut pieces = fold::pieces(text);
    if kind != Kind::Person {
        shorten_types(&mut pieces);
    }
    let token = |piece: fold::Piece| {
        let text = words::canonical(&piece.text, kind);
        Token { spelling: Spelling::new(text, piece.vowelless), role: words::role(text, kind) }
    };
    pieces.into_iter().map(token).collect()
}

/// Writes each organisation type in its short form: `Limited Liability Company` is `llc`.
fn shorten_types(pieces: &mut Vec<fold::Piece>) {
    for (written, short) in words::TYPES {
        let words: Vec<&str> = written.split(' ').collect();
        let mut at = 0;
        while at + words.len() <= pieces.len() {
            let found = words.iter().zip(&pieces[at..]).all(|(word, piece)| *word == piece.text);
            if found {
                pieces[at].text = short.to_owned();
                pieces.drain(at + 1..at + words.len());
            }
            at += 1;
        }
    }
}
