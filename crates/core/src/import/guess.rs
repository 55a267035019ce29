//! What a table is when no header is known: by what its columns hold.

use super::columns::Field;
use super::format::Format;
use super::layout::{Header, Layout};
use super::row::Row;
use crate::date::{DateOrder, read_moment};
use crate::ours::Ours;
use crate::page_url::PageUrl;

/// Least share of cells, in percent, that make a column one of addresses or dates.
const LEAST_SHARE: usize = 80;

/// Takes the first rows of a table for what they hold: one column of addresses is the pages, of two the one whose
/// addresses are mostly ours is the targets. None where that does not tell.
pub fn guess(head: &[Row], ours: &Ours) -> Option<Header> {
    let first = head.first()?;
    let width = head.iter().map(Row::width).max()?;
    let rows = if (0..width).any(|at| is_address(first.cell(at))) { head } else { &head[1..] };
    let holds = |at: usize, is: &dyn Fn(&str) -> bool| {
        let told = rows.iter().filter(|row| is(row.cell(at))).count();
        told > 0 && told * 100 >= rows.len() * LEAST_SHARE
    };
    let addresses: Vec<usize> = (0..width).filter(|at| holds(*at, &is_address)).collect();
    let is_ours = |at: usize| {
        let own = rows.iter().filter(|row| PageUrl::parse(row.cell(at)).is_ok_and(|page| ours.covers(&page)));
        own.count() * 2 > rows.len()
    };
    let mut fields = vec![None; width];
    match addresses.as_slice() {
        [source] => fields[*source] = Some(Field::Source),
        [one, two] => {
            let (source, target) = match (is_ours(*one), is_ours(*two)) {
                (false, true) => (one, two),
                (true, false) => (two, one),
                _ => return None,
            };
            (fields[*source], fields[*target]) = (Some(Field::Source), Some(Field::Target));
        }
        _ => return None,
    }
    if let Some(date) = (0..width).find(|at| holds(*at, &is_date)) {
        fields[date] = Some(Field::LastSeen);
    }
    let has_header = rows.len() < head.len();
    let names = (0..width)
        .map(|at| if has_header { first.cell(at).to_owned() } else { format!("column {}", at + 1) });
    let format = if width == 1 { Format::Addresses } else { Format::Guessed };
    Some(Header { layout: Layout { format, names: names.collect(), fields }, rows: usize::from(has_header) })
}

fn is_address(text: &str) -> bool {
    PageUrl::parse(text).is_ok()
}

fn is_date(text: &str) -> bool {
    // Which order it is, the survey finds out.
    text.contains(['-', '/', '.', ' ']) && read_moment(text, Some(DateOrder::Dmy)).is_ok()
        || read_moment(text, Some(DateOrder::Mdy)).is_ok() && text.contains('/')
}
