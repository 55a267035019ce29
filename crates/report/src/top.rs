//! The first rows of a stream that is too long to keep.

use std::collections::BinaryHeap;

/// Keeps the first `most` rows by their keys, in memory that does not grow with what is offered.
#[derive(Debug)]
pub(crate) struct Top<K, T> {
    rows: BinaryHeap<Keyed<K, T>>,
    most: usize,
}

#[derive(Debug)]
struct Keyed<K, T> {
    key: K,
    row: T,
}

impl<K: Ord, T> Top<K, T> {
    pub(crate) fn new(most: usize) -> Self {
        Self { rows: BinaryHeap::new(), most }
    }

    /// Takes a row in if it is among the first; it is made only then.
    pub(crate) fn offer(&mut self, key: K, row: impl FnOnce() -> T) {
        if self.rows.len() == self.most {
            match self.rows.peek() {
                Some(last) if key < last.key => drop(self.rows.pop()),
                _ => return,
            }
        }
        self.rows.push(Keyed { key, row: row() });
    }

    /// The rows in the order of their keys.
    pub(crate) fn into_rows(self) -> Vec<T> {
        self.rows.into_sorted_vec().into_iter().map(|keyed| keyed.row).collect()
    }
}

impl<K: Ord, T> Ord for Keyed<K, T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key.cmp(&other.key)
    }
}

impl<K: Ord, T> PartialOrd for Keyed<K, T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<K: Ord, T> PartialEq for Keyed<K, T> {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl<K: Ord, T> Eq for Keyed<K, T> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_rows_are_kept_in_order_whatever_order_they_come_in() {
        for order in [[5, 1, 4, 2, 3], [1, 2, 3, 4, 5], [5, 4, 3, 2, 1]] {
            let mut top = Top::new(3);
            let mut made = 0;
            for key in order {
                top.offer(key, || {
                    made += 1;
                    key * 10
                });
            }
            assert_eq!(top.into_rows(), [10, 20, 30]);
            assert!(made <= 5);
        }
    }
}
