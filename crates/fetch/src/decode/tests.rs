//! Bodies that are whole, broken, nested, and that unfold too far.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;

/// "hello\n", packed by the brotli tool.
const BROTLI_HELLO: &[u8] = b"\x8f\x02\x80\x68\x65\x6c\x6c\x6f\x0a\x03";
const CAP: usize = Limits::DECODED_BYTES;

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

/// Bytes that gzip cannot make smaller.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 1_u64;
    let next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        state.to_be_bytes()[0]
    };
    std::iter::repeat_with(next).take(length).collect()
}

fn whole(bytes: impl Into<Vec<u8>>) -> Wire {
    Wire { bytes: bytes.into(), ending: BodyEnd::Complete }
}

fn ending(bytes: impl Into<Vec<u8>>, encodings: &[Encoding]) -> BodyEnd {
    decode(whole(bytes), encodings, CAP).1
}

fn is_broken(ending: &BodyEnd) -> bool {
    matches!(ending, BodyEnd::Cut(Cut::Encoding(_) | Cut::Truncated))
}

#[test]
fn whole_bodies_are_decoded() {
    use Encoding::{Brotli, Gzip};
    let members = [gzip(b"one, "), gzip(b"two")].concat();
    for (packed, encodings, body) in [
        (b"plain".to_vec(), [].as_slice(), b"plain".as_slice()),
        (gzip(b"page"), &[Gzip], b"page"),
        (members, &[Gzip], b"one, two"),
        (BROTLI_HELLO.to_vec(), &[Brotli], b"hello\n"),
        (gzip(&gzip(b"twice")), &[Gzip, Gzip], b"twice"),
        (gzip(BROTLI_HELLO), &[Brotli, Gzip], b"hello\n"),
        (Vec::new(), &[Gzip], b""),
    ] {
        assert_eq!(
            decode(whole(packed), encodings, CAP),
            (body.to_vec(), BodyEnd::Complete),
            "{encodings:?}"
        );
    }
}

#[test]
fn body_cut_anywhere_is_never_complete() {
    let packed = gzip(b"a page with some words on it");
    for length in 1..packed.len() {
        assert_eq!(ending(&packed[..length], &[Encoding::Gzip]), BodyEnd::Cut(Cut::Truncated), "{length}");
    }
    for length in 1..BROTLI_HELLO.len() {
        assert!(is_broken(&ending(&BROTLI_HELLO[..length], &[Encoding::Brotli])), "{length}");
    }
}

#[test]
fn wrong_trailer_and_bytes_after_the_end_are_never_complete() {
    let packed = gzip(b"page");
    for at in packed.len() - 8..packed.len() {
        let mut wrong = packed.clone();
        wrong[at] ^= 1;
        assert!(matches!(ending(wrong, &[Encoding::Gzip]), BodyEnd::Cut(Cut::Encoding(_))), "{at}");
    }
    assert!(is_broken(&ending([packed.as_slice(), b"<html>and more"].concat(), &[Encoding::Gzip])));
    assert!(is_broken(&ending([BROTLI_HELLO, b"x"].concat(), &[Encoding::Brotli])));
    let far_behind = [BROTLI_HELLO, &vec![b'x'; 2 * Limits::DECODE_STEP]].concat();
    assert!(is_broken(&ending(far_behind, &[Encoding::Brotli])));
}

#[test]
fn body_that_is_not_packed_as_it_says_is_an_encoding_fault() {
    for encoding in [Encoding::Gzip, Encoding::Brotli] {
        let ending = ending(b"<!doctype html><title>plain</title>".as_slice(), &[encoding]);
        assert!(matches!(ending, BodyEnd::Cut(Cut::Encoding(_))), "{encoding:?}");
    }
}

#[test]
fn what_the_wire_cut_short_is_decoded_as_far_as_it_came() {
    let page = noise(10_000);
    let packed = gzip(&page);
    let half = Wire { bytes: packed[..packed.len() / 2].to_vec(), ending: BodyEnd::Cut(Cut::Stalled) };
    let (body, ending) = decode(half, &[Encoding::Gzip], CAP);
    assert_eq!(ending, BodyEnd::Cut(Cut::Stalled));
    assert!(!body.is_empty() && page.starts_with(&body));
}

#[test]
fn body_decoded_to_its_cap_is_complete_and_one_byte_more_is_cut_there() {
    let cap = 2 * Limits::DECODE_STEP;
    let unfold = |bytes| decode(whole(gzip(&noise(bytes))), &[Encoding::Gzip], cap);
    let (body, ending) = unfold(cap);
    assert_eq!((body.len(), ending), (cap, BodyEnd::Complete));
    let (body, ending) = unfold(cap + 1);
    assert_eq!((body.len(), ending), (cap, BodyEnd::Cut(Cut::TooLarge)));
}

#[test]
fn ratio_does_not_matter_up_to_its_threshold_and_cuts_one_byte_above() {
    let zeros = |bytes| ending(gzip(&vec![0; bytes]), &[Encoding::Gzip]);
    assert_eq!(zeros(Limits::DECODE_RATIO_FROM), BodyEnd::Complete);
    let above = zeros(Limits::DECODE_RATIO_FROM + 1);
    assert!(matches!(&above, BodyEnd::Cut(Cut::Encoding(why)) if why.contains("200 times")), "{above:?}");
}

#[test]
fn body_may_unfold_to_its_ratio_and_never_beyond_its_cap() {
    let most = |wire: usize| Most::of(&whole(vec![0; wire]), CAP);
    let steepest = CAP / Limits::DECODE_RATIO;
    assert_eq!(most(1).bytes, Limits::DECODE_RATIO_FROM);
    assert_eq!(most(6_000).bytes, 6_000 * Limits::DECODE_RATIO);
    assert!(matches!(most(steepest).above, Cut::Encoding(_)));
    assert_eq!(most(steepest + 1), Most { bytes: CAP, above: Cut::TooLarge });
}

#[test]
fn nested_bomb_is_cut_by_what_unfolds_in_between() {
    let member = gzip(b"");
    let bomb = gzip(&member.repeat(Limits::DECODE_RATIO_FROM / member.len() + 1));
    assert!(matches!(ending(bomb, &[Encoding::Gzip, Encoding::Gzip]), BodyEnd::Cut(Cut::Encoding(_))));
}

#[test]
fn encodings_are_read_in_any_case_and_unasked_ones_refused() {
    let of =
        |values: &[&str]| encodings(&values.iter().map(|value| ("content-encoding", *value)).collect()).ok();
    assert_eq!(of(&[]), Some(vec![]));
    assert_eq!(of(&["identity"]), Some(vec![]));
    assert_eq!(of(&["GZIP, br"]), Some(vec![Encoding::Gzip, Encoding::Brotli]));
    assert_eq!(of(&["x-gzip", "br"]), Some(vec![Encoding::Gzip, Encoding::Brotli]));
    assert_eq!(of(&["gzip, gzip, gzip"]), None);
    for unasked in ["deflate", "zstd", "gzip, compress"] {
        assert_eq!(of(&[unasked]), None, "{unasked}");
    }
}
