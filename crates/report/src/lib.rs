//! Events and links to a weekly report: HTML, JSON and terminal. Knows no store.
