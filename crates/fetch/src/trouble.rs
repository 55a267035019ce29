//! From the client's errors to what kept the answer away.

use std::error::Error;
use std::io;

use rustls::CertificateError;
use trackward_core::{TimeoutKind, Trouble};

use crate::limits::Limits;
use crate::resolve::NotResolved;

/// What hyper says of a connection that ended early; its error type cannot be named from here.
const ENDED_EARLY: &[&str] = &["connection closed", "channel closed", "operation was canceled"];

/// What kept the answer away, in the words of the innermost cause.
pub(crate) fn trouble(error: &reqwest::Error) -> Trouble {
    if let Some(NotResolved(trouble)) = find(error) {
        return trouble.clone();
    }
    if let Some(fault) = find::<rustls::Error>(error) {
        return Trouble::Tls(tls_fault(fault));
    }
    let cause = shorten(&causes(error).last().unwrap_or(error).to_string());
    if error.is_timeout() {
        Trouble::Timeout(if error.is_connect() { TimeoutKind::Connect } else { TimeoutKind::Idle })
    } else if error.is_connect() {
        Trouble::Connect(cause)
    } else if find::<io::Error>(error).is_some() || ENDED_EARLY.iter().any(|words| cause.contains(words)) {
        Trouble::Reset(cause)
    } else {
        Trouble::Protocol(cause)
    }
}

/// What is wrong with a certificate in plain words, anything else in those of the library.
fn tls_fault(fault: &rustls::Error) -> String {
    let rustls::Error::InvalidCertificate(certificate) = fault else { return shorten(&fault.to_string()) };
    let words = match certificate {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "the certificate has expired",
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "the certificate is not valid yet"
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "the certificate is for another name"
        }
        CertificateError::BadSignature => "the signature of the certificate is wrong",
        CertificateError::UnknownIssuer => "the certificate is self-signed, or nobody known has issued it",
        other => return shorten(&other.to_string()),
    };
    words.to_owned()
}

fn find<E: Error + 'static>(error: &reqwest::Error) -> Option<&E> {
    causes(error).find_map(|cause| cause.downcast_ref())
}

/// The error, what caused it, and so on.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| cause(*error))
}

fn cause<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match error.downcast_ref::<io::Error>() {
        // `source` of an I/O error skips the error that it wraps.
        Some(wrapper) => wrapper.get_ref().map(|inner| inner as &(dyn Error + 'static)),
        None => error.source(),
    }
}

/// A cause in at most [`Limits::CAUSE_CHARS`] characters, without the system's error number.
pub(crate) fn shorten(cause: &str) -> String {
    let words = cause.split(" (os error").next().unwrap_or(cause);
    words.chars().filter(|c| !c.is_control()).take(Limits::CAUSE_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cause_is_cut_at_its_limit() {
        let at_limit = "x".repeat(Limits::CAUSE_CHARS);
        assert_eq!(shorten(&at_limit), at_limit);
        assert_eq!(shorten(&format!("{at_limit}x")), at_limit);
    }

    #[test]
    fn cause_loses_error_numbers_and_control_characters() {
        assert_eq!(shorten("Connection\u{1b} refused (os error 111)"), "Connection refused");
    }
}
