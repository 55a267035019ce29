//! Bytes of a page to references with placement, and page facts. Never fails, never slow.
