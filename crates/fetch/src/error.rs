//! Why a fetcher could not be set up.

/// Why a fetcher could not be set up. What goes wrong with a request is no error but a
/// [`trackward_core::Trouble`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// The contact is neither a web address nor a mail address.
    #[error("'{0}' is no contact, write a web address such as https://example.com/bot or a mail address")]
    Contact(String),
    /// The contact holds a user name or password, which every host would read.
    #[error(
        "the contact holds a user name or password, and every site that is asked reads it: write the address \
         without what stands before the @"
    )]
    ContactUserinfo,
    /// It names no network.
    #[error("'{0}' is no network, write it as 10.1.2.3/32, or as 10.1.2.3/32:8080 for one port")]
    Network(String),
    /// The HTTP client could not be built.
    #[error("the HTTP client could not be built")]
    Client(#[source] reqwest::Error),
    /// The resolver could not be built.
    #[error("the name resolver could not be built: {0}")]
    Resolver(String),
}
