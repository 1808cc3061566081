//! The one secret of an installation, and the keys that are derived from it.

use crate::chance::Chance;
use crate::error::AppError;
use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::io::{ErrorKind, Write};
use std::path::Path;
use store::{Tx, settings};

/// Bytes of the master secret.
const SECRET_BYTES: usize = 32;
/// The setting that tells the secret of a database from any other, without telling what it is.
const FINGERPRINT: &str = "secret.fingerprint";
/// Bytes of the random nonce in front of what is sealed.
const NONCE_BYTES: usize = 24;

/// The master secret. It never leaves this module; only keys for a named purpose do.
#[derive(Clone)]
pub struct Secrets([u8; SECRET_BYTES]);

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets(hidden)")
    }
}

impl Secrets {
    /// A secret from given bytes, for tests.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; SECRET_BYTES]) -> Self {
        Self(bytes)
    }

    /// Reads the secret, or makes one that only its owner can read when there is none yet.
    ///
    /// # Errors
    /// When the file cannot be read or written, or does not hold 64 hexadecimal digits.
    pub fn load_or_create(file: &Path, chance: &Chance) -> Result<Self, AppError> {
        if !file.exists() {
            let failed = |error: std::io::Error| AppError::internal(format!("the secret file: {error}"));
            create(file, chance).map_err(failed)?;
        }
        Self::load(file)
    }

    /// Notes whose database it is, or finds out that it is another installation's: under other keys nothing personal
    /// can be read, and the calls to the chain would come from a stranger.
    ///
    /// # Errors
    /// When the database belongs to another secret, or fails.
    pub fn must_be_of(&self, tx: &mut Tx<'_>) -> Result<(), AppError> {
        let own = hex::encode(self.key(FINGERPRINT));
        match settings::get(tx, FINGERPRINT)? {
            None => Ok(settings::set(tx, FINGERPRINT, &own)?),
            Some(noted) if noted == own => Ok(()),
            Some(_) => Err(AppError::internal(
                "the file `secret` in the data folder is not the one of this database: every process of an \
                 installation needs a copy of the same one",
            )),
        }
    }

    /// Reads the secret.
    ///
    /// # Errors
    /// When the file cannot be read or does not hold 64 hexadecimal digits.
    pub fn load(file: &Path) -> Result<Self, AppError> {
        let text = std::fs::read_to_string(file)
            .map_err(|error| AppError::internal(format!("the secret file {}: {error}", file.display())))?;
        let mut bytes = [0; SECRET_BYTES];
        hex::decode_to_slice(text.trim(), &mut bytes)
            .map_err(|_| AppError::internal("the secret file must hold 64 hexadecimal digits"))?;
        Ok(Self(bytes))
    }

    /// The key for a purpose: HMAC-SHA256 of the purpose under the master secret.
    #[must_use]
    pub fn key(&self, purpose: &str) -> [u8; 32] {
        mac(&self.0, purpose.as_bytes())
    }

    /// Seals bytes under the key of a purpose (XChaCha20-Poly1305, random nonce in front).
    ///
    /// # Errors
    /// When the cipher refuses, which it does only beyond 256 GB.
    pub fn seal(&self, purpose: &str, plain: &[u8], chance: &Chance) -> Result<Vec<u8>, AppError> {
        seal_under(&self.key(purpose), plain, chance)
    }

    /// Opens what [`Secrets::seal`] sealed for the same purpose.
    ///
    /// # Errors
    /// When the bytes were changed or sealed under another key.
    pub fn open(&self, purpose: &str, sealed: &[u8]) -> Result<Vec<u8>, AppError> {
        open_under(&self.key(purpose), sealed)
    }
}

/// Writes a new secret that only its owner can read. It gets its name once it is complete: of processes that start
/// together one makes it, and none reads half of it.
fn create(file: &Path, chance: &Chance) -> std::io::Result<()> {
    let half = file.with_extension(hex::encode(chance.bytes::<8>()));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut created = options.open(&half)?;
    created.write_all(hex::encode(chance.bytes::<SECRET_BYTES>()).as_bytes())?;
    created.sync_all()?;
    let named = std::fs::hard_link(&half, file);
    std::fs::remove_file(&half)?;
    match named {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        named => named,
    }
}

/// Seals bytes under a key of their own.
///
/// # Errors
/// As [`Secrets::seal`].
pub fn seal_under(key: &[u8; 32], plain: &[u8], chance: &Chance) -> Result<Vec<u8>, AppError> {
    let nonce = chance.bytes::<NONCE_BYTES>();
    let cipher = XChaCha20Poly1305::new(key.into());
    let sealed = cipher
        .encrypt(XNonce::from_slice(&nonce), plain)
        .map_err(|_| AppError::internal("the data could not be sealed"))?;
    Ok([nonce.as_slice(), &sealed].concat())
}

/// Opens what [`seal_under`] sealed.
///
/// # Errors
/// As [`Secrets::open`].
pub fn open_under(key: &[u8; 32], sealed: &[u8]) -> Result<Vec<u8>, AppError> {
    let broken = || AppError::internal("the sealed data cannot be opened");
    let (nonce, sealed) = sealed.split_at_checked(NONCE_BYTES).ok_or_else(broken)?;
    XChaCha20Poly1305::new(key.into()).decrypt(XNonce::from_slice(nonce), sealed).map_err(|_| broken())
}

/// HMAC-SHA256.
#[must_use]
pub fn mac(key: &[u8; 32], message: &[u8]) -> [u8; 32] {
    // HMAC takes a key of any length, so 32 bytes are never refused.
    <Hmac<Sha256> as Mac>::new_from_slice(key)
        .map(|hmac| hmac.chain_update(message).finalize().into_bytes().into())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_only_under_its_purpose_and_unchanged() {
        let (secrets, chance) = (Secrets::from_bytes([7; 32]), Chance::seeded(1));
        let mut sealed = secrets.seal("personal", b"Anna", &chance).unwrap();
        assert_eq!(secrets.open("personal", &sealed).unwrap(), b"Anna");
        assert!(secrets.open("signer", &sealed).is_err());
        sealed[30] ^= 1;
        assert!(secrets.open("personal", &sealed).is_err());
    }

    #[test]
    fn a_secret_is_made_once_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secret");
        let first = Secrets::load_or_create(&file, &Chance::seeded(1)).unwrap();
        let second = Secrets::load_or_create(&file, &Chance::seeded(2)).unwrap();
        assert_eq!(first.key("x"), second.key("x"));
    }

    #[test]
    fn processes_that_start_together_have_one_secret() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secret");
        create(&file, &Chance::seeded(1)).unwrap();
        let first = Secrets::load(&file).unwrap();
        create(&file, &Chance::seeded(2)).unwrap();
        assert_eq!(Secrets::load(&file).unwrap().0, first.0);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left behind");
    }

    #[test]
    fn a_database_belongs_to_one_secret() {
        let folder = tempfile::tempdir().unwrap();
        let store = store::Store::open(folder.path().join("muniment.db").to_str().unwrap()).unwrap();
        store.migrate().unwrap();
        let must_be_of =
            |secret| store.write(|tx| Secrets::from_bytes([secret; SECRET_BYTES]).must_be_of(tx));
        must_be_of(1).unwrap();
        must_be_of(1).unwrap();
        assert!(must_be_of(2).unwrap_err().to_string().contains("secret"));
    }
}
