//! One macro for values that are stored and typed as their text.

/// Gives a value with `Display` and `FromStr` the conversions that serde goes through.
macro_rules! by_text {
    ($type:ty, $error:ty) => {
        impl TryFrom<String> for $type {
            type Error = $error;

            fn try_from(text: String) -> Result<Self, $error> {
                text.parse()
            }
        }

        impl From<$type> for String {
            fn from(value: $type) -> Self {
                value.to_string()
            }
        }
    };
}

pub(crate) use by_text;
