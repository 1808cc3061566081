//! Walks through a document beside its schema and collects what the schema does not allow.

use super::{Content, Leaf, Model, Name, Schema, of_root, text::Base};

/// The most faults that are told of one file: behind the first there are often many of its kind.
const MAX_FAULTS: usize = 20;
/// The longest text that is kept to be checked. Attachments are longer; their characters are checked one by one.
const MAX_TEXT: usize = 64;

/// A place in a document and in its schema.
#[derive(Default)]
pub(in super::super) struct Walk {
    schema: Option<&'static Schema>,
    open: Vec<Open>,
    /// Each fault as a sentence.
    pub(in super::super) faults: Vec<String>,
}

/// An open element.
struct Open {
    name: String,
    content: Content,
    /// The place in the sequence, and whether an element stands at it.
    at: usize,
    filled: bool,
    text: String,
}

impl Walk {
    /// An element begins. The attributes are those without namespaces.
    pub(in super::super) fn start<'a>(
        &mut self,
        name: Name,
        attributes: impl Iterator<Item = (&'a str, &'a str)>,
    ) {
        let content = self.content(name);
        let label = name.1.to_owned();
        self.open.push(Open { name: label, content, at: 0, filled: false, text: String::new() });
        self.attributes(content, attributes);
    }

    fn content(&mut self, name: Name) -> Content {
        let Some(schema) = self.schema else {
            let Some((schema, content)) = of_root(name) else {
                self.fault(&format!("no invoice begins with {}", name.1));
                return Content::Anything;
            };
            self.schema = Some(schema);
            return content;
        };
        let Some(parent) = self.open.last_mut() else { return Content::Anything };
        match parent.content {
            Content::Anything => Content::Anything,
            Content::Leaf(_) => {
                let sentence = format!("{} may not hold the element {}", parent.name, name.1);
                self.fault(&sentence);
                Content::Anything
            }
            Content::Model(model) => match schema.models[model].step(parent, name) {
                Ok(content) => content,
                Err((content, sentence)) => {
                    self.fault(&sentence);
                    content
                }
            },
        }
    }

    fn attributes<'a>(&mut self, content: Content, given: impl Iterator<Item = (&'a str, &'a str)>) {
        let none = Vec::new();
        let allowed = match (content, self.schema) {
            (Content::Leaf(leaf), Some(schema)) => &schema.leaves[leaf].attributes,
            (Content::Model(_), _) => &none,
            _ => return,
        };
        let mut needed = allowed.iter().filter(|attribute| attribute.needed).count();
        for (name, value) in given {
            let sentence = match allowed.iter().find(|attribute| attribute.name == name) {
                None => format!("there is no attribute {name}"),
                Some(attribute) => {
                    needed -= usize::from(attribute.needed);
                    // The table has no blanks inside of a word.
                    if attribute.fixed.is_some_and(|fixed| fixed != value.trim().replace(' ', "_")) {
                        format!("the attribute {name} has a fixed value, and it is not {value:.40}")
                    } else if attribute.base.accepts(value) {
                        continue;
                    } else {
                        format!("the attribute {name} is not {}", attribute.base.name())
                    }
                }
            };
            self.fault(&sentence);
        }
        if needed > 0 {
            let names: Vec<_> = allowed.iter().filter(|attribute| attribute.needed).map(|a| a.name).collect();
            self.fault(&format!("the attribute {} is missing", names.join(" or ")));
        }
    }

    /// A text in the open element.
    pub(in super::super) fn text(&mut self, text: &str) {
        let (Some(open), Some(schema)) = (self.open.last_mut(), self.schema) else { return };
        match open.content {
            Content::Model(_) if !text.trim().is_empty() => self.fault("there may be no text"),
            Content::Leaf(leaf) if schema.leaves[leaf].base != Base::Text => {
                open.keep(text, &schema.leaves[leaf])
            }
            _ => {}
        }
    }

    /// The open element ends.
    pub(in super::super) fn end(&mut self) {
        let (Some(open), Some(schema)) = (self.open.last(), self.schema) else {
            self.open.pop();
            return;
        };
        let sentence = match open.content {
            Content::Leaf(leaf) => {
                let base = schema.leaves[leaf].base;
                (!base.accepts(&open.text)).then(|| format!("the text is not {}", base.name()))
            }
            Content::Model(model) => {
                schema.models[model].missing(open, None).map(|name| format!("{name} is missing"))
            }
            Content::Anything => None,
        };
        if let Some(sentence) = sentence {
            self.fault(&sentence);
        }
        self.open.pop();
    }

    /// Whether so many faults were found that no more are told.
    pub(in super::super) fn is_hopeless(&self) -> bool {
        self.faults.len() >= MAX_FAULTS
    }

    fn fault(&mut self, sentence: &str) {
        if self.faults.len() < MAX_FAULTS {
            let path: Vec<&str> = self.open.iter().map(|open| open.name.as_str()).collect();
            self.faults.push(format!("{}: {sentence}.", path.join("/")));
        }
    }
}

impl Open {
    /// Keeps enough of a text to check it; of a long one only whether its characters may stand in it.
    fn keep(&mut self, text: &str, leaf: &Leaf) {
        if leaf.base == Base::Base64 {
            if self.text.is_empty() && !leaf.base.accepts(text) {
                self.text.push('!');
            }
            return;
        }
        let room = MAX_TEXT.saturating_sub(self.text.len());
        self.text.extend(text.chars().take(room));
    }
}

impl Model {
    /// What the next element holds; else what is wrong with it, and what it would hold at its place.
    fn step(&self, open: &mut Open, name: Name) -> Result<Content, (Content, String)> {
        if self.open {
            return Ok(Content::Anything);
        }
        let here = if self.choice { 0 } else { open.at };
        let found = self.children.iter().skip(here).position(|child| child.name == name).map(|at| at + here);
        let Some(at) = found else {
            let earlier = self.children.iter().find(|child| child.name == name);
            return Err(match earlier {
                Some(child) => (child.content, format!("{} does not stand at its place", name.1)),
                None => (Content::Anything, format!("there is no element {}", name.1)),
            });
        };
        let child = &self.children[at];
        let again = open.filled && if self.choice { true } else { at == open.at && !child.repeats };
        let missing = if self.choice { None } else { self.missing(open, Some(at)) };
        (open.at, open.filled) = (at, true);
        match (again, missing) {
            (true, _) => Err((child.content, format!("{} stands more than once", name.1))),
            (false, Some(missing)) => Err((child.content, format!("{missing} is missing before {}", name.1))),
            (false, None) => Ok(child.content),
        }
    }

    /// The first needed element between the place and `until`, or the end.
    fn missing(&self, open: &Open, until: Option<usize>) -> Option<&'static str> {
        if self.choice {
            return (!open.filled).then(|| self.children.first().map(|child| child.name.1)).flatten();
        }
        let until = until.unwrap_or(self.children.len());
        let between = self.children.iter().enumerate().take(until).skip(open.at);
        let lacks = |(at, child): &(usize, &super::Child)| child.needed && !(*at == open.at && open.filled);
        between.into_iter().find(lacks).map(|(_, child)| child.name.1)
    }
}
