//! Certificates that prove nothing are refused, in words that say why.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{RootCertStore, ServerConfig};
use tokio::io::AsyncWriteExt;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::*;

/// An authority that the fetcher of a test trusts, and nobody else.
pub(super) struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub(super) fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, "an authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    /// A fetcher that trusts this authority only.
    pub(super) fn fetcher(&self) -> HttpFetch {
        let gate = Arc::new(loopback());
        let names = Names::new(Arc::clone(&gate)).unwrap();
        let mut roots = RootCertStore::empty();
        roots.add(self.0.der().clone()).unwrap();
        HttpFetch::over(gate, &names, |names| Ok(client::build_trusting(&agent(), names, roots.clone())))
            .unwrap()
    }

    /// A server with a certificate of this authority for `localhost`.
    pub(super) fn acceptor(&self, alpn: &[u8]) -> TlsAcceptor {
        let key = KeyPair::generate().unwrap();
        let certificate = localhost().signed_by(&key, &self.0).unwrap();
        acceptor(certificate.der(), &key, alpn)
    }
}

fn localhost() -> CertificateParams {
    CertificateParams::new(vec!["localhost".to_owned()]).unwrap()
}

fn acceptor(certificate: &CertificateDer<'static>, key: &KeyPair, alpn: &[u8]) -> TlsAcceptor {
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let mut config =
        ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.clone()], key)
            .unwrap();
    config.alpn_protocols = vec![alpn.to_vec()];
    TlsAcceptor::from(Arc::new(config))
}

/// Fetches a page from `https://localhost`, where `serve` answers the first connection.
pub(super) async fn fetched_from<T>(
    fetcher: &HttpFetch,
    acceptor: TlsAcceptor,
    serve: impl AsyncFnOnce(TlsStream<TcpStream>) -> T,
) -> (Fetched, Option<T>) {
    let (listener, address) = listen().await;
    let request = page(&format!("https://localhost:{}/", address.port()));
    let host = async {
        let (stream, _) = listener.accept().await.unwrap();
        match acceptor.accept(stream).await {
            Ok(stream) => Some(serve(stream).await),
            Err(_) => None,
        }
    };
    let (answer, served) = tokio::join!(fetcher.fetch(&request), host);
    assert_eq!(waiting(&listener).await, 0, "one connection, and none after it");
    (answer, served)
}

/// What is wrong with a certificate, as the fetcher of `authority` says it; nothing was asked over it.
async fn fault(authority: &Authority, acceptor: TlsAcceptor) -> String {
    let asked =
        async |mut stream: TlsStream<TcpStream>| stream.read(&mut [0]).await.is_ok_and(|read| read > 0);
    let (fetched, asked) = fetched_from(&authority.fetcher(), acceptor, asked).await;
    assert_ne!(asked, Some(true));
    match fetched.outcome {
        Err(Trouble::Tls(why)) => why,
        other => panic!("no fault of TLS: {other:?}"),
    }
}

#[tokio::test]
async fn certificate_of_a_trusted_authority_is_taken() {
    let authority = Authority::new();
    let serve = async |mut stream: TlsStream<TcpStream>| {
        assert!(stream.read(&mut [0; 4_096]).await.unwrap() > 0);
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.unwrap();
        stream.flush().await.unwrap();
        stream
    };
    let (fetched, _stream) = fetched_from(&authority.fetcher(), authority.acceptor(b"http/1.1"), serve).await;
    assert_eq!(fetched.outcome.unwrap().status, 200);
}

#[tokio::test]
async fn self_signed_certificate_is_refused() {
    let key = KeyPair::generate().unwrap();
    let certificate = localhost().self_signed(&key).unwrap();
    let fault = fault(&Authority::new(), acceptor(certificate.der(), &key, b"h2")).await;
    assert!(fault.contains("self-signed"), "{fault}");
}

#[tokio::test]
async fn certificate_for_another_name_is_refused() {
    let (authority, key) = (Authority::new(), KeyPair::generate().unwrap());
    let other = CertificateParams::new(vec!["other.example".to_owned()]).unwrap();
    let certificate = other.signed_by(&key, &authority.0).unwrap();
    let fault = fault(&authority, acceptor(certificate.der(), &key, b"h2")).await;
    assert!(fault.contains("another name"), "{fault}");
}

#[tokio::test]
async fn expired_certificate_and_one_of_the_future_are_refused() {
    for (from, to, words) in [(2020, 2021, "expired"), (2200, 2201, "not valid yet")] {
        let (authority, key) = (Authority::new(), KeyPair::generate().unwrap());
        let mut params = localhost();
        (params.not_before, params.not_after) = (date_time_ymd(from, 1, 1), date_time_ymd(to, 1, 1));
        let certificate = params.signed_by(&key, &authority.0).unwrap();
        let fault = fault(&authority, acceptor(certificate.der(), &key, b"h2")).await;
        assert!(fault.contains(words), "{fault}");
    }
}
