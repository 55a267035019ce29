//! What a file of rows may hold; one that holds more is refused as a whole, but for single records.

/// Named limits of this crate.
#[derive(Debug, Clone, Copy)]
pub struct Limits;

impl Limits {
    /// Bytes of a file, unpacked.
    pub const BYTES: u64 = 256 * 1024 * 1024;
    /// Rows of a file, over all its tables.
    pub const ROWS: u64 = 1_000_000;
    /// Members of an archive.
    pub const MEMBERS: usize = 64;
    /// How many times larger a member may be than it is packed, once it is larger than [`Limits::RATIO_FROM`].
    pub const RATIO: u64 = 100;
    /// Bytes up to which a member may unfold as it likes.
    pub const RATIO_FROM: u64 = 1024 * 1024;
    /// Columns of a row; a row with more is broken.
    pub const COLUMNS: usize = 1_000;
    /// Bytes of a field; a row with a longer one is broken.
    pub const FIELD_BYTES: usize = 32 * 1024;
    /// Bytes of a record, or of an object of JSON, as it is written. A longer one is broken; in a document, nothing
    /// is read that comes after.
    pub const RECORD_BYTES: usize = 1024 * 1024;
    /// Lists of objects in a JSON document.
    pub const LISTS: usize = 64;
    /// Bytes of the table of texts in a spreadsheet, which its reader holds in memory.
    pub const SHARED_TEXT_BYTES: u64 = 24 * 1024 * 1024;
}
