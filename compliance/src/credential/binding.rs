//! Key binding (RFC 9901, 4.3): the holder of an SD-JWT signs with the key that its issuer named.

use crate::credential::{
    decision::{Checked, Code, Findings},
    key::{Key, Purpose, Resolver, jwk},
    sd_jwt::SdJwt,
    statement::Statement,
    verify::Judge,
};
use serde_json::Value;
use ssi::dids::DIDJWK;

impl Judge<'_> {
    /// Judges the holder's token, and names the subject: the one in the credential, or else the bound key.
    pub(super) fn bound(
        &self,
        token: &SdJwt<'_>,
        statement: Statement,
        findings: &mut Findings,
    ) -> Statement {
        let Some((key, holder)) = findings.keep(self.bound_key(token)) else { return statement };
        if let Some(binding) = &token.binding {
            if binding.typ().as_deref() != Some("kb+jwt") {
                findings.refuse(Code::Malformed, "the media type of the key binding is not kb+jwt");
            }
            let hash = binding.payload.get("sd_hash").and_then(Value::as_str);
            if hash != Some(token.presented_hash().as_str()) {
                findings.refuse(Code::PresenterNotHolder, "the key binding is for other disclosures");
            }
            let algorithm = findings.keep(self.policy.allow_algorithm(binding.algorithm()));
            algorithm.and_then(|algorithm| {
                findings.keep(key.verify(algorithm, binding.signed.as_bytes(), &binding.signature))
            });
        }
        let subject = match (statement.subject.clone(), holder) {
            (None, Holder::Named(did) | Holder::Key(did)) => did,
            (Some(subject), Holder::Named(did)) if subject != did => {
                findings.refuse(Code::SubjectNotHolder, format!("it is about {subject}, and bound to {did}"));
                subject
            }
            (Some(subject), _) => subject,
        };
        Statement { subject: Some(subject), ..statement }
    }

    /// The key that the issuer bound the credential to (`cnf`, RFC 7800).
    fn bound_key(&self, token: &SdJwt<'_>) -> Checked<(Key, Holder)> {
        let cnf = token.revealed.get("cnf");
        let (named, bare) = (cnf.and_then(|cnf| cnf.get("kid")), cnf.and_then(|cnf| cnf.get("jwk")));
        match (named.and_then(Value::as_str), bare) {
            (None, Some(bare)) => {
                let jwk =
                    jwk(bare).ok_or((Code::KeyUnresolved, "the key in cnf cannot be read".to_owned()))?;
                let did = DIDJWK::generate(&jwk).to_string();
                Ok((Key::Public(Box::new(jwk)), Holder::Key(did)))
            }
            (Some(kid), None) => {
                let did = kid.split_once('#').map_or(kid, |(did, _)| did);
                let named = Some(kid).filter(|kid| kid.contains('#'));
                let key = Resolver(self.fetch).key(did, named, Purpose::Authentication)?;
                Ok((key, Holder::Named(did.to_owned())))
            }
            _ => Err((Code::PresenterNotHolder, "its issuer bound it to no key, or to several".to_owned())),
        }
    }
}

/// Who the bound key belongs to.
enum Holder {
    /// The DID that the issuer named.
    Named(String),
    /// The key itself, as a DID.
    Key(String),
}
