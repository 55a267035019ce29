//! What leaves the program: no password, nothing that deceives a terminal, and an exit code that is true.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "../bench/mod.rs"]
mod bench;
mod endings;
#[path = "../bench/raw.rs"]
mod raw;
mod secrets;
mod terminal;

/// The settings of a bench that may ask a host on loopback.
const SETTINGS: &str = "contact = \"https://ours.example/bot\"\nsites = [\"ours.example\"]\n\
    [fetch]\nrest = \"1ms\"\nallow_networks = [\"127.0.0.0/8\"]\n[schedule]\nown_pages = false\n";

/// A post with one pingback, which links to us with this `href` and text.
fn post(title: &str, href: &str, anchor: &str) -> String {
    let story = "Roses want sun, and a hand that cuts them in spring. ".repeat(40);
    format!(
        "<!DOCTYPE html><html><head><title>{title}</title></head><body><article class=\"post\"><h1>{title}</h1>\
         <p>{story}</p></article><ol class=\"commentlist\"><li class=\"pingback\" id=\"comment-7\">Pingback: \
         <a href=\"{href}\" rel=\"ugc\">{anchor}</a> {anchor}</li></ol></body></html>"
    )
}
