//! Where trackward looks for pages that nobody told it about.
