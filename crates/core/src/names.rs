//! One macro for enums that people type and programs print by name.

/// Gives an enum its stable names: `as_str`, `Display`, `FromStr` and `ALL`.
macro_rules! names {
    ($type:ident { $($variant:ident => $name:literal),+ $(,)? }) => {
        impl $type {
            /// Every value, in the order of the design's tables.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable name: lower case, words joined by `_`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $type {
            type Err = String;

            /// Reads a name as [`Self::as_str`] writes it; `-` counts as `_`, case does not matter.
            fn from_str(text: &str) -> Result<Self, String> {
                let wanted = text.trim().to_ascii_lowercase().replace('-', "_");
                Self::ALL.iter().copied().find(|v| v.as_str() == wanted).ok_or_else(|| {
                    let known: Vec<_> = Self::ALL.iter().map(|v| v.as_str()).collect();
                    format!("'{text}' is not one of: {}", known.join(", "))
                })
            }
        }
    };
}

pub(crate) use names;
