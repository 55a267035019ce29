//! What columns are called, and what they mean.

use crate::claim::Claim;
use crate::fact::Fact;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    /// The id of a link of ours.
    LinkId,
    /// The page that holds the link.
    Source,
    /// What it points to.
    Target,
    /// Something that is said of the link.
    Fact(Fact),
    /// The anchor that a vendor saw.
    Anchor,
    /// Whether it is, or is not, followed or marked.
    Nofollow,
    /// See [`Field::Nofollow`].
    Follow,
    /// See [`Field::Nofollow`].
    Ugc,
    /// See [`Field::Nofollow`].
    Sponsored,
    /// Its rel in words.
    Rel,
    /// When a vendor saw it first.
    FirstSeen,
    /// When a vendor saw it last.
    LastSeen,
    /// Whether, when or how a vendor lost it.
    Lost,
    /// A state in a vendor's words, lost among them.
    State,
    /// Names and words of other people, which are not kept, or a column of ours that says nothing.
    LeftOut,
}

impl Field {
    /// Whether dates stand there.
    pub(super) fn is_date(self) -> bool {
        matches!(
            self,
            Self::FirstSeen
                | Self::LastSeen
                | Self::Fact(Fact::Sent | Fact::Deadline | Fact::GuaranteedUntil)
        )
    }

    /// What its column is called among our own.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::LinkId => "link_id",
            Self::Source => "source",
            Self::Target => "target",
            Self::Fact(fact) => fact.as_str(),
            Self::Anchor => Claim::ANCHOR,
            Self::Nofollow | Self::Follow | Self::Ugc | Self::Sponsored | Self::Rel => Claim::REL,
            Self::FirstSeen => Claim::FIRST_SEEN,
            Self::LastSeen => Claim::LAST_SEEN,
            Self::Lost | Self::State => Claim::LOST,
            Self::LeftOut => "left out",
        }
    }

    /// Whether several columns may hold it.
    pub(super) fn is_repeated(self) -> bool {
        matches!(self, Self::Lost | Self::LeftOut)
    }
}

/// The names of each field as [`normalised`] makes them, most telling first.
pub(super) const ALIASES: &[(Field, &[&str])] = &[
    (Field::LinkId, &["linkid"]),
    (
        Field::Source,
        &[
            "referringpageurl",
            "referringpage",
            "refpageurl",
            "sourceurl",
            "sourcepage",
            "source",
            "linkingpage",
            "linkingpageurl",
            "backlinkurl",
            "urlfrom",
            "from",
            "referrer",
            "דףמקשר",
            "url",
        ],
    ),
    (
        Field::Target,
        &[
            "targeturl",
            "target",
            "targetpage",
            "linkurl",
            "linkedurl",
            "destinationurl",
            "destination",
            "landingpage",
            "urlto",
            "to",
        ],
    ),
    (Field::Anchor, &["anchor", "anchortext", "linkanchor", "text"]),
    (Field::Nofollow, &["nofollow", "isnofollow", "flagnofollow"]),
    (Field::Follow, &["dofollow", "isdofollow", "follow"]),
    (Field::Ugc, &["ugc", "isugc"]),
    (Field::Sponsored, &["sponsored", "issponsored"]),
    (Field::Rel, &["rel", "linktype", "type"]),
    (Field::FirstSeen, &["firstseen", "sourcefirstfounddate", "firstindexeddate", "firstseenlink"]),
    (
        Field::LastSeen,
        &["lastseen", "lastcrawled", "lastseendate", "lastvisited", "sourcecrawldate", "נסרקלאחרונה"],
    ),
    (
        Field::Lost,
        &[
            "lost",
            "lostlink",
            "datelost",
            "flagdeleted",
            "loststatus",
            "lostreason",
            "reasonlost",
            "dropreason",
        ],
    ),
    (Field::State, &["linkstate"]),
    (Field::Fact(Fact::Kind), &["kind", "linkkind"]),
    (Field::Fact(Fact::Sent), &["sent", "sentat", "datesent", "submitted", "submissiondate"]),
    (Field::Fact(Fact::Client), &["client"]),
    (Field::Fact(Fact::Campaign), &["campaign", "project"]),
    (Field::Fact(Fact::Owner), &["owner", "assignedto"]),
    (Field::Fact(Fact::Tags), &["tags", "labels"]),
    (Field::Fact(Fact::Cost), &["cost", "price"]),
    (Field::Fact(Fact::Weight), &["weight", "priority"]),
    (Field::Fact(Fact::Note), &["note", "notes"]),
    (Field::Fact(Fact::AgreedRel), &["agreedrel"]),
    (Field::Fact(Fact::AgreedAnchor), &["agreedanchor"]),
    (Field::Fact(Fact::AgreedTarget), &["agreedtarget"]),
    (Field::Fact(Fact::AgreedPlacement), &["agreedplacement"]),
    (Field::Fact(Fact::Deadline), &["deadline"]),
    (Field::Fact(Fact::GuaranteedUntil), &["guaranteeduntil"]),
    (Field::Fact(Fact::Replaces), &["replaces"]),
    (
        Field::LeftOut,
        &[
            "leftcontext",
            "rightcontext",
            "snippetleft",
            "snippetright",
            "textpre",
            "textpost",
            "previoustext",
            "nexttext",
            "author",
            "rejectedbecause",
        ],
    ),
];

/// Only letters and digits, lower case: `Traffic ` and `url_from` lose what vendors add or leave out.
pub(super) fn normalised(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_as_they_are_compared_and_name_one_field_each() {
        let mut names: Vec<&str> = ALIASES.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        assert!(names.iter().all(|name| normalised(name) == *name));
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]));
    }

    #[test]
    fn every_fact_has_a_column_of_its_own_name() {
        for fact in Fact::ALL {
            let wanted = normalised(fact.as_str());
            let found = ALIASES.iter().find(|(_, names)| names.contains(&wanted.as_str()));
            assert_eq!(found.map(|(field, _)| *field), Some(Field::Fact(*fact)), "{fact}");
        }
    }
}
