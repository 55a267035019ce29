//! Pages built to be slow.

const LINK: &str = "<a href=https://ours.example/reply>ours</a>";

/// A page of at most so many bytes.
pub(crate) type Shape = fn(usize) -> String;

/// Each with its name.
#[rustfmt::skip]
pub(crate) fn all() -> Vec<(&'static str, Shape)> {
    let (open, closed, held, bounded, mixed) = (unclosed(), misnested(), unfinished(), just_below(), MIXED);
    [open.as_slice(), &closed, &held, &bounded, mixed].concat()
}

/// Elements that stay open.
fn unclosed() -> [(&'static str, Shape); 8] {
    [
        ("blocks", |n| all_of(n, "<div>")),
        ("lists", |n| all_of(n, "<ul><li>")),
        ("formatting", |n| each(n, |i| format!("<p><b class=c{i}>"))),
        ("templates", |n| all_of(n, "<template><a href=//ours.example/>")),
        ("tables", |n| all_of(n, "<table><tr><td>")),
        ("inline", |n| all_of(n, "<i>")),
        ("svg", |n| all_of(n, "<svg><g>")),
        ("selects", |n| all_of(n, "<select><option>x")),
    ]
}

/// Elements that close one another, or move.
fn misnested() -> [(&'static str, Shape); 9] {
    [
        ("anchors", |n| all_of(n, "<a href=//ours.example/><div></a>")),
        ("anchors_in_blocks", |n| all_of(n, "<div><a href=//ours.example/></div>")),
        ("fostered", |n| around(n, "<table>", "<a href=//ours.example/>x<tr>", "</table>")),
        ("fostered_text", |n| around(n, "<table>", "x<b></b>", "</table>")),
        ("framesets", |n| around(n, "<frameset>", "text<frame>", "")),
        ("end_tags", |n| all_of(n, "</p></br>")),
        ("end_tags_of_nothing", |n| around(n, &"<i>".repeat(20_000), "</q>", "")),
        ("end_tags_in_short_blocks", |n| {
            all_of(n, &format!("<div>{}{}</div>", "<i>".repeat(600), "</q>".repeat(500)))
        }),
        // What is read at once after a long token is charged as well.
        ("end_tags_behind_a_comment", |n| {
            let block = format!("{}{}", "<i>".repeat(5_000), "</q>".repeat(4_000));
            all_of(n, &format!("<div><!--{}-->{block}</div>", "x".repeat(32 * 1024)))
        }),
    ]
}

/// Tokens that end late or never, and many of the kinds that are cheap to write.
fn unfinished() -> [(&'static str, Shape); 18] {
    [
        ("attributes", |n| around(n, "<p", " a", ">")),
        ("distinct_attributes", |n| {
            format!("{}>", each(n - 1, |i| if i == 0 { "<p".to_owned() } else { format!(" a{i}") }))
        }),
        ("attributes_of_long_tags", |n| all_of(n, &format!("<p{}>", " a".repeat(510_000)))),
        ("attributes_of_an_unfinished_tag", |n| around(n, "<p", " a", "")),
        ("attribute_value", |n| around(n, "<p title='", "x", "'>")),
        ("attribute_values", |n| around(n, "<p", " title='>'", ">")),
        ("comment", |n| around(n, "<!--", "x-", "-->")),
        ("unfinished_comment", |n| around(n, "<!--", "--!", "")),
        ("comments", |n| all_of(n, "<!>")),
        ("doctype", |n| around(n, "<!doctype html public '", "x", "'>")),
        ("cdata", |n| around(n, "<svg><![CDATA[", "]]", "]]></svg>")),
        ("script", |n| around(n, "<script><!--", "</scrip", "</script>")),
        ("textarea", |n| around(n, "<textarea>", "</textare", "</textarea>")),
        ("openings", |n| all_of(n, "<")),
        ("entities", |n| all_of(n, "&amp;&notit;&#x41;&")),
        ("entities_in_addresses", |n| all_of(n, "<a href='//ours.example/?a&amp;b'>")),
        ("entity_in_one_address", |n| around(n, "<a href='//ours.example/?", "&amp;x", "'>")),
        ("refreshes", |n| {
            all_of(n, "<meta http-equiv=refresh content='9;url=/x'><link rel=canonical href=/y>")
        }),
    ]
}

/// As much as each budget admits, and what is looked at again for each link.
fn just_below() -> [(&'static str, Shape); 15] {
    [
        ("links", |n| each(n, |i| format!("<a href=//ours.example/{i}>"))),
        ("same_links", |n| all_of(n, "<a href=//ours.example/>")),
        ("forwarding_links", |n| each(n, |i| format!("<a href=/go?u=http://ours.example/{i}>x"))),
        ("near_depth", |n| around(n.min(390_000), &"<div>".repeat(500), "<p>x", "")),
        ("near_depth_headings", |n| around(n.min(980_000), &"<div>".repeat(500), "<h3>x</h3>", "")),
        ("near_nodes", |n| {
            // 50,000 tags, then 2,300 paragraphs, each of which holds the 60 elements before it again.
            let before = "<br>".repeat(50_000) + &"<b>".repeat(60);
            around(n.min(before.len() + 2_300 * 3), &before, "<p>", "")
        }),
        ("near_attributes", |n| {
            let attributes: Vec<String> = (0..250).map(|i| format!("a{i}")).collect();
            all_of(n.min(4_190_000), &format!("<p {}>", attributes.join(" ")))
        }),
        ("near_elements", |n| all_of(n.min(399_000), "<br>")),
        ("near_comments", |n| all_of(n.min(590_000), "<!>")),
        ("links_under_long_classes", |n| links_under(n, "class", "a ")),
        ("links_under_a_long_style", |n| links_under(n, "style", "a:b;")),
        ("links_under_many_classes", |n| {
            let above = format!("<div class='{}'>", "abc ".repeat(60)).repeat(64);
            let links = each(100_000, |i| format!("<a href=//ours.example/{i}>x</a>"));
            around(n, &format!("{above}{links}"), "x ", "")
        }),
        ("headings_under_many_classes", |n| {
            let above = format!("<div class='{}'>", "a ".repeat(500)).repeat(64);
            around(n.min(1_000_000), &above, "<h3>pingback</h3>", "")
        }),
        ("links_in_links", |n| {
            let open: Vec<String> = (0..35).map(|i| format!("<a href=//ours.example/{i}>")).collect();
            around(n.min(4_190_000), &format!("<svg>{}", open.concat()), "x", "")
        }),
        ("links_in_an_entry", |n| {
            let open = "<div id=comments><div class='h-cite u-comment'><div class='h-card'>";
            let deep = "<div class=u-url>".repeat(480);
            let links = each(70_000, |i| format!("<a href=//ours.example/{i}>x</a>"));
            let end = "</div>".repeat(481);
            around(n, &format!("{open}{deep}{end}{links}"), "x ", "")
        }),
    ]
}

/// Random mixtures, the same each time.
const MIXED: &[(&str, Shape)] = &[
    ("mixed_1", |n| mixed(n, 1)),
    ("mixed_2", |n| mixed(n, 2)),
    ("mixed_3", |n| mixed(n, 3)),
    ("mixed_4", |n| mixed(n, 4)),
];

const PIECES: &[&str] = &[
    "<a href=//ours.example/>",
    "</a>",
    "<p>",
    "</p>",
    "<div>",
    "</div>",
    "<b>",
    "</b>",
    "<font a b c>",
    "</font>",
    "<table>",
    "<tr><td>",
    "</table>",
    "<ul><li>",
    "</ul>",
    "<select>",
    "</select>",
    "<template>",
    "</template>",
    "<svg>",
    "</svg>",
    "<math><mi>",
    "</math>",
    "<!--",
    "-->",
    "<script>",
    "</script>",
    "<textarea>",
    "</textarea>",
    "<h2>trackbacks</h2>",
    "<li id=comment-7 class=pingback>",
    "</li>",
    "text ",
    "&amp;",
    "'",
    "\"",
    "<",
    ">",
];

fn mixed(bytes: usize, seed: u64) -> String {
    let mut state = seed;
    // Few kinds at a time: with all of them, each closes what the other opened.
    let mut random = move |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    let kinds: Vec<&str> = (0..6).map(|_| PIECES[random(PIECES.len())]).collect();
    each(bytes, move |_| kinds[random(kinds.len())].to_owned())
}

/// A link, then one piece again and again.
fn all_of(bytes: usize, piece: &str) -> String {
    around(bytes, "", piece, "")
}

/// A link, and one piece again and again between two others.
fn around(bytes: usize, before: &str, piece: &str, after: &str) -> String {
    let room = bytes.saturating_sub(LINK.len() + before.len() + after.len());
    let page = format!("{LINK}{before}{}{after}", piece.repeat(room / piece.len()));
    if page.len() <= bytes { page } else { page[..bytes].to_owned() }
}

/// Pieces by number.
fn each(bytes: usize, mut piece: impl FnMut(usize) -> String) -> String {
    let mut page = String::with_capacity(bytes);
    for n in 0.. {
        let piece = piece(n);
        if page.len() + piece.len() > bytes {
            break;
        }
        page += &piece;
    }
    page
}

/// As many links as are kept, in an element with one long attribute.
fn links_under(bytes: usize, attribute: &str, value: &str) -> String {
    let links = each(60_000.min(bytes / 2), |i| format!("<a href=//ours.example/{i}>x</a>"));
    let room = bytes.min(1_000_000) - links.len() - 100;
    format!("<div {attribute}='{}'>{links}</div>", value.repeat(room / value.len()))
}
