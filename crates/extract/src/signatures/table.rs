//! The table of signatures: what says that a page is not the page itself, and where it says so.
//!
//! A plain table, not a file of its own: it needs no parser at run time, and the compiler checks it.
//! `W6` marks what was observed on WordPress 6.1.9; other phrases, and all lists of hosts, are unverified.

use Place::{Address, Attribute, Class, Header, Headline, Id, JsonLdDenies, Opening, Script, Text, Title};
use SignatureClass::{
    Challenge, Consent, ErrorText, Login, Maintenance, Parked, Paywall, Region, Shell, SoftGone,
};
use When::{Alone, Bare, NoEntries, Thin};
use trackward_core::SignatureClass;

/// One sign. Its patterns are spellings of it: two of them are not two signs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    /// Its name in reports.
    pub(super) id: &'static str,
    /// What it speaks for.
    pub(super) class: SignatureClass,
    /// Where it stands.
    pub(super) place: Place,
    /// What stands there, lower case; one is enough. Inside a script `…` is any few characters.
    pub(super) patterns: &'static [&'static str],
    /// On which pages it decides.
    pub(super) when: When,
}

/// Where a sign stands. Patterns are looked for inside the text of a place, but equal ids and tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// A response header of this name.
    Header(&'static str),
    /// The final address, as `//host/path/`.
    Address,
    /// The title.
    Title,
    /// The title or the first `h1`.
    Headline,
    /// The very first visible text.
    Opening,
    /// Visible text, or text for readers without scripts.
    Text,
    /// Text of scripts, or an address they or frames are loaded from.
    Script,
    /// JSON-LD says `false` to this key.
    JsonLdDenies,
    /// The id of an element.
    Id,
    /// A class token of an element of this name; of any element without one.
    Class(Option<&'static str>),
    /// An attribute: name of the element, name of the attribute.
    Attribute(&'static str, &'static str),
}

/// On which pages a sign decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// On any page.
    Alone,
    /// On any page that shows no entry.
    NoEntries,
    /// On a page with little text and no article.
    Thin,
    /// The same, and it is no sign at all unless there are scripts and hardly any text.
    Bare,
}

impl When {
    /// Whether other properties of the page play no part.
    pub(super) const fn is_alone(self) -> bool {
        matches!(self, Self::Alone | Self::NoEntries)
    }
}

const fn row(
    id: &'static str,
    class: SignatureClass,
    place: Place,
    patterns: &'static [&'static str],
    when: When,
) -> Row {
    Row { id, class, place, patterns, when }
}

#[rustfmt::skip]
pub(super) const TABLE: &[Row] = &[
    row("challenge_header", Challenge, Header("cf-mitigated"), &["challenge"], Alone),
    // Its `scripts/jsd/` is on ordinary pages too.
    row("challenge_script", Challenge, Script, &["/cdn-cgi/challenge-platform/…/orchestrate/"], Alone),
    row("challenge_element", Challenge, Id, &["challenge-running"], Alone),
    row("challenge_title", Challenge, Title,
        &["just a moment", "attention required", "are you a robot"], Thin),
    row("challenge_text", Challenge, Text,
        &["checking your browser", "verify you are human", "enable javascript and cookies",
          "access denied", "too many requests", "error 1015"], Thin),
    row("challenge_captcha", Challenge, Class(None), &["g-recaptcha", "h-captcha", "cf-turnstile"], Thin),
    row("challenge_vendor", Challenge, Script, &["_incapsula_resource", "sucuri_cloudproxy"], Thin),

    // W6: the whole text of the page, with 503 and `Retry-After: 600`. An article may quote it, not begin with it.
    row("maintenance_wordpress", Maintenance, Opening,
        &["briefly unavailable for scheduled maintenance"], Alone),
    row("maintenance_text", Maintenance, Text,
        &["under maintenance", "wartungsarbeiten", "メンテナンス中"], Thin),

    row("error_database", ErrorText, Text, &["error establishing a database connection"], Thin), // W6: 500
    row("error_php", ErrorText, Text, &["fatal error", "allowed memory size"], Thin),
    row("error_hoster", ErrorText, Text, &["account suspended", "bandwidth limit exceeded"], Thin),

    row("login_post_password", Login, Class(Some("form")), &["post-password-form"], NoEntries), // W6
    row("login_form", Login, Id, &["loginform"], Thin),
    row("login_password", Login, Attribute("input", "type"), &["password"], Thin),
    row("login_text", Login, Text, &["log in to continue"], Thin),
    row("login_address", Login, Address, &["/wp-login.php/", "/login/"], Thin),

    row("paywall_json_ld", Paywall, JsonLdDenies, &["isaccessibleforfree"], Alone),
    row("paywall_text", Paywall, Text, &["members only", "subscribe to read"], Thin),

    row("consent_text", Consent, Text, &["before you continue", "we value your privacy"], Thin),
    row("consent_form", Consent, Attribute("form", "action"), &["consent"], Thin),
    row("consent_address", Consent, Address,
        &["//consent.google.", "//consent.youtube.com/", "//consent.yahoo.com/", "//guce."], Thin),

    row("region_text", Region, Text,
        &["not available in your country", "not available in your region"], Thin),

    row("parked_text", Parked, Text, &["domain is for sale", "buy this domain"], Thin),
    row("parked_host", Parked, Script,
        &["sedoparking.com/", "parkingcrew.net/", "bodis.com/", "parklogic.com/",
          "img1.wsimg.com/parking-lander/"], Thin),

    row("shell_element", Shell, Id, &["root", "app", "__next"], Bare),
    row("shell_text", Shell, Text, &["you need to enable javascript"], Bare),

    row("gone_headline", SoftGone, Headline,
        &["not found", "404", "page introuvable", "nicht gefunden", "見つかりません"], Thin),
    row("gone_body", SoftGone, Class(Some("body")), &["error404"], Thin),
];
