//! Rows of other tools' files to watches: columns by name, facts, claims, refusals.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use trackward_core::import::{Reader, Reject, Row, Survey, Terms, Why, guess, recognise};
use trackward_core::*;

fn now() -> Timestamp {
    "2026-11-25T06:00:00Z".parse().unwrap()
}

fn rows(text: &str) -> Vec<Row> {
    text.lines().map(|line| line.split('|').collect()).collect()
}

fn ours() -> Ours {
    Ours::new([Target::parse("ours.example").unwrap()], Vec::new())
}

/// Reads a table of one header and rows, cells divided by bars.
fn read_with(text: &str, change: impl FnOnce(&mut Terms<'_>)) -> Vec<Result<NewWatch, Reject>> {
    let rows = rows(text);
    let header = recognise(&rows, "table.csv").unwrap().expect("a header");
    let ours = ours();
    let mut survey = Survey::new(&header.layout, &ours);
    for row in &rows[header.rows..] {
        survey.look_at(row);
    }
    let orders = survey.settle(None).unwrap();
    let mut terms = Terms {
        calendar: Calendar { zone: &TimeZone::UTC, now: now(), order: None },
        ours: &ours,
        target: Some(Target::parse("ours.example").unwrap()),
        facts: Vec::new(),
        competitor: false,
        pending: false,
        spread: None,
        day: "2026-11-22".parse().unwrap(),
        reach: &|_| Ok(()),
    };
    change(&mut terms);
    let reader = Reader::new(&header.layout, &terms, orders);
    rows[header.rows..].iter().map(|row| reader.read(row)).collect()
}

fn read(text: &str) -> Vec<Result<NewWatch, Reject>> {
    read_with(text, |_| ())
}

fn why(text: &str) -> Vec<Why> {
    read(text).into_iter().map(|row| row.unwrap_err().why).collect()
}

#[test]
fn row_that_is_no_link_to_ours_is_refused_with_its_reason() {
    let long = format!("https://a.example/{}", "x".repeat(2_048));
    let table = format!(
        "source|target\n|https://ours.example/\nftp://a.example/|https://ours.example/\n{long}|https://ours.example/\n\
         https://ours.example/a|https://ours.example/b\nhttps://a.example/|https://theirs.example/\n\
         https://a.example/|no address/at all\nhttps://a.example/|https://ours.example/|more|and more"
    );
    assert_eq!(
        why(&table),
        [Why::NoSource, Why::Source, Why::Source, Why::SelfLink, Why::NotOurs, Why::Target, Why::Broken]
    );
    let competitor = read_with("source|target\nhttps://a.example/|https://theirs.example/", |terms| {
        terms.competitor = true;
    });
    assert!(competitor[0].is_ok());
}

#[test]
fn page_that_cannot_be_asked_and_row_without_a_target_are_refused() {
    fn shut(_: &PageUrl) -> Result<(), String> {
        Err("it is shut".to_owned())
    }
    let table = "source\nhttps://a.example/";
    let refused = read_with(table, |terms| terms.reach = &shut);
    assert_eq!(refused[0].as_ref().unwrap_err().why, Why::Private);
    let aimless = read_with(table, |terms| terms.target = None);
    assert_eq!(aimless[0].as_ref().unwrap_err().why, Why::NoTarget);
    assert_eq!(read(table)[0].as_ref().unwrap().target.to_string(), "ours.example", "any page of the site");
}

#[test]
fn columns_win_over_what_is_said_for_all_rows() {
    let facts = |terms: &mut Terms<'_>| {
        terms.facts = vec![(Fact::Campaign, "spring".into()), (Fact::Cost, "5 EUR".into())];
        terms.pending = true;
    };
    let table = "source|target|campaign|sent\nhttps://a.example/|https://ours.example/|autumn|2026-11-01\n\
                 https://b.example/|https://ours.example/||";
    let read: Vec<NewWatch> = read_with(table, facts).into_iter().map(Result::unwrap).collect();
    let told = |watch: &NewWatch| (watch.campaign.clone().unwrap(), watch.sent.unwrap());
    assert_eq!(told(&read[0]), ("autumn".to_owned(), "2026-11-01T00:00:00Z".parse().unwrap()));
    assert_eq!(told(&read[1]), ("spring".to_owned(), now()), "pending since the import");
    assert_eq!(read[1].cost.unwrap().to_string(), "5.00 EUR");
}

#[test]
fn names_and_words_of_other_people_are_not_kept() {
    let table = "Referring page URL|Target URL|Domain rating|Left context|Anchor|Right context|Author\n\
                 https://a.example/|https://ours.example/|45|as Mia wrote|guide|, which Tom liked|Mia Muster";
    let watch = read(table).remove(0).unwrap();
    let claim = watch.claim.unwrap();
    assert_eq!((claim.vendor.as_str(), claim.fields.len()), ("ahrefs", 2));
    assert_eq!((claim.fields["anchor"].as_str(), claim.fields["Domain rating"].as_str()), ("guide", "45"));
}

#[test]
fn vendors_loss_is_a_claim_and_never_a_state() {
    let table = "Source url|Target url|Page ascore|Nofollow|Lost link|Last seen\n\
                 https://a.example/|https://ours.example/|9|true|true|2026-11-01\n\
                 https://b.example/|https://ours.example/|9||false|2026-11-01";
    let read: Vec<NewWatch> = read(table).into_iter().map(Result::unwrap).collect();
    let claims: Vec<_> = read.iter().map(|watch| watch.claim.as_ref().unwrap()).collect();
    assert!(claims[0].says_lost() && !claims[1].says_lost());
    assert_eq!(
        (claims[0].fields.get("rel"), claims[1].fields.get("rel")),
        (Some(&"nofollow".to_owned()), None)
    );
    let Admission::New(link) = admit(&[], read[0].clone(), now()) else { panic!() };
    assert_eq!(link.state.name(), StateName::Imported);
}

#[test]
fn dates_of_a_column_are_read_in_the_order_that_one_of_them_proves() {
    let table = "source|target|sent\nhttps://a.example/|https://ours.example/|3/11/2026\n\
                 https://b.example/|https://ours.example/|13/11/2026";
    let read = read(table);
    assert_eq!(read[0].as_ref().unwrap().sent.unwrap().to_string(), "2026-11-03T00:00:00Z");
    let unclear = rows("source|target|sent\nhttps://a.example/|https://ours.example/|3/4/2026");
    let header = recognise(&unclear, "t").unwrap().unwrap();
    let ours = ours();
    for (said, told) in [(None, Err(())), (Some(DateOrder::Mdy), Ok(Some(DateOrder::Mdy)))] {
        let mut survey = Survey::new(&header.layout, &ours);
        survey.look_at(&unclear[1]);
        assert_eq!(survey.settle(said).map(|orders| orders[2]).map_err(drop), told);
    }
}

#[test]
fn list_of_our_own_pages_is_refused() {
    let table = rows("URL\nhttps://ours.example/a\nhttps://ours.example/b\nhttps://a.example/");
    let header = recognise(&table, "t").unwrap().unwrap();
    let ours = ours();
    let mut survey = Survey::new(&header.layout, &ours);
    for row in &table[1..] {
        survey.look_at(row);
    }
    assert!(survey.settle(None).unwrap_err().what.contains("your own pages"));
}

#[test]
fn table_without_a_known_header_is_guessed_by_what_its_columns_hold() {
    let guessed = |text: &str| {
        let rows = rows(text);
        assert_eq!(recognise(&rows, "t"), Ok(None), "{text}");
        guess(&rows, &ours()).map(|header| {
            let (source, target) = header.layout.addresses();
            (source.unwrap_or_default().to_owned(), target.map(str::to_owned), header.rows)
        })
    };
    let two = "Seite|Ziel|Datum\nhttps://a.example/|https://ours.example/|15.11.2026";
    assert_eq!(guessed(two), Some(("Seite".into(), Some("Ziel".into()), 1)));
    let turned = "Ziel|Seite\nhttps://ours.example/|https://a.example/";
    assert_eq!(guessed(turned), Some(("Seite".into(), Some("Ziel".into()), 1)));
    let bare = "https://a.example/\nhttps://b.example/";
    assert_eq!(guessed(bare), Some(("column 1".into(), None, 0)));
    assert_eq!(guessed("a|b\n1|2"), None);
    assert_eq!(guessed("https://a.example/|https://b.example/"), None, "which of them is ours?");
    let mixed = "Seite\nhttps://a.example/\nx\ny\nz";
    assert_eq!(guessed(mixed), None, "less than four in five are addresses");
}

#[test]
fn first_checks_are_spread_by_hash_and_the_heavier_come_sooner() {
    let table = "source|target|weight\nhttps://a.example/1|https://ours.example/|1\n\
                 https://a.example/1|https://ours.example/|10";
    let read = read_with(table, |terms| terms.spread = Some(SignedDuration::from_hours(24)));
    let waits: Vec<_> =
        read.iter().map(|row| row.as_ref().unwrap().first_check.unwrap().duration_since(now())).collect();
    assert!(waits[0] >= SignedDuration::ZERO && waits[0] <= SignedDuration::from_hours(24));
    assert!((waits[1] * 10 - waits[0]).abs() < SignedDuration::from_millis(1), "{waits:?}");
}

#[test]
fn what_is_said_of_a_link_reads_back_as_the_watch_it_came_from() {
    let page = PageUrl::parse("https://a.example/").unwrap();
    let mut watch = NewWatch::new(page, Target::parse("https://ours.example/").unwrap());
    let calendar = Calendar { zone: &TimeZone::UTC, now: now(), order: None };
    for (fact, text) in [
        (Fact::Kind, "editorial"),
        (Fact::Sent, "2026-11-01T10:20:30.5Z"),
        (Fact::Client, "North"),
        (Fact::Campaign, "autumn"),
        (Fact::Owner, "=mia"),
        (Fact::Tags, "paid, guest"),
        (Fact::Cost, "1240.50 EUR"),
        (Fact::Weight, "2.5"),
        (Fact::Note, "a \"note\", with commas"),
        (Fact::AgreedRel, "follow"),
        (Fact::AgreedAnchor, "our guide"),
        (Fact::AgreedTarget, "https://ours.example/"),
        (Fact::AgreedPlacement, "author_bio"),
        (Fact::Deadline, "2026-12-01"),
        (Fact::GuaranteedUntil, "2027-12-01"),
        (Fact::Replaces, "https://old.example/"),
    ] {
        watch.say(fact, text, &calendar).unwrap();
    }
    let Admission::New(link) = admit(&[], watch.clone(), now()) else { panic!() };
    let header =
        ["link_id", "source", "target"].into_iter().chain(Fact::ALL.iter().map(|fact| fact.as_str()));
    let ids = [link.id.to_string(), link.page.to_string(), link.target.to_string()];
    let cells = ids.into_iter().chain(Fact::ALL.iter().map(|fact| guarded(&link.said(*fact)).into_owned()));
    let table = format!("{}\n{}", header.collect::<Vec<_>>().join("|"), cells.collect::<Vec<_>>().join("|"));
    let back = read(&table).remove(0).unwrap();
    assert_eq!(NewWatch { link: None, claim: None, ..back.clone() }, watch);
    assert_eq!(back.link, Some(link.id));
    assert_eq!(admit(std::slice::from_ref(&link), back, now()), Admission::Unchanged(link.id));
}

proptest! {
    #[test]
    fn order_and_spelling_of_columns_change_nothing(
        order in Just((0..9).collect::<Vec<usize>>()).prop_shuffle(),
        spelling in prop::collection::vec(0..4u8, 9),
    ) {
        let columns = [
            ("Referring page URL", "https://a.example/"),
            ("Target URL", "https://ours.example/"),
            ("Domain rating", "45"),
            ("Anchor", "guide"),
            ("Nofollow", "true"),
            ("First seen", "2026-01-05 06:07:08"),
            ("Lost", "2026-11-01"),
            ("Campaign", "autumn"),
            ("UGC", "false"),
        ];
        let spell = |n: usize| match spelling[n] {
            0 => columns[n].0.to_owned(),
            1 => columns[n].0.to_uppercase(),
            2 => columns[n].0.replace(' ', "_").to_lowercase(),
            _ => format!("\u{feff} {} ", columns[n].0),
        };
        let known = |watch: NewWatch| {
            let mut claim = watch.claim.clone().unwrap();
            // Columns that are not known keep the names that the file gives them.
            claim.fields.retain(|name, _| Claim::KNOWN.contains(&name.as_str()));
            NewWatch { claim: Some(claim), ..watch }
        };
        let table = |header: Vec<String>, cells: Vec<&str>| format!("{}\n{}", header.join("|"), cells.join("|"));
        let plain = table(columns.iter().map(|column| column.0.to_owned()).collect(), columns.iter().map(|c| c.1).collect());
        let turned = table(order.iter().map(|n| spell(*n)).collect(), order.iter().map(|n| columns[*n].1).collect());
        prop_assert_eq!(known(read(&plain).remove(0).unwrap()), known(read(&turned).remove(0).unwrap()));
    }
}
