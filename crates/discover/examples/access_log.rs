//! Speed of the access log reader: `generate PATH MEGABYTES` writes varied lines, `PATH` reads them.

use std::fs::File;
use std::io::{self, BufWriter, Write};

use trackward_core::PageUrl;
use trackward_discover::access_log;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["generate", path, megabytes] => generate(path, megabytes.parse()?)?,
        [path] => measure(path)?,
        _ => return Err("usage: access_log PATH | access_log generate PATH MEGABYTES".into()),
    }
    Ok(())
}

fn measure(path: &str) -> Result<(), Box<dyn std::error::Error>> {
    let site = PageUrl::parse("https://www.ours.com/")?;
    let found = access_log::read(File::open(path)?, &site, &[], None)?;
    let megabytes = std::fs::metadata(path)?.len() as f64 / 1e6;
    let seconds = cpu_seconds()?;
    let mut out = io::stdout();
    writeln!(out, "{megabytes:.0} MB in {seconds:.2} s of CPU: {:.0} MB/s", megabytes / seconds)?;
    writeln!(
        out,
        "{} lines, {} broken, {} dropped, until {:?}",
        found.lines, found.broken, found.dropped, found.until
    )?;
    writeln!(out, "{} pairs, {} hosts, skipped {:?}", found.visits.len(), found.hosts.len(), found.skipped)?;
    for line in std::fs::read_to_string("/proc/self/status")?.lines().filter(|line| line.starts_with("VmHWM"))
    {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// CPU time of this process, from ticks of 10 ms (Linux, proc(5): fields 14 and 15).
fn cpu_seconds() -> io::Result<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    Ok(fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0)
}

/// Lines as a blog has them: half without a referrer, the rest own pages, search, assets, robots and other people's pages.
fn generate(path: &str, megabytes: u64) -> io::Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    let (mut written, mut seed) = (0, 1_u64);
    while written < megabytes * 1_000_000 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let line = log_line(seed >> 16, written);
        out.write_all(line.as_bytes())?;
        written += line.len() as u64;
    }
    out.flush()
}

fn log_line(dice: u64, written: u64) -> String {
    const BROWSER: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36";
    let (n, page) = (dice / 100, dice / 100 % 5000);
    let referrer = match dice % 100 {
        0..45 => "-".to_owned(),
        45..75 => format!("https://www.ours.com/posts/{page}"),
        75..80 => "https://www.google.com/".to_owned(),
        80..85 => format!("https://blog{}.net/", n % 3000),
        85..86 => format!(r"https://blog{}.net/?q=\x22{page}\x22", n % 3000),
        _ => format!("https://blog{}.net/posts/{}", n % 3000, n % 60_000),
    };
    let agent = if n % 10 == 0 {
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
    } else {
        BROWSER
    };
    let end = if n % 4 == 0 { "/theme.css" } else { "" };
    let status = if n % 20 == 0 { 404 } else { 200 };
    let minutes = written / 1_000_000;
    let (day, hour, minute) = (1 + minutes / 1440 % 28, minutes / 60 % 24, minutes % 60);
    format!(
        "203.0.113.{} - - [{day:02}/Nov/2026:{hour:02}:{minute:02}:{:02} +0100] \"GET /posts/{page}{end} HTTP/1.1\" {status} {} \"{referrer}\" \"{agent}\"\n",
        n % 256,
        n % 60,
        n % 90_000
    )
}
