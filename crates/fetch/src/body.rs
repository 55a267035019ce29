//! Reads a body off the wire, under its cap and its clocks.

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use tokio::time::{Instant, timeout_at};
use trackward_core::{BodyEnd, Cut};

use crate::limits::Limits;
use crate::request::Purpose;

/// How far a body is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Caps {
    /// Bytes as sent.
    pub(crate) wire: usize,
    /// Bytes once decoded.
    pub(crate) decoded: usize,
}

impl Caps {
    pub(crate) fn of(purpose: Purpose, status: u16) -> Self {
        let both = |bytes| Self { wire: bytes, decoded: bytes };
        match (purpose, status) {
            (_, 300..400) => both(Limits::REDIRECT_BYTES),
            (Purpose::Interface, _) => both(Limits::INTERFACE_BYTES),
            (Purpose::Robots, _) => both(Limits::ROBOTS_BYTES),
            (Purpose::Sitemap, _) => both(Limits::SITEMAP_BYTES),
            (Purpose::Page | Purpose::Feed, _) => {
                Self { wire: Limits::WIRE_BYTES, decoded: Limits::DECODED_BYTES }
            }
        }
    }
}

/// A body as sent, as far as it was read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Wire {
    pub(crate) bytes: Vec<u8>,
    pub(crate) ending: BodyEnd,
}

/// Reads at most `cap` bytes, until `deadline` at the latest.
pub(crate) async fn read<E>(
    mut chunks: impl Stream<Item = Result<Bytes, E>> + Unpin,
    cap: usize,
    deadline: Instant,
) -> Wire {
    let began = Instant::now();
    let mut bytes = Vec::new();
    let ending = loop {
        match next(&mut chunks, deadline).await {
            Ok(None) => break BodyEnd::Complete,
            Err(cut) => break BodyEnd::Cut(cut),
            Ok(Some(chunk)) if bytes.len() + chunk.len() > cap => {
                bytes.extend_from_slice(&chunk[..cap - bytes.len()]);
                break BodyEnd::Cut(Cut::TooLarge);
            }
            Ok(Some(chunk)) => {
                make_room(&mut bytes, chunk.len(), cap);
                bytes.extend_from_slice(&chunk);
            }
        }
        if is_slow(bytes.len(), began) {
            break BodyEnd::Cut(Cut::Slow);
        }
    };
    Wire { bytes, ending }
}

/// Makes room for `more` bytes, of at most `cap` in all.
///
/// Beyond [`Limits::ORDINARY_BYTES`] that is room for all of them at once: each doubling would leave a hole as
/// large as what it moved.
pub(crate) fn make_room(bytes: &mut Vec<u8>, more: usize, cap: usize) {
    if bytes.len() + more > bytes.capacity().max(Limits::ORDINARY_BYTES) {
        bytes.reserve_exact(cap - bytes.len());
    }
}

async fn next<E>(
    chunks: &mut (impl Stream<Item = Result<Bytes, E>> + Unpin),
    deadline: Instant,
) -> Result<Option<Bytes>, Cut> {
    let idle = Instant::now() + Limits::IDLE;
    match timeout_at(idle.min(deadline), chunks.next()).await {
        Ok(chunk) => chunk.transpose().map_err(|_| Cut::Truncated),
        Err(_) if deadline <= idle => Err(Cut::Timeout),
        Err(_) => Err(Cut::Stalled),
    }
}

fn is_slow(bytes: usize, began: Instant) -> bool {
    let taken = began.elapsed();
    taken >= Limits::RATE_GRACE
        && (bytes as u128) < taken.as_millis() * u128::from(Limits::LEAST_RATE) / 1_000
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures_util::stream;

    use super::*;

    const MINUTE: Duration = Duration::from_mins(1);

    /// Reads chunks that come one `pause` after another, under paused time.
    async fn drip(chunk: &'static [u8], count: u32, pause: Duration, left: Duration) -> BodyEnd {
        let start = Instant::now();
        let chunks = stream::iter(1..=count).then(move |n| async move {
            tokio::time::sleep_until(start + n * pause).await;
            Ok::<_, ()>(Bytes::from_static(chunk))
        });
        read(Box::pin(chunks), Limits::WIRE_BYTES, start + left).await.ending
    }

    async fn whole(bytes: usize, cap: usize) -> Wire {
        let half = bytes / 2;
        let chunks = [half, bytes - half].map(|n| Ok::<_, ()>(Bytes::from(vec![b'x'; n])));
        read(stream::iter(chunks), cap, Instant::now() + MINUTE).await
    }

    #[tokio::test(start_paused = true)]
    async fn body_at_its_cap_is_complete_and_one_byte_more_is_cut_there() {
        let at_cap = whole(1_000, 1_000).await;
        assert_eq!((at_cap.bytes.len(), at_cap.ending), (1_000, BodyEnd::Complete));
        let above = whole(1_001, 1_000).await;
        assert_eq!((above.bytes.len(), above.ending), (1_000, BodyEnd::Cut(Cut::TooLarge)));
    }

    #[tokio::test(start_paused = true)]
    async fn body_that_breaks_off_is_truncated_and_what_came_is_kept() {
        let chunks = [Ok(Bytes::from_static(b"begun")), Err(())];
        let wire = read(stream::iter(chunks), 100, Instant::now() + MINUTE).await;
        assert_eq!(wire, Wire { bytes: b"begun".to_vec(), ending: BodyEnd::Cut(Cut::Truncated) });
    }

    #[tokio::test(start_paused = true)]
    async fn silence_is_cut_after_the_idle_time() {
        let moment = Duration::from_millis(1);
        // One chunk only: a second one would be cut for its rate.
        assert_eq!(
            drip(&[b'x'; 16_000], 1, Limits::IDLE.saturating_sub(moment), MINUTE).await,
            BodyEnd::Complete
        );
        let began = Instant::now();
        assert_eq!(drip(b"x", 1, Limits::IDLE + moment, MINUTE).await, BodyEnd::Cut(Cut::Stalled));
        assert_eq!(began.elapsed(), Limits::IDLE);
    }

    #[tokio::test(start_paused = true)]
    async fn body_is_cut_when_the_time_of_the_visit_is_used_up() {
        let began = Instant::now();
        let left = Duration::from_secs(7);
        assert_eq!(drip(b"x", 9, Duration::from_secs(1), left).await, BodyEnd::Cut(Cut::Timeout));
        assert_eq!(began.elapsed(), left);
    }

    #[tokio::test(start_paused = true)]
    async fn body_at_the_least_rate_is_read_and_one_byte_less_a_second_is_cut_after_the_grace() {
        let second = Duration::from_secs(1);
        assert_eq!(drip(&[b'x'; 1_024], 20, second, MINUTE).await, BodyEnd::Complete);
        let began = Instant::now();
        assert_eq!(drip(&[b'x'; 1_023], 20, second, MINUTE).await, BodyEnd::Cut(Cut::Slow));
        assert_eq!(began.elapsed(), Limits::RATE_GRACE);
    }

    #[test]
    fn caps_follow_purpose_and_status() {
        let wire = |purpose, status| Caps::of(purpose, status).wire;
        assert_eq!(wire(Purpose::Page, 200), Limits::WIRE_BYTES);
        assert_eq!(wire(Purpose::Robots, 200), Limits::ROBOTS_BYTES);
        assert_eq!(wire(Purpose::Interface, 200), Limits::INTERFACE_BYTES);
        assert_eq!(wire(Purpose::Feed, 200), Limits::WIRE_BYTES);
        assert_eq!(wire(Purpose::Sitemap, 200), Limits::SITEMAP_BYTES);
        assert_eq!(wire(Purpose::Page, 301), Limits::REDIRECT_BYTES);
        assert_eq!(wire(Purpose::Robots, 301), Limits::REDIRECT_BYTES);
    }
}
