//! The charset of a page without a header, against the cases of html5lib (`tests/data/README.md`).

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use std::fs;
use std::path::Path;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use trackward_core::{Headers, PageUrl, TargetSet};
use trackward_extract::{Page, extract};

/// The bytes and the label of each case.
fn cases() -> Vec<(Vec<u8>, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/html5lib_encoding");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    files.iter().flat_map(|file| cases_of(&fs::read(file).unwrap())).collect()
}

/// Blocks of `#data`, bytes, `#encoding` and a label, each on lines of their own.
fn cases_of(file: &[u8]) -> Vec<(Vec<u8>, String)> {
    let mut cases = Vec::new();
    let mut data: Vec<&[u8]> = Vec::new();
    let mut lines = file.split(|byte| *byte == b'\n');
    while let Some(line) = lines.next() {
        match line {
            b"#data" => data.clear(),
            b"#encoding" => {
                let label = String::from_utf8(lines.next().unwrap().to_vec()).unwrap();
                cases.push((data.join(&b'\n'), label));
            }
            line => data.push(line),
        }
    }
    cases
}

fn charset_of(body: &[u8]) -> &'static Encoding {
    let url = PageUrl::parse("https://host.example/").unwrap();
    let headers = Headers::from_iter([("content-type", "text/html")]);
    let page = Page { url: &url, headers: &headers, body, complete: true, known: &[] };
    let charset = extract(&page, &TargetSet::default()).facts.charset;
    Encoding::for_label(charset.as_bytes()).unwrap()
}

/// Three cases declare inside a script or style: browsers scan bytes and take that for markup, we do not.
fn declares_in_text(data: &[u8]) -> bool {
    let text = String::from_utf8_lossy(data);
    let declarations = text.matches("charset").count();
    declarations == 1 && (text.contains("</script>") || text.contains("</style>"))
}

#[test]
fn charset_of_each_case_is_the_one_it_names() {
    let cases = cases();
    assert_eq!(cases.len(), 82);
    for (data, label) in cases {
        let expected = Encoding::for_label(label.as_bytes()).unwrap();
        let found = charset_of(&data);
        // `windows-1252` stands for "nothing declared": before it stands our check for valid UTF-8.
        let is_utf_8 = found == UTF_8 && std::str::from_utf8(&data).is_ok();
        let nothing_declared = is_utf_8 && (expected == WINDOWS_1252 || declares_in_text(&data));
        let text = String::from_utf8_lossy(&data);
        assert!(found == expected || nothing_declared, "{} for {label}: {text}", found.name());
    }
}
