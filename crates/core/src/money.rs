//! Money: exact decimals with their currency, never a float.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::by_text::by_text;
use crate::limits::Limits;

/// Decimal places that are kept.
const PLACES: usize = 4;
/// Ten-thousandths in a whole.
const WHOLE: u64 = 10_000;

/// What something costs, exactly: at most four decimal places, at most [`Limits::COST`], never negative.
///
/// As text: `350.00 EUR`, or `350.00` where no currency was named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Money {
    /// In ten-thousandths.
    amount: u64,
    currency: Option<Currency>,
}

/// A currency by the three letters of ISO 4217, upper case. Whether it is in use is not looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

/// Why text is no sum of money.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MoneyError {
    /// It is no number, or not one currency.
    #[error("'{0}' is not a sum of money, write it as 350 or 350.00 EUR")]
    Malformed(String),
    /// A sign that several currencies share.
    #[error("'{0}' names no one currency, write its three letters, as in 350 USD")]
    Sign(String),
    /// One separator before three digits: thousands or thousandths.
    #[error("'{0}' can be read in two ways, write 1240 or 1240.00")]
    Ambiguous(String),
    /// More decimal places than are kept.
    #[error("'{0}' has more than four decimal places")]
    TooFine(String),
    /// Above [`Limits::COST`].
    #[error("'{0}' is more than {max}", max = Limits::COST)]
    TooMuch(String),
}

impl Money {
    /// Reads a sum as people write it: `350`, `350.5 EUR`, `€ 1.240,50`, `1 240,50`.
    ///
    /// # Errors
    /// When it is no number, or one that can be read in two ways: money is never guessed.
    pub fn parse(text: &str) -> Result<Self, MoneyError> {
        let text = text.trim();
        let (number, currency) = split_currency(text)?;
        Ok(Self { amount: read_amount(number, text)?, currency })
    }

    /// The currency, where one was named.
    pub fn currency(&self) -> Option<Currency> {
        self.currency
    }

    /// The same for each of `n`, to a hundredth, half to even; none for nobody.
    #[must_use]
    pub fn per(self, n: u64) -> Option<Self> {
        let hundredth = WHOLE / 100;
        let (divisor, amount) = (u128::from(n) * u128::from(hundredth), u128::from(self.amount));
        let (down, rest) = (amount.checked_div(divisor)?, 2 * (amount % divisor));
        let up = rest > divisor || (rest == divisor && down % 2 == 1);
        let hundredths = u64::try_from(down + u128::from(up)).ok()?;
        Some(Self { amount: hundredths * hundredth, ..self })
    }

    /// As a number without its currency, for spreadsheets: exact up to nine billion.
    pub fn number(self) -> f64 {
        self.amount as f64 / WHOLE as f64
    }
}

/// The number, and the currency named before or after it.
fn split_currency(text: &str) -> Result<(&str, Option<Currency>), MoneyError> {
    let is_number = |c: char| c.is_ascii_digit();
    let (Some(first), Some(last)) = (text.find(is_number), text.rfind(is_number)) else {
        return Err(MoneyError::Malformed(text.to_owned()));
    };
    let (before, after) = (text[..first].trim(), text[last + 1..].trim());
    let (("", named) | (named, "")) = (before, after) else {
        return Err(MoneyError::Malformed(text.to_owned()));
    };
    let currency = match named {
        "" => None,
        "€" => Some(Currency(*b"EUR")),
        "£" => Some(Currency(*b"GBP")),
        "$" | "¥" | "kr" => return Err(MoneyError::Sign(text.to_owned())),
        letters => Some(letters.parse().map_err(|()| MoneyError::Malformed(text.to_owned()))?),
    };
    Ok((&text[first..=last], currency))
}

/// Ten-thousandths of a number that begins and ends with a digit.
fn read_amount(number: &str, text: &str) -> Result<u64, MoneyError> {
    let malformed = || MoneyError::Malformed(text.to_owned());
    let (whole, places) = match decimal_mark(number, text)? {
        Some(at) => (&number[..at], &number[at + 1..]),
        None => (number, ""),
    };
    if places.len() > PLACES {
        return Err(MoneyError::TooFine(text.to_owned()));
    }
    let groups: Vec<&str> = whole.split(is_grouping).collect();
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let in_threes = groups[1..].iter().all(|group| group.len() == 3) && (1..=3).contains(&groups[0].len());
    if (groups.len() > 1 && !in_threes) || !groups.iter().all(|group| is_digits(group)) || !is_digits(places)
    {
        return Err(malformed());
    }
    let amount = format!("{}{places:0<PLACES$}", groups.concat()).parse::<u64>();
    let most = Limits::COST * WHOLE;
    amount.ok().filter(|amount| *amount <= most).ok_or_else(|| MoneyError::TooMuch(text.to_owned()))
}

/// Where the decimal places begin. The mark that comes last is theirs, unless it comes twice.
fn decimal_mark(number: &str, text: &str) -> Result<Option<usize>, MoneyError> {
    let Some(at) = number.rfind(['.', ',']) else { return Ok(None) };
    let mark = number.as_bytes()[at];
    let before = &number[..at];
    if before.bytes().any(|byte| byte == mark) {
        return Ok(None);
    }
    let is_lone = !before.contains(is_grouping);
    let could_be_thousands = number.len() - at - 1 == 3 && before.len() <= 3 && before != "0";
    if is_lone && could_be_thousands {
        return Err(MoneyError::Ambiguous(text.to_owned()));
    }
    Ok(Some(at))
}

fn is_grouping(c: char) -> bool {
    matches!(c, '.' | ',' | ' ' | '\u{a0}' | '\u{202f}' | '\'' | '’')
}

impl FromStr for Currency {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let letters: [u8; 3] = text.as_bytes().try_into().map_err(|_| ())?;
        letters
            .iter()
            .all(u8::is_ascii_alphabetic)
            .then(|| Self(letters.map(|c| c.to_ascii_uppercase())))
            .ok_or(())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|letter| write!(f, "{}", char::from(*letter)))
    }
}

impl fmt::Display for Money {
    /// Two decimal places, or four: three would read as thousands.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.amount / WHOLE, self.amount % WHOLE);
        if rest % 100 == 0 {
            write!(f, "{whole}.{:02}", rest / 100)?;
        } else {
            write!(f, "{whole}.{rest:04}")?;
        }
        self.currency.map_or(Ok(()), |currency| write!(f, " {currency}"))
    }
}

impl FromStr for Money {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        Self::parse(text)
    }
}

by_text!(Money, MoneyError);

/// Sums of money, each currency for itself; what named none is a currency of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Costs(BTreeMap<Option<Currency>, u64>);

impl Costs {
    /// Adds a sum to those of its currency.
    pub fn add(&mut self, money: Money) {
        let sum = self.0.entry(money.currency).or_default();
        *sum = sum.saturating_add(money.amount);
    }

    /// The sums, in the order of their currencies.
    pub fn sums(&self) -> impl Iterator<Item = Money> {
        self.0.iter().map(|(currency, amount)| Money { amount: *amount, currency: *currency })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> String {
        Money::parse(text).map_or_else(|error| error.to_string(), |money| money.to_string())
    }

    #[test]
    fn money_is_read_as_people_write_it() {
        for (text, money) in [
            ("350", "350.00"),
            (" 350.5 eur", "350.50 EUR"),
            ("EUR350", "350.00 EUR"),
            ("€ 1.240,50", "1240.50 EUR"),
            ("£1,240.50", "1240.50 GBP"),
            ("1 240,50 SEK", "1240.50 SEK"),
            ("1,240,000", "1240000.00"),
            ("0.125", "0.1250"),
            ("12.3456", "12.3456"),
            ("1240,00", "1240.00"),
        ] {
            assert_eq!(read(text), money, "{text}");
        }
    }

    #[test]
    fn money_that_is_no_number_or_two_is_refused_with_what_to_write() {
        for (text, told) in [
            ("1.240", "two ways"),
            ("1,240 EUR", "two ways"),
            ("$ 20", "three letters"),
            ("free", "write it as"),
            ("", "write it as"),
            ("-5", "write it as"),
            ("5 EURO", "write it as"),
            ("EUR 5 USD", "write it as"),
            ("1.24.5", "write it as"),
            ("1e5", "write it as"),
            ("0.12345", "four decimal places"),
        ] {
            assert!(read(text).contains(told), "{text}: {}", read(text));
        }
        assert_eq!(read(&Limits::COST.to_string()), format!("{}.00", Limits::COST));
        assert!(read(&format!("{}.01", Limits::COST)).contains("more than"));
    }

    #[test]
    fn money_is_shared_out_to_a_hundredth_half_to_even() {
        let per = |text: &str, n| Money::parse(text).unwrap().per(n).map(|money| money.to_string());
        assert_eq!(per("100 EUR", 3).as_deref(), Some("33.33 EUR"));
        assert_eq!(per("0.25", 10).as_deref(), Some("0.02"));
        assert_eq!(per("0.35", 10).as_deref(), Some("0.04"));
        assert_eq!(per("5", 0), None);
        assert!((Money::parse("12.3456").unwrap().number() - 12.3456).abs() < 1e-12);
    }

    #[test]
    fn sums_are_exact_and_kept_apart_by_currency() {
        let mut costs = Costs::default();
        for text in ["0.10 EUR", "0.20 EUR", "5", "7 USD", "1 EUR"] {
            costs.add(Money::parse(text).unwrap());
        }
        let sums: Vec<String> = costs.sums().map(|money| money.to_string()).collect();
        assert_eq!(sums, ["5.00", "1.30 EUR", "7.00 USD"]);
    }

    proptest! {
        #[test]
        fn money_reads_back_from_its_text(amount in 0..=Limits::COST * WHOLE, named: bool) {
            let money = Money { amount, currency: named.then_some(Currency(*b"EUR")) };
            prop_assert_eq!(Money::parse(&money.to_string()).unwrap(), money);
        }

        #[test]
        fn no_text_is_read_as_money_by_a_panic(text in "\\PC{0,20}") {
            let _ = Money::parse(&text);
        }
    }
}
