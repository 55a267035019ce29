//! What vendors say of a link. Shown as their words and used to look sooner, never part of a verdict or a state.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::limits::Limits;

/// What a vendor's file says of one link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// Who says so: `ahrefs`, `google`, or `file` for a list of one's own.
    pub vendor: String,
    /// The day of the file, or on which it was imported.
    pub day: Date,
    /// What is said: names as the file has them, or the ones of [`Claim::KNOWN`]. At most [`Limits::CLAIM_FIELDS`],
    /// values at most [`Limits::CLAIM_CHARS`] characters, never empty.
    pub fields: BTreeMap<String, String>,
}

impl Claim {
    /// The name under which a claim says that the link was lost, and when or how.
    pub const LOST: &str = "lost";
    /// When the vendor saw it last.
    pub const LAST_SEEN: &str = "last_seen";
    /// When the vendor saw it first.
    pub const FIRST_SEEN: &str = "first_seen";
    /// The anchor that the vendor saw.
    pub const ANCHOR: &str = "anchor";
    /// The rel that the vendor saw.
    pub const REL: &str = "rel";
    /// Names that mean the same whoever says it.
    pub const KNOWN: [&str; 5] = [Self::LOST, Self::LAST_SEEN, Self::FIRST_SEEN, Self::ANCHOR, Self::REL];
    /// The vendor of our own lists.
    pub const OURSELVES: &str = "trackward";

    /// A claim that says nothing yet.
    pub fn new(vendor: &str, day: Date) -> Self {
        Self { vendor: vendor.to_owned(), day, fields: BTreeMap::new() }
    }

    /// Adds what is said under a name: one line, cut to length; no room for more is no error.
    pub fn say(&mut self, name: &str, value: &str) {
        let short = |text: &str| text.trim().chars().take(Limits::CLAIM_CHARS).collect::<String>();
        let (name, value) = (short(name), short(value));
        let fits = self.fields.len() < Limits::CLAIM_FIELDS || self.fields.contains_key(&name);
        if !name.is_empty() && !value.is_empty() && fits {
            self.fields.insert(name, value);
        }
    }

    /// Whether it says that the link was lost.
    pub fn says_lost(&self) -> bool {
        self.fields.contains_key(Self::LOST)
    }

    /// What is newer: the file, then what its vendor saw last.
    fn age(&self) -> (Date, Option<&str>) {
        (self.day, self.fields.get(Self::LAST_SEEN).map(String::as_str))
    }
}

/// All that vendors say of one link: by vendor, newest first. A field of a vendor is in its newest claim only.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Claims(Vec<Claim>);

/// What a claim added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heard {
    /// Something is said that was not said before, or otherwise.
    pub news: bool,
    /// It is said for the first time that the link was lost.
    pub lost: bool,
}

impl Claims {
    /// Takes in a claim. Field by field the newest file counts, within a day what its vendor saw last, then the
    /// greater value: so a file that is imported again says nothing new.
    pub fn add(&mut self, claim: &Claim) -> Heard {
        let lost = claim.says_lost() && !self.says_lost(&claim.vendor);
        let mut newer = Claim::new(&claim.vendor, claim.day);
        let mut news = false;
        for (name, value) in &claim.fields {
            let known = self.0.iter().find(|own| own.vendor == claim.vendor && own.fields.contains_key(name));
            let before = known.map(|known| (known.age(), &known.fields[name]));
            if before.is_none_or(|before| (claim.age(), value) > before) {
                news |= before.is_none_or(|(_, before)| before != value);
                newer.fields.insert(name.clone(), value.clone());
            }
        }
        self.put(newer);
        Heard { news, lost: lost && news }
    }

    fn put(&mut self, claim: Claim) {
        for own in self.0.iter_mut().filter(|own| own.vendor == claim.vendor) {
            own.fields.retain(|name, _| !claim.fields.contains_key(name));
        }
        match self.0.iter_mut().find(|own| own.vendor == claim.vendor && own.day == claim.day) {
            Some(own) => own.fields.extend(claim.fields),
            None => self.0.push(claim),
        }
        self.0.retain(|own| !own.fields.is_empty());
        self.0.sort_by(|a, b| a.vendor.cmp(&b.vendor).then(b.day.cmp(&a.day)));
    }

    /// Whether the vendor says that the link was lost.
    fn says_lost(&self, vendor: &str) -> bool {
        self.0.iter().any(|own| own.vendor == vendor && own.says_lost())
    }

    /// The claims, by vendor, newest first.
    pub fn iter(&self) -> impl Iterator<Item = &Claim> {
        self.0.iter()
    }

    /// Whether nothing is claimed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn claim(vendor: &str, day: i8, fields: &[(&str, &str)]) -> Claim {
        let mut claim = Claim::new(vendor, Date::constant(2026, 11, day));
        for (name, value) in fields {
            claim.say(name, value);
        }
        claim
    }

    #[test]
    fn newest_file_counts_field_by_field_and_vendors_keep_apart() {
        let mut claims = Claims::default();
        assert!(claims.add(&claim("ahrefs", 5, &[("UR", "12"), ("anchor", "blog")])).news);
        assert!(
            claims.add(&claim("ahrefs", 3, &[("UR", "9"), ("Type", "text")])).news,
            "an older file says more"
        );
        assert!(claims.add(&claim("moz", 7, &[("UR", "30")])).news);
        let ahrefs: Vec<_> = claims.iter().filter(|claim| claim.vendor == "ahrefs").cloned().collect();
        assert_eq!(
            ahrefs,
            [
                claim("ahrefs", 5, &[("UR", "12"), ("anchor", "blog")]),
                claim("ahrefs", 3, &[("Type", "text")])
            ]
        );
    }

    #[test]
    fn file_that_is_imported_again_says_nothing_new() {
        let mut claims = Claims::default();
        let rows = [
            claim("ahrefs", 5, &[("anchor", "old"), ("last_seen", "2026-10-01")]),
            claim("ahrefs", 5, &[("anchor", "new"), ("last_seen", "2026-11-01")]),
            claim("ahrefs", 5, &[("anchor", "older"), ("last_seen", "2026-09-01")]),
        ];
        for row in &rows {
            claims.add(row);
        }
        let before = claims.clone();
        assert!(!rows.iter().any(|row| claims.add(row).news));
        assert_eq!(claims, before);
        assert_eq!(claims.0[0].fields["anchor"], "new");
        let later = Claim { day: Date::constant(2026, 11, 6), ..rows[1].clone() };
        assert!(!claims.add(&later).news, "the same said on a later day");
    }

    #[test]
    fn loss_is_news_the_first_time_only() {
        let mut claims = Claims::default();
        claims.add(&claim("ahrefs", 5, &[("UR", "12")]));
        assert!(claims.add(&claim("ahrefs", 6, &[("lost", "2026-11-05")])).lost);
        assert!(!claims.add(&claim("ahrefs", 7, &[("lost", "2026-11-06")])).lost);
        assert!(claims.add(&claim("semrush", 7, &[("lost", "yes")])).lost);
    }

    #[test]
    fn claim_keeps_so_many_fields_of_such_a_length() {
        let mut many = claim("file", 1, &[]);
        for n in 0..=Limits::CLAIM_FIELDS {
            many.say(&n.to_string(), "x");
        }
        assert_eq!(many.fields.len(), Limits::CLAIM_FIELDS);
        let long = claim("file", 1, &[("a", &"ä".repeat(Limits::CLAIM_CHARS + 1)), ("b", " ")]);
        assert_eq!(long.fields["a"].chars().count(), Limits::CLAIM_CHARS);
        assert!(!long.fields.contains_key("b"));
    }

    proptest! {
        #[test]
        fn order_in_which_files_of_different_days_are_imported_does_not_matter(
            files in prop::collection::btree_map(1..9i8, prop::collection::btree_map("[ab]", "[xyz]", 0..3), 0..6),
        ) {
            let newest = |files: &mut dyn Iterator<Item = (&i8, &BTreeMap<String, String>)>| {
                let mut claims = Claims::default();
                for (day, fields) in files {
                    claims.add(&Claim { fields: fields.clone(), ..claim("v", *day, &[]) });
                }
                claims
            };
            prop_assert_eq!(newest(&mut files.iter()), newest(&mut files.iter().rev()));
        }
    }
}
