//! Bytes of a record: version, postcard, CRC-32 of both.

use crate::StoreError;
use crate::key::Key;
use crate::record::Record;

/// Bytes of the checksum.
const CRC: usize = 4;

/// The bytes of a record.
pub(crate) fn encode<R: Record>(record: &R) -> Vec<u8> {
    let mut out = postcard::to_extend(record, vec![R::VERSION])
        .expect("records are plain data of known length, which postcard always writes");
    let crc = crc32fast::hash(&out);
    out.extend_from_slice(&crc.to_be_bytes());
    out
}

/// Reads the bytes of a record; `key` only names it in an error.
pub(crate) fn decode<R: Record>(key: &[u8], bytes: &[u8]) -> Result<R, StoreError> {
    let name = || format!("{} {}", R::NAME, hex(key.get(1..).unwrap_or_default()));
    let corrupt = || StoreError::Corrupt { what: name() };
    let (body, crc) = bytes.split_last_chunk::<CRC>().ok_or_else(corrupt)?;
    if crc32fast::hash(body) != u32::from_be_bytes(*crc) {
        return Err(corrupt());
    }
    let (version, value) = body.split_first().ok_or_else(corrupt)?;
    if *version != R::VERSION {
        return Err(StoreError::Newer { what: name(), found: (*version).into(), known: R::VERSION.into() });
    }
    postcard::from_bytes(value).map_err(|_| corrupt())
}

/// The key of a record, prefix first.
pub(crate) fn encode_key<R: Record>(key: R::Key) -> Vec<u8> {
    let mut out = vec![R::PREFIX];
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
