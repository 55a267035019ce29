//! A report as PDF: its page, printed by a Chromium that is installed.

use std::fs;
use std::io::{self, ErrorKind};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use crate::failure::Failure;
use crate::files::write_whole_by;

/// Names under which a Chromium is looked for.
const NAMES: [&str; 5] = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"];
/// Longest time that printing may take.
const PATIENCE: Duration = Duration::from_mins(2);
/// Time between two looks whether it is done.
const PAUSE: Duration = Duration::from_millis(50);

/// Prints a page that loads nothing. The browser gets a folder of its own, removed afterwards, and no network.
pub(crate) fn write_pdf(page: &str, path: &Path) -> Result<(), Failure> {
    let browser = find_browser().ok_or_else(|| {
        let help = "install chromium, or print the HTML file from a browser";
        Failure::usage("no Chromium is installed to write the PDF with", help)
    })?;
    let failed = |error: io::Error| Failure::failed(format!("the PDF could not be printed: {error}"));
    let folder = Folder::create().map_err(failed)?;
    let printed = print(&browser, page, &folder.0).map_err(failed)?;
    write_whole_by(path, |file| io::Write::write_all(file, &printed))
}

fn find_browser() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let places = NAMES.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    places.into_iter().find(|place| place.is_file())
}

fn print(browser: &Path, page: &str, folder: &Path) -> io::Result<Vec<u8>> {
    let (html, pdf) = (folder.join("report.html"), folder.join("report.pdf"));
    fs::write(&html, page)?;
    let mut command = Command::new(browser);
    command
        .args(["--headless", "--disable-gpu", "--no-first-run", "--disable-sync", "--disable-dev-shm-usage"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-extensions"])
        .args(["--host-resolver-rules=MAP * ~NOTFOUND", "--no-pdf-header-footer"])
        .arg(format!("--user-data-dir={}", folder.join("profile").display()))
        .arg(format!("--print-to-pdf={}", pdf.display()))
        .arg(format!("file://{}", html.display()))
        .env("HOME", folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    // Chromium's own sandbox does not work for root; the page holds no script and loads nothing.
    if fs::metadata(folder)?.uid() == 0 {
        command.arg("--no-sandbox");
    }
    let ended = within(PATIENCE, command.spawn()?)?;
    match fs::read(&pdf) {
        Ok(printed) if ended && printed.starts_with(b"%PDF-") => Ok(printed),
        _ => Err(io::Error::other(format!("{} wrote none", browser.display()))),
    }
}

/// Whether a process ended well in time; it is ended otherwise.
fn within(patience: Duration, mut child: Child) -> io::Result<bool> {
    let looks = patience.as_millis() / PAUSE.as_millis();
    for _ in 0..looks {
        if let Some(status) = child.try_wait()? {
            return Ok(status.success());
        }
        thread::sleep(PAUSE);
    }
    child.kill()?;
    child.wait()?;
    Err(io::Error::new(ErrorKind::TimedOut, format!("it took longer than {} s", patience.as_secs())))
}

/// A folder that only its owner can look into, removed when it is dropped.
struct Folder(PathBuf);

impl Folder {
    fn create() -> io::Result<Self> {
        use std::os::unix::fs::DirBuilderExt;
        let make = |n: u32| {
            let path = std::env::temp_dir().join(format!("trackward-pdf-{}-{n}", std::process::id()));
            fs::DirBuilder::new().mode(0o700).create(&path).map(|()| Self(path))
        };
        // What lies there is left behind by another, or planted: it is never used.
        let taken = |made: &io::Result<Self>| {
            made.as_ref().is_err_and(|error| error.kind() == ErrorKind::AlreadyExists)
        };
        (0..100).map(make).find(|made| !taken(made)).unwrap_or_else(|| Err(ErrorKind::AlreadyExists.into()))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Best effort: it lies among temporary files.
        let _ = fs::remove_dir_all(&self.0);
    }
}
