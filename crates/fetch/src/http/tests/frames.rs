//! Headers over HTTP/2, frame by frame (RFC 9113, 4.1): too many, too large, without end.

use tokio::io::{AsyncRead, AsyncWriteExt};
use tokio_rustls::server::TlsStream;

use super::tls::{Authority, fetched_from};
use super::*;

const SETTINGS: u8 = 4;
const HEADERS: u8 = 1;
const CONTINUATION: u8 = 9;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;
/// Bytes of a frame's payload at most, unless the client allows more.
const FRAME: usize = 16_384;
/// `:status: 200` by its place in the static table (RFC 7541, Appendix A).
const STATUS_200: u8 = 0x88;

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let stream = stream.to_be_bytes();
    [&length[1..], &[kind, flags], &stream, payload].concat()
}

/// A field as a literal without a place in the table (RFC 7541, 6.2.2), its value in short lengths.
fn field(value: &[u8]) -> Vec<u8> {
    let mut length = Vec::new();
    let mut left = value.len();
    if left < 0x7f {
        length.push(u8::try_from(left).unwrap());
    } else {
        length.push(0x7f);
        left -= 0x7f;
        while left >= 0x80 {
            length.push(0x80 | u8::try_from(left & 0x7f).unwrap());
            left >>= 7;
        }
        length.push(u8::try_from(left).unwrap());
    }
    [b"\0\x01x".as_slice(), &length, value].concat()
}

/// Reads up to the header of the request, and answers with settings.
async fn greet(stream: &mut TlsStream<TcpStream>) {
    stream.write_all(&frame(SETTINGS, 0, 0, &[])).await.unwrap();
    stream.read_exact(&mut [0; b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".len()]).await.unwrap();
    while kind_of_next(stream).await != HEADERS {}
}

async fn kind_of_next(stream: &mut (impl AsyncRead + Unpin)) -> u8 {
    let mut head = [0; 9];
    stream.read_exact(&mut head).await.unwrap();
    let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
    stream.read_exact(&mut vec![0; length as usize]).await.unwrap();
    head[3]
}

/// What a request comes to whose answer has these fields, cut into frames.
async fn answered(fields: &[u8]) -> Result<Response, Trouble> {
    let authority = Authority::new();
    let block = [&[STATUS_200], fields].concat();
    let serve = async |mut stream: TlsStream<TcpStream>| {
        greet(&mut stream).await;
        let last = block.chunks(FRAME).count() - 1;
        for (n, piece) in block.chunks(FRAME).enumerate() {
            let (kind, stream_flag) = if n == 0 { (HEADERS, END_STREAM) } else { (CONTINUATION, 0) };
            let end = if n == last { END_HEADERS } else { 0 };
            // A client that had enough hangs up.
            let _ = stream.write_all(&frame(kind, stream_flag | end, 1, piece)).await;
        }
        let _ = stream.flush().await;
        stream
    };
    fetched_from(&authority.fetcher(), authority.acceptor(b"h2"), serve).await.0.outcome
}

#[tokio::test]
async fn header_fields_over_http2_are_read_up_to_their_limit() {
    let fields = |count: usize| field(b"y").repeat(count);
    assert_eq!(answered(&fields(Limits::HEADERS)).await.unwrap().headers.all("x").count(), Limits::HEADERS);
    let above = answered(&fields(Limits::HEADERS + 1)).await;
    assert!(matches!(above, Err(Trouble::Protocol(_))), "{above:?}");
}

#[tokio::test]
async fn giant_header_over_http2_breaks_the_protocol() {
    let giant = answered(&field(&vec![b'y'; Limits::HEADER_BYTES as usize])).await;
    assert!(matches!(giant, Err(Trouble::Protocol(_))), "{giant:?}");
}

#[tokio::test]
async fn continuation_frames_without_end_are_hung_up_on() {
    let authority = Authority::new();
    let serve = async |mut stream: TlsStream<TcpStream>| {
        greet(&mut stream).await;
        let mut sent = 0;
        let mut next = frame(HEADERS, 0, 1, &[STATUS_200]);
        while stream.write_all(&next).await.is_ok() && stream.flush().await.is_ok() {
            sent += next.len();
            next = frame(CONTINUATION, 0, 1, &field(b"y").repeat(FRAME / field(b"y").len()));
        }
        sent
    };
    let (fetched, sent) = fetched_from(&authority.fetcher(), authority.acceptor(b"h2"), serve).await;
    assert!(matches!(fetched.outcome, Err(Trouble::Protocol(_))), "{:?}", fetched.outcome);
    // What lies in the buffers of the sockets was sent as well.
    assert!(sent.unwrap() < 16 * 1_024 * 1_024, "{sent:?}");
}
