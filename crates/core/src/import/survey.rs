//! One look at all rows before any is taken: dates that can be read in two ways, and lists of our own pages.

use super::columns::Field;
use super::format::Refusal;
use super::layout::Layout;
use super::row::Row;
use crate::date::{DateOrder, OrderSurvey};
use crate::ours::Ours;
use crate::page_url::PageUrl;

/// What all rows of a table say together.
#[derive(Debug)]
pub struct Survey<'a> {
    layout: &'a Layout,
    ours: &'a Ours,
    orders: Vec<OrderSurvey>,
    rows: u64,
    own: u64,
}

impl<'a> Survey<'a> {
    /// A survey that has seen nothing yet.
    pub fn new(layout: &'a Layout, ours: &'a Ours) -> Self {
        Self { layout, ours, orders: vec![OrderSurvey::default(); layout.fields.len()], rows: 0, own: 0 }
    }

    /// Looks at one more row.
    pub fn look_at(&mut self, row: &Row) {
        self.rows += 1;
        for (at, field) in self.layout.fields.iter().enumerate() {
            if field.is_some_and(Field::is_date) {
                self.orders[at].look_at(row.cell(at));
            }
        }
        let source = self.layout.column(Field::Source).map_or("", |at| row.cell(at));
        // A client's page may link to another client: only a table without targets tells of our own pages.
        let may_be_own = !self.layout.has_targets() && !self.ours.is_empty();
        if may_be_own && PageUrl::parse(source).is_ok_and(|page| self.ours.covers(&page)) {
            self.own += 1;
        }
    }

    /// Rows so far.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// The order of day and month of each column, where it matters.
    ///
    /// # Errors
    /// When it cannot be told and `said` does not say it, or when most pages are our own.
    pub fn settle(self, said: Option<DateOrder>) -> Result<Vec<Option<DateOrder>>, Refusal> {
        if self.own * 2 > self.rows {
            return Err(Refusal::new(
                "it lists your own pages, not those that link to them",
                "export the pages that link to yours: in Search Console Links, Export external links, Latest links",
            ));
        }
        let orders = self.orders.iter().zip(&self.layout.names).map(|(survey, name)| match survey.order() {
            Ok(order) => Ok(order),
            Err(()) if said.is_some() => Ok(said),
            Err(()) => Err(Refusal::new(
                format!("the dates of its column '{name}' can be read in two ways"),
                "say --dates dmy for day/month/year or --dates mdy for month/day/year",
            )),
        });
        orders.collect()
    }
}
