//! The colours of the page are readable in every scheme (WCAG 2.2, 1.4.3, level AA).

use std::collections::HashMap;

const CSS: &str = include_str!("../../templates/report.css");
/// Least contrast of text.
const LEAST: f64 = 4.5;

/// The colours of each `:root` block: light, dark, print.
fn schemes() -> Vec<HashMap<&'static str, &'static str>> {
    let blocks = CSS.split(":root {").skip(1).map(|rest| rest.split('}').next().unwrap());
    blocks
        .map(|block| {
            let pairs = block.split(';').filter_map(|line| line.split_once(':'));
            pairs.map(|(name, value)| (name.trim(), value.trim())).collect()
        })
        .collect()
}

/// Relative luminance, as WCAG defines it.
fn luminance(colour: &str) -> f64 {
    let channel = |at: usize| {
        let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

fn contrast(a: &str, b: &str) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn text_stands_out_from_its_ground_in_light_dark_and_print() {
    let schemes = schemes();
    assert_eq!(schemes.len(), 3);
    let mut pairs = vec![("--good", "--good-ground"), ("--bad", "--bad-ground"), ("--warn", "--warn-ground")];
    pairs.push(("--neutral", "--neutral-ground"));
    for text in ["--ink", "--soft", "--accent", "--good", "--bad", "--warn"] {
        pairs.extend([(text, "--paper"), (text, "--ground")]);
    }
    for scheme in &schemes {
        for (text, ground) in &pairs {
            let ratio = contrast(scheme[text], scheme[ground]);
            assert!(ratio >= LEAST, "{text} on {ground}: {ratio:.2}");
        }
    }
}
