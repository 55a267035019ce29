//! How we name ourselves.

use std::fmt;

use crate::error::FetchError;

/// The `User-Agent` of every request: `trackward/0.1.0 (+CONTACT)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserAgent(String);

impl UserAgent {
    /// Our product token, here and in robots.txt (RFC 9309, 2.2.1).
    pub const PRODUCT: &str = "trackward";

    /// A user agent that says whom to write to; without a contact, only loopback hosts should be asked
    /// ([`crate::AddressGate::loopback_only`]).
    ///
    /// # Errors
    /// When the contact is neither an `http(s)` address nor a mail address, in visible ASCII without
    /// parentheses; and when it holds a user name or password.
    pub fn new(contact: Option<&str>) -> Result<Self, FetchError> {
        let product = format!("{}/{}", Self::PRODUCT, env!("CARGO_PKG_VERSION"));
        match contact.map(str::trim) {
            None => Ok(Self(product)),
            Some(contact) if has_userinfo(contact) => Err(FetchError::ContactUserinfo),
            Some(contact) if is_contact(contact) => Ok(Self(format!("{product} (+{contact})"))),
            Some(other) => Err(FetchError::Contact(other.to_owned())),
        }
    }

    /// The header's value.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UserAgent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A name alone before the `@` is that of a mail address.
fn has_userinfo(text: &str) -> bool {
    match url::Url::parse(text) {
        Ok(url) if url.has_authority() => !url.username().is_empty() || url.password().is_some(),
        _ => text
            .rsplit_once('@')
            .is_some_and(|(before, _)| before.strip_prefix("mailto:").unwrap_or(before).contains(':')),
    }
}

/// Parentheses would end the comment that holds the contact (RFC 9110, 5.6.5).
fn is_contact(text: &str) -> bool {
    let visible = text.bytes().all(|b| b.is_ascii_graphic() && b != b'(' && b != b')');
    visible && (is_web_address(text) || is_mail_address(text))
}

fn is_web_address(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

fn is_mail_address(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && !name.contains([':', '/']) && host.contains('.') && !host.contains('@')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_agent_carries_name_version_and_contact() {
        let of = |contact| UserAgent::new(contact).unwrap().to_string();
        let product = concat!("trackward/", env!("CARGO_PKG_VERSION"));
        assert_eq!(of(None), product);
        assert_eq!(of(Some("https://example.com/bot")), format!("{product} (+https://example.com/bot)"));
        assert_eq!(of(Some(" bot@example.com ")), format!("{product} (+bot@example.com)"));
    }

    #[test]
    fn contact_that_reaches_nobody_is_refused() {
        for wrong in [
            "",
            "me",
            "bot@",
            "@example.com",
            "ftp://example.com/",
            "a@b.example\r\nX: y",
            "https://x/(y)",
            "bö@x.example",
        ] {
            assert!(UserAgent::new(Some(wrong)).is_err(), "{wrong:?}");
        }
    }
    #[test]
    fn contact_with_a_password_is_refused_and_not_repeated() {
        for wrong in [
            "https://user:secret@h.example/bot",
            "https://secret@h.example/",
            "ftp://user:secret@h.example/",
            "user:secret@h.example",
            "https://user:secret@",
        ] {
            let error = UserAgent::new(Some(wrong)).unwrap_err();
            assert!(matches!(error, FetchError::ContactUserinfo), "{wrong}: {error:?}");
            assert!(!error.to_string().contains("secret"), "{wrong}");
        }
        for right in ["https://social.example/@bot", "bot@h.example"] {
            assert!(UserAgent::new(Some(right)).is_ok(), "{right}");
        }
        let mail = UserAgent::new(Some("mailto:bot@h.example")).unwrap_err();
        assert!(matches!(mail, FetchError::Contact(_)), "{mail:?}");
    }
}
