//! Data Integrity: JSON-LD documents that carry their proof, read so that the JSON means what was signed.
//!
//! The signature covers the RDF dataset and not the text. Whoever holds a document may write the same dataset
//! in other words: `validUntil` under its full IRI, or `credentialStatus` at another place. A reader of the
//! text would then miss it. So only plain documents are read: known contexts, plain names, no node twice.

use crate::credential::{
    decision::{Checked, Code, Findings},
    key::{Purpose, Resolver, at_once},
    statement::{date, many},
    verify::{CONTEXT_V1, CONTEXT_V2, Judge, Party},
};
use serde_json::{Map, Value, json};
use ssi::{
    claims::{
        VerificationParameters,
        data_integrity::{AnySuite, DataIntegrity, DataIntegrityDocument},
    },
    dids::VerificationMethodDIDResolver,
    json_ld::{self, Loader, LoadingResult, RemoteDocument, StaticLoader},
    verification_methods::AnyMethod,
};
use std::collections::{BTreeMap, BTreeSet};

/// Contexts that are always known: their terms are registered ones, none of them twice.
const CONTEXTS: [&str; 4] = [
    CONTEXT_V1,
    CONTEXT_V2,
    "https://w3id.org/security/data-integrity/v1",
    "https://w3id.org/security/data-integrity/v2",
];
/// The context that gives each term without a definition the IRI of its own name (data model 2.0, B.4).
pub(super) const UNDEFINED_TERMS: &str = "https://www.w3.org/ns/credentials/undefined-terms/v2";
/// All members of a proof that are understood, and that the signature covers.
const PROOF_MEMBERS: [&str; 11] = [
    "id",
    "type",
    "cryptosuite",
    "created",
    "expires",
    "verificationMethod",
    "proofPurpose",
    "challenge",
    "domain",
    "nonce",
    "proofValue",
];
/// Nodes without an id are told apart by trying their orders: six make 720 of them, twenty more than the
/// age of the world.
const MAX_NAMELESS_NODES: usize = 6;
/// More objects than any credential about a person has: each costs time to make canonical.
const MAX_NODES: usize = 256;
/// Deeper than any claim about a person.
const MAX_DEPTH: usize = 32;

impl Judge<'_> {
    /// Whether `party` made the proof of the document. The cryptosuite is judged before any key is looked up.
    pub(super) fn integrity(
        &self,
        document: &Map<String, Value>,
        party: &Party<'_>,
        findings: &mut Findings,
    ) -> Option<()> {
        let proof = findings.keep(proof(document))?;
        let suite = proof.get("cryptosuite").and_then(Value::as_str).unwrap_or("none");
        let algorithm = findings.keep(self.policy.allow_algorithm(suite))?;
        if !algorithm.is_cryptosuite() {
            findings.refuse(Code::AlgorithmNotAllowed, format!("{suite} is no cryptosuite"));
            return None;
        }
        // A presentation shows what it shows; only a credential says until when it holds.
        if algorithm.is_selective() && party.purpose == Purpose::Assertion {
            let shown = &self.policy.file().selective_must_show;
            let withheld = shown.iter().filter(|member| !document.contains_key(member.as_str()));
            withheld.for_each(|member| findings.refuse(Code::Withheld, format!("{member} is not shown")));
        }
        let purpose = match party.purpose {
            Purpose::Assertion => "assertionMethod",
            Purpose::Authentication => "authentication",
        };
        if proof.get("proofPurpose").is_none_or(|named| named != purpose) {
            findings.refuse(Code::KeyPurpose, format!("the purpose of the proof is not {purpose}"));
        }
        let (created, expires) = (date(proof.get("created")), date(proof.get("expires")));
        let (created, expires) = (findings.keep(created).flatten(), findings.keep(expires).flatten());
        self.dates(created, expires, findings);
        let contexts = &self.policy.file().json_ld_contexts;
        findings.keep(plain(document, contexts).map_err(|problem| (Code::Malformed, problem)))?;
        let method = proof.get("verificationMethod").and_then(Value::as_str).unwrap_or_default();
        findings.keep(Resolver(party.fetch).key(party.did, Some(method), party.purpose))?;
        let holds = self.proof_holds(document, party).unwrap_or_default();
        let problem = || (Code::SignatureInvalid, "the proof is not by the named key over this".to_owned());
        findings.keep(holds.then_some(()).ok_or_else(problem))
    }

    /// The mathematics of it, by `ssi`. `None` when the document cannot be processed.
    fn proof_holds(&self, document: &Map<String, Value>, party: &Party<'_>) -> Option<bool> {
        // One text for both readers: of a name that stands twice, both see the last.
        let text = serde_json::to_string(document).ok()?;
        let secured: DataIntegrity<DataIntegrityDocument, AnySuite> = serde_json::from_str(&text).ok()?;
        let resolver = VerificationMethodDIDResolver::<_, AnyMethod>::new(Resolver(party.fetch));
        let parameters = VerificationParameters::from_resolver(resolver)
            .with_json_ld_loader(Contexts(&self.policy.file().json_ld_contexts))
            .with_date_time(self.at);
        Some(at_once(secured.verify(parameters))?.ok()?.is_ok())
    }
}

/// The only proof of a document, with members that are understood.
pub(super) fn proof(document: &Map<String, Value>) -> Checked<&Map<String, Value>> {
    let malformed = |problem: String| (Code::Malformed, problem);
    let proof = document.get("proof").map(|proof| match proof {
        Value::Array(proofs) if proofs.len() == 1 => &proofs[0],
        proof => proof,
    });
    let proof =
        proof.and_then(Value::as_object).ok_or_else(|| malformed("it has not one proof".to_owned()))?;
    if let Some(member) = proof.keys().find(|member| !PROOF_MEMBERS.contains(&member.as_str())) {
        return Err(malformed(format!("the proof has a member that is not understood: {member}")));
    }
    if proof.get("type").is_none_or(|name| name != "DataIntegrityProof") {
        return Err(malformed("the proof is no DataIntegrityProof".to_owned()));
    }
    Ok(proof)
}

/// Whether a document says in plain words what its dataset says.
fn plain(document: &Map<String, Value>, contexts: &BTreeMap<String, Value>) -> Result<(), String> {
    for context in many(document.get("@context")) {
        let url = context.as_str().unwrap_or("an inline context");
        if !CONTEXTS.contains(&url) && url != UNDEFINED_TERMS && !contexts.contains_key(url) {
            return Err(format!("{url} is not a context that is known here"));
        }
    }
    if !document.iter().all(|(name, value)| decodes(name) && decodes_throughout(value)) {
        return Err("what is percent-encoded in it is no UTF-8".to_owned());
    }
    let mut nodes = Nodes { ids: BTreeSet::new(), nameless: 0, all: 0 };
    for (name, value) in document.iter().filter(|(name, _)| !["@context", "proof"].contains(&name.as_str())) {
        // Credentials in a presentation are documents of their own.
        if name == "verifiableCredential" {
            once_each(value)?;
        } else {
            nodes.member(name, value, 0)?;
        }
    }
    Ok(())
}

/// Whether a text can be decoded, should it be an IRI: the library stops the program where it cannot.
fn decodes(text: &str) -> bool {
    let mut bytes = text.bytes();
    let mut decoded = Vec::new();
    while let Some(byte) = bytes.next() {
        let mut ahead = bytes.clone().map(|byte| char::from(byte).to_digit(16));
        match (byte, ahead.next().flatten(), ahead.next().flatten()) {
            (b'%', Some(high), Some(low)) => {
                decoded.extend(u8::try_from(high * 16 + low));
                bytes.nth(1);
            }
            _ => decoded.push(byte),
        }
    }
    String::from_utf8(decoded).is_ok()
}

fn decodes_throughout(value: &Value) -> bool {
    match value {
        Value::String(text) => decodes(text),
        Value::Array(values) => values.iter().all(decodes_throughout),
        Value::Object(members) => {
            members.iter().all(|(name, value)| decodes(name) && decodes_throughout(value))
        }
        _ => true,
    }
}

/// Whether no credential stands twice. Nothing tells the nodes of two copies apart, so that their orders are tried:
/// the time grows with the factorial of the copies. A copy in other words still has the signature of the first.
fn once_each(credentials: &Value) -> Result<(), String> {
    let credentials = many(Some(credentials));
    let marks = credentials.iter().map(|credential| {
        let proof = many(credential.get("proof")).first().and_then(|proof| proof.get("proofValue").cloned());
        proof.or_else(|| credential.get("id").cloned()).unwrap_or_else(|| credential.clone()).to_string()
    });
    let mut seen = BTreeSet::new();
    let mut numbered = marks.zip(1..);
    numbered.try_for_each(|(mark, number)| {
        seen.insert(mark).then_some(()).ok_or_else(|| format!("credential {number} stands in it before"))
    })
}

struct Nodes<'a> {
    ids: BTreeSet<&'a str>,
    nameless: usize,
    all: usize,
}

impl<'a> Nodes<'a> {
    fn member(&mut self, name: &'a str, value: &'a Value, depth: usize) -> Result<(), String> {
        if name.starts_with('@') || name.contains(':') {
            return Err(format!("{name} is not a plain name"));
        }
        match value.as_str() {
            Some(id) if name == "id" && (id.starts_with("_:") || !self.ids.insert(id)) => {
                Err(format!("the node {id} stands twice"))
            }
            _ => self.value(value, depth),
        }
    }

    fn value(&mut self, value: &'a Value, depth: usize) -> Result<(), String> {
        if depth > MAX_DEPTH {
            return Err(format!("it is nested deeper than {MAX_DEPTH}"));
        }
        match value {
            Value::Array(values) => values.iter().try_for_each(|value| self.value(value, depth + 1)),
            Value::Object(node) => {
                self.all += 1;
                if self.all > MAX_NODES {
                    return Err(format!("more than {MAX_NODES} objects"));
                }
                self.nameless += usize::from(!node.contains_key("id"));
                if self.nameless > MAX_NAMELESS_NODES {
                    return Err(format!("more than {MAX_NAMELESS_NODES} of its objects have no id"));
                }
                node.iter().try_for_each(|(name, value)| self.member(name, value, depth + 1))
            }
            _ => Ok(()),
        }
    }
}

/// The contexts that are known here; nothing is loaded from the network.
pub(super) struct Contexts<'a>(pub(super) &'a BTreeMap<String, Value>);

impl Loader for Contexts<'_> {
    async fn load(&self, url: &json_ld::Iri) -> LoadingResult {
        let undefined =
            || json!({ "@context": { "@vocab": "https://www.w3.org/ns/credentials/undefined-term#" } });
        let document = match url.as_str() {
            known if CONTEXTS.contains(&known) => return StaticLoader.load(url).await,
            UNDEFINED_TERMS => Some(undefined()),
            other => self.0.get(other).cloned(),
        };
        let document = document.and_then(|document| serde_json::from_value(document).ok());
        let unknown = || json_ld::LoadError::new(url.to_owned(), json_ld::UnknownContext);
        Ok(RemoteDocument::new(Some(url.to_owned()), None, document.ok_or_else(unknown)?))
    }
}
