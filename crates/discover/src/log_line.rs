//! One line of an access log, cut into the fields that count; nothing is copied.
//!
//! Common Log Format `%h %l %u %t "%r" %>s %b`, Combined with `"%{Referer}i" "%{User-Agent}i"` after it
//! (<https://httpd.apache.org/docs/current/logs.html>), the same of nginx
//! (<https://nginx.org/en/docs/http/ngx_http_log_module.html>), Apache's `vhost_combined` with `%v:%p` first. What
//! follows the user agent is not read.

use jiff::Timestamp;
use jiff::civil::{Date, Weekday};
use memchr::{memchr, memchr_iter, memchr2, memrchr};

/// The fields of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LogLine<'a> {
    /// The virtual host without its port, where the line begins with one.
    pub host: Option<&'a [u8]>,
    /// `25/Nov/2026:09:47:10 +0000`, of this shape byte for byte.
    pub time: &'a [u8],
    pub method: &'a [u8],
    /// The path with its query, as written, escapes and all.
    pub path: &'a [u8],
    pub status: u16,
    /// As written; empty in the Common format.
    pub referrer: &'a [u8],
    /// As written; empty in the Common format.
    pub agent: &'a [u8],
}

const TIME: &[u8; 26] = b"00/Aaa/0000:00:00:00 +0000";

impl<'a> LogLine<'a> {
    /// Cuts a line; `None` when it is broken.
    pub(crate) fn cut(line: &'a [u8]) -> Option<Self> {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let opens = memchr_iter(b'[', line).find(|&at| is_time(&line[at + 1..]))?;
        let (time, rest) = line[opens + 1..].split_at(TIME.len());
        let (request, rest) = quoted(rest.strip_prefix(b"] ")?)?;
        let (method, target) = request.split_at(memchr(b' ', request)?);
        let target = &target[1..];
        let path = memrchr(b' ', target).map_or(target, |end| &target[..end]);
        let [b' ', status @ ..] = rest else { return None };
        let status = number(status.get(..3)?)?;
        let rest = &rest[4..];
        // The bytes sent, and the two quoted fields of the Combined format.
        let after = memchr(b'"', rest).map(|at| &rest[at..]);
        let (referrer, agent) = match after {
            None => (&b""[..], &b""[..]),
            Some(after) => {
                let (referrer, rest) = quoted(after)?;
                (referrer, quoted(rest.strip_prefix(b" ")?)?.0)
            }
        };
        Some(Self { host: virtual_host(&line[..opens]), time, method, path, status, referrer, agent })
    }
}

fn is_time(text: &[u8]) -> bool {
    let fits = |(byte, shape): (&u8, &u8)| match shape {
        b'0' => byte.is_ascii_digit(),
        b'A' | b'a' => byte.is_ascii_alphabetic(),
        b'+' => matches!(byte, b'+' | b'-'),
        _ => byte == shape,
    };
    text.len() > TIME.len() && text.iter().zip(TIME).all(fits)
}

/// What stands between quotes at the start, and what follows; a backslash takes the next byte along.
fn quoted(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let text = text.strip_prefix(b"\"")?;
    let mut from = 0;
    loop {
        let at = from + memchr2(b'"', b'\\', text.get(from..)?)?;
        if text[at] == b'"' {
            return Some((&text[..at], &text[at + 1..]));
        }
        from = at + 2;
    }
}

/// `host:port address - user ` begins with a virtual host, `address - user ` does not.
fn virtual_host(head: &[u8]) -> Option<&[u8]> {
    let mut fields = head.splitn(4, |&byte| byte == b' ');
    let (host, address, ident) = (fields.next()?, fields.next()?, fields.next()?);
    if address == b"-" || ident != b"-" || host.is_empty() {
        return None;
    }
    // The port is where the server listens: behind a proxy that is not the address people see.
    let port = memrchr(b':', host).filter(|&colon| host[colon + 1..].iter().all(u8::is_ascii_digit));
    Some(port.map_or(host, |colon| &host[..colon]))
}

fn number(digits: &[u8]) -> Option<u16> {
    digits.iter().try_fold(0, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + u16::from(digit - b'0')))
}

/// Reads the times of a log, whose neighbours mostly share their day: only a new day is worked out.
#[derive(Debug, Default)]
pub(crate) struct Days {
    /// Day and offset as written.
    written: [u8; 16],
    midnight: i64,
    monday: Date,
}

impl Days {
    /// The instant, and the Monday of its ISO week by the server's own calendar. `None` for a day or hour that is none.
    pub(crate) fn read(&mut self, time: &[u8]) -> Option<(Timestamp, Date)> {
        let mut written = [0; 16];
        written[..11].copy_from_slice(time.get(..11)?);
        written[11..].copy_from_slice(time.get(21..26)?);
        if written != self.written {
            let (midnight, monday) = day(&written)?;
            *self = Self { written, midnight, monday };
        }
        let part =
            |at: usize, below: u16| number(&time[at..at + 2]).filter(|part| *part < below).map(i64::from);
        let (hour, minute, second) = (part(12, 24)?, part(15, 60)?, part(18, 61)?);
        let instant = Timestamp::from_second(self.midnight + hour * 3600 + minute * 60 + second).ok()?;
        Some((instant, self.monday))
    }
}

/// Midnight in seconds since the Unix epoch, and the Monday, of `25/Nov/2026+0000`.
fn day(written: &[u8; 16]) -> Option<(i64, Date)> {
    const MONTHS: [&[u8]; 12] =
        [b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"];
    let signed = |digits: &[u8]| number(digits).and_then(|number| i16::try_from(number).ok());
    let month = MONTHS.iter().position(|month| *month == &written[3..6])? + 1;
    let day = i8::try_from(signed(&written[..2])?).ok()?;
    let date = Date::new(signed(&written[7..11])?, i8::try_from(month).ok()?, day).ok()?;
    let offset = i64::from(number(&written[12..14])?) * 3600 + i64::from(number(&written[14..16])?) * 60;
    let east = if written[11] == b'-' { -offset } else { offset };
    let days = date.since(Date::constant(1970, 1, 1)).ok()?.get_days();
    let back = i64::from(date.weekday().since(Weekday::Monday));
    let monday = date.checked_sub(jiff::Span::new().days(back)).ok()?;
    Some((i64::from(days) * 86400 - east, monday))
}

/// A field without its escapes: `\"`, `\\` and `\x22`; the field itself where it has none.
pub(crate) fn unescaped<'a>(field: &'a [u8], room: &'a mut Vec<u8>) -> &'a [u8] {
    let Some(first) = memchr(b'\\', field) else { return field };
    room.clear();
    room.extend_from_slice(&field[..first]);
    let mut rest = &field[first..];
    while let [byte, after @ ..] = rest {
        let (plain, left) = match (byte, after) {
            (b'\\', [b'x', high, low, left @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                (hex(*high) << 4 | hex(*low), left)
            }
            (b'\\', [next @ (b'"' | b'\\'), left @ ..]) => (*next, left),
            _ => (*byte, after),
        };
        room.push(plain);
        rest = left;
    }
    room
}

fn hex(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => (digit | 0x20) - b'a' + 10,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const COMBINED: &str = r#"203.0.113.9 - - [25/Nov/2026:09:47:10 +0100] "GET /a?b=c HTTP/1.1" 200 512 "https://blog.net/p" "Mozilla/5.0""#;

    #[test]
    fn a_combined_line_is_cut() {
        let line = LogLine::cut(COMBINED.as_bytes()).unwrap();
        let expected = LogLine {
            host: None,
            time: b"25/Nov/2026:09:47:10 +0100",
            method: b"GET",
            path: b"/a?b=c",
            status: 200,
            referrer: b"https://blog.net/p",
            agent: b"Mozilla/5.0",
        };
        assert_eq!(line, expected);
    }

    #[test]
    fn a_common_line_has_no_referrer() {
        let line =
            LogLine::cut(b"::1 - bob [25/Nov/2026:09:47:10 +0000] \"GET / HTTP/1.0\" 304 -\r").unwrap();
        assert_eq!((line.status, line.path, line.referrer, line.agent), (304, &b"/"[..], &b""[..], &b""[..]));
    }

    #[test]
    fn a_virtual_host_is_read_without_its_port() {
        let hosts = [
            ("www.ours.com:443 203.0.113.9", Some("www.ours.com")),
            ("www.ours.com 2001:db8::1", Some("www.ours.com")),
            ("[2001:db8::2]:80 2001:db8::1", Some("[2001:db8::2]")),
            ("2001:db8::1", None),
        ];
        for (head, host) in hosts {
            let line = COMBINED.replace("203.0.113.9", head);
            let cut = LogLine::cut(line.as_bytes()).unwrap();
            assert_eq!(cut.host, host.map(str::as_bytes), "{head}");
            assert_eq!(cut.referrer, b"https://blog.net/p");
        }
    }

    #[test]
    fn escaped_quotes_do_not_end_a_field() {
        let line = COMBINED.replace("/p\"", r#"/p\"q\x22\\""#);
        let line = LogLine::cut(line.as_bytes()).unwrap();
        assert_eq!(unescaped(line.referrer, &mut Vec::new()), br#"https://blog.net/p"q"\"#);
        assert_eq!(unescaped(br"\x2\xzz\", &mut Vec::new()), br"\x2\xzz\");
    }

    #[test]
    fn broken_lines_are_none() {
        let broken = [
            "",
            "[",
            "not a log",
            &COMBINED[..60],
            &COMBINED[..COMBINED.len() - 1],
            &COMBINED.replace("GET /a?b=c HTTP/1.1", "\\x16\\x03\\x01"),
            &COMBINED.replace(" 200 ", " 2x0 "),
        ];
        for line in broken {
            assert_eq!(LogLine::cut(line.as_bytes()), None, "{line}");
        }
    }

    #[test]
    fn times_are_read_with_their_offset_and_week() {
        let mut days = Days::default();
        let mut read = |time: &str| days.read(time.as_bytes()).map(|(at, monday)| format!("{at} {monday}"));
        assert_eq!(read("25/Nov/2026:09:47:10 +0100").unwrap(), "2026-11-25T08:47:10Z 2026-11-23");
        assert_eq!(read("25/Nov/2026:23:59:59 +0100").unwrap(), "2026-11-25T22:59:59Z 2026-11-23");
        assert_eq!(read("25/Nov/2026:23:59:59 -0330").unwrap(), "2026-11-26T03:29:59Z 2026-11-23");
        assert_eq!(read("03/Jan/2027:00:00:00 +0000").unwrap(), "2027-01-03T00:00:00Z 2026-12-28");
        assert_eq!(read("31/Feb/2027:00:00:00 +0000"), None);
        assert_eq!(read("03/Jux/2027:00:00:00 +0000"), None);
        assert_eq!(read("03/Jan/2027:24:00:00 +0000"), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_cut_without_panic(junk in proptest::collection::vec(any::<u8>(), 0..300), at in 0..120usize) {
            let mut line = COMBINED.as_bytes().to_vec();
            line.splice(at.min(line.len()).., junk.iter().copied());
            for line in [&line[..], &junk[..]] {
                if let Some(cut) = LogLine::cut(line) {
                    Days::default().read(cut.time);
                    unescaped(cut.referrer, &mut Vec::new());
                }
            }
        }

        #[test]
        fn any_time_of_the_shape_is_read_without_panic(time in "[0-9]{2}/[A-Z][a-z]{2}/[0-9]{4}:[0-9]{2}:[0-9]{2}:[0-9]{2} [+-][0-9]{4}") {
            Days::default().read(time.as_bytes());
        }
    }
}
