//! Bytes of a record: version, postcard, CRC-32 of both.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::StoreError;
use crate::key::Key;
use crate::record::Record;

/// Bytes of the checksum.
const CRC: usize = 4;

/// The bytes of a record that has no hot part, or of what is left of one without it.
pub(crate) fn encode<R: Record>(record: &R) -> Vec<u8> {
    seal(R::VERSION, record)
}

/// The bytes of a record's hot part.
pub(crate) fn encode_hot<R: Record>(hot: &R::Hot) -> Vec<u8> {
    seal(R::VERSION, hot)
}

fn seal(version: u8, value: &impl Serialize) -> Vec<u8> {
    let mut out = postcard::to_extend(value, vec![version])
        .expect("records are plain data of known length, which postcard always writes");
    let crc = crc32fast::hash(&out);
    out.extend_from_slice(&crc.to_be_bytes());
    out
}

/// Reads a record from its bytes and, where it has one, those of its hot part; `key` only names it in an error.
///
/// # Errors
/// When bytes are damaged or missing, or a later release wrote them.
pub(crate) fn decode<R: Record>(key: &[u8], bytes: &[u8], hot: Option<&[u8]>) -> Result<R, StoreError> {
    let mut record: R = open::<R, R>(key, bytes)?;
    if R::HOT.is_some() {
        let hot = hot.ok_or_else(|| StoreError::Corrupt { what: format!("half of {}", name::<R>(key)) })?;
        record.warm(open::<R, R::Hot>(key, hot)?);
    }
    Ok(record)
}

fn open<R: Record, T: DeserializeOwned>(key: &[u8], bytes: &[u8]) -> Result<T, StoreError> {
    let corrupt = || StoreError::Corrupt { what: name::<R>(key) };
    let (body, crc) = bytes.split_last_chunk::<CRC>().ok_or_else(corrupt)?;
    if crc32fast::hash(body) != u32::from_be_bytes(*crc) {
        return Err(corrupt());
    }
    let (version, value) = body.split_first().ok_or_else(corrupt)?;
    if *version != R::VERSION {
        let (found, known) = ((*version).into(), R::VERSION.into());
        return Err(StoreError::Newer { what: name::<R>(key), found, known });
    }
    postcard::from_bytes(value).map_err(|_| corrupt())
}

/// What a message calls the record of a key.
pub(crate) fn name<R: Record>(key: &[u8]) -> String {
    format!("{} {}", R::NAME, hex(key.get(1..).unwrap_or_default()))
}

/// The key of a record, prefix first.
pub(crate) fn encode_key<R: Record>(key: R::Key) -> Vec<u8> {
    prefixed::<R>(R::PREFIX, key)
}

/// The key of a record's hot part, where its kind has one.
pub(crate) fn encode_hot_key<R: Record>(key: R::Key) -> Option<Vec<u8>> {
    R::HOT.map(|prefix| prefixed::<R>(prefix, key))
}

fn prefixed<R: Record>(prefix: u8, key: R::Key) -> Vec<u8> {
    let mut out = vec![prefix];
    key.write(&mut out);
    out
}

/// Reads the key of a record.
pub(crate) fn decode_key<R: Record>(bytes: &[u8]) -> Result<R::Key, StoreError> {
    bytes
        .get(1..)
        .and_then(|mut rest| R::Key::read(&mut rest).filter(|_| rest.is_empty()))
        .ok_or_else(|| StoreError::Corrupt { what: format!("key {} of {}", hex(bytes), R::NAME) })
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
