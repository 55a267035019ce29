//! The page in a real browser: no payload runs, asks for anything or breaks the layout.
//!
//! Needs Chromium. Without it the tests say so and pass, unless `TRACKWARD_REQUIRE_SERVICES=1` asks that
//! they fail.

use std::fs;
use std::io::{ErrorKind, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::SeqCst;
use std::thread::JoinHandle;

use tempfile::TempDir;
use trackward_report::html;

use crate::hostile::hostile_at;
use crate::weeks::quarter;

/// A listener that nothing may reach; it ends every connection at once.
struct Canary {
    address: SocketAddr,
    ending: Arc<AtomicBool>,
    listening: JoinHandle<Vec<SocketAddr>>,
}

impl Canary {
    fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let ending = Arc::new(AtomicBool::new(false));
        let listening = std::thread::spawn({
            let ending = Arc::clone(&ending);
            move || {
                let mut peers = Vec::new();
                while let Ok((_, peer)) = listener.accept() {
                    peers.push(peer);
                    // From here on it takes what has come, and waits for nothing more.
                    listener.set_nonblocking(ending.load(SeqCst)).unwrap();
                }
                peers
            }
        });
        Self { address, ending, listening }
    }

    /// How many connections reached it before this.
    fn reached(self) -> usize {
        self.ending.store(true, SeqCst);
        // However far the listener is, this wakes it.
        let own = TcpStream::connect(self.address).unwrap().local_addr().unwrap();
        self.listening.join().unwrap().iter().filter(|peer| **peer != own).count()
    }
}

/// Texts that set the title and call the canary, each in another way.
fn payloads(canary: SocketAddr) -> Vec<String> {
    let run = "document.title='owned'";
    vec![
        format!("<script>{run};new Image().src='http://{canary}/1'</script>"),
        format!("\"><img src=\"http://{canary}/2\" onerror=\"{run}\">"),
        format!("'><svg onload=\"{run};fetch('http://{canary}/3')\">"),
        format!(
            "</style><style>@import url(http://{canary}/4);*{{background:url(http://{canary}/5)}}</style>"
        ),
        format!("</title></textarea></table></blockquote><iframe src=\"http://{canary}/6\"></iframe>"),
        format!(
            "<link rel=stylesheet href=\"http://{canary}/7\"><link rel=preconnect href=\"http://{canary}\">"
        ),
        format!("<meta http-equiv=refresh content=\"0;url=http://{canary}/8\">"),
        format!(
            "<base href=\"http://{canary}/\"><object data=9></object><embed src=10><video src=11 autoplay>"
        ),
        format!("<details open ontoggle=\"{run}\"><input autofocus onfocus=\"{run}\">"),
    ]
}

/// The page as Chromium holds it once it is loaded; nothing where there is no Chromium.
fn dom_of(page: &str) -> Option<String> {
    let folder = TempDir::new().unwrap();
    chromium(page, "--dump-dom", &folder).map(|output| String::from_utf8(output).unwrap())
}

/// The page as Chromium prints it; nothing where there is no Chromium.
fn pdf_of(page: &str) -> Option<Vec<u8>> {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("page.pdf");
    chromium(page, &format!("--print-to-pdf={}", file.display()), &folder)?;
    Some(fs::read(file).unwrap())
}

/// What Chromium writes about a page; nothing where there is no Chromium.
fn chromium(page: &str, wanted: &str, folder: &TempDir) -> Option<Vec<u8>> {
    let file = folder.path().join("page.html");
    fs::write(&file, page).unwrap();
    let output = Command::new("chromium")
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .args(["--disable-dev-shm-usage", "--timeout=30000", "--no-pdf-header-footer", wanted])
        .arg("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")
        .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
        .arg(format!("file://{}", file.display()))
        .env("HOME", folder.path())
        .output();
    match output {
        Ok(output) => {
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            Some(output.stdout)
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let why = "no Chromium to open the report with; get it: apt-get install chromium";
            let required = std::env::var("TRACKWARD_REQUIRE_SERVICES").is_ok_and(|value| value == "1");
            assert!(!required, "{why}");
            // Written straight to stderr: the output of a test that passes is not shown otherwise.
            writeln!(std::io::stderr(), "SKIPPED, {why}").expect("stderr can be written to");
            None
        }
        Err(error) => panic!("chromium could not be started: {error}"),
    }
}

fn title(page: &str) -> &str {
    let (_, rest) = page.split_once("<title>").unwrap();
    rest.split_once("</title>").unwrap().0
}

fn hostile_page(payload: &str) -> String {
    html(&hostile_at("https://evil.example/?q=<script>document.title='owned'</script>", payload).report())
}

#[test]
fn hostile_report_runs_no_script_and_asks_for_nothing_in_a_browser() {
    let canary = Canary::start();
    let page = hostile_page(&payloads(canary.address).concat());
    let Some(dom) = dom_of(&page) else { return };
    assert_eq!(canary.reached(), 0, "a payload of the report called out");
    assert_eq!(title(&dom), title(&page));
    for tag in ["script", "img", "iframe", "link", "base", "object", "embed", "video", "input"] {
        assert!(!dom.contains(&format!("<{tag}")), "{tag} is in the page");
    }
}

#[test]
fn the_same_payloads_do_their_work_on_a_page_that_does_not_escape() {
    let canary = Canary::start();
    let text = payloads(canary.address)[..3].concat();
    let Some(dom) = dom_of(&format!("<!DOCTYPE html><title>plain</title><body>{text}")) else { return };
    assert!(canary.reached() > 0, "the canary sees what a browser asks for");
    assert_eq!(title(&dom), "owned");
}

#[test]
fn hostile_report_fits_a_telephone_and_a_wide_window() {
    let words = ["W".repeat(400), "<wbr>".repeat(80), "\u{202e}moc".repeat(60), "ش".repeat(300)].join(" ");
    let report = hostile_page(&words).replace('&', "&amp;").replace('"', "&quot;");
    // The frames are the windows; the report itself may run no script.
    let frame =
        |width: u32| format!("<iframe srcdoc=\"{report}\" style=\"border:0;width:{width}px\"></iframe>");
    let measure = "onload = () => { document.title = [...document.querySelectorAll('iframe')]\
                   .map(frame => frame.contentDocument.documentElement)\
                   .map(page => page.scrollWidth - page.clientWidth).join(' ') }";
    let page =
        format!("<!DOCTYPE html><title></title><script>{measure}</script>{}{}", frame(360), frame(1_280));
    let Some(dom) = dom_of(&page) else { return };
    assert_eq!(title(&dom), "0 0", "pixels that stand out of the window");
}

#[test]
fn printed_report_asks_for_nothing_and_has_its_pages() {
    let canary = Canary::start();
    let page = hostile_page(&payloads(canary.address).concat());
    let Some(pdf) = pdf_of(&page) else { return };
    assert_eq!(canary.reached(), 0, "a payload called out in print");
    let pages = pdf.windows(b"/Type /Page\n".len()).filter(|part| part.starts_with(b"/Type /Page\n")).count();
    assert!(pdf.starts_with(b"%PDF-") && pages >= 2, "{pages} pages");
}

#[test]
fn report_of_a_quarter_fits_a_telephone_with_its_charts() {
    let report = html(&quarter().report());
    assert_eq!(report.matches("<figure>").count(), 5, "won and lost, live, waits, survival, reasons");
    let escaped = report.replace('&', "&amp;").replace('"', "&quot;");
    let measure = "onload = () => { const page = document.querySelector('iframe').contentDocument.documentElement;\
                   document.title = page.scrollWidth - page.clientWidth }";
    let frame = format!("<iframe srcdoc=\"{escaped}\" style=\"border:0;width:360px\"></iframe>");
    let page = format!("<!DOCTYPE html><title></title><script>{measure}</script>{frame}");
    let Some(dom) = dom_of(&page) else { return };
    assert_eq!(title(&dom), "0", "pixels that stand out of the window");
}
