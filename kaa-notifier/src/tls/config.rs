//! Whom to trust, and who one is.

use std::sync::Arc;

use kaa_core::{Error, Result};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{ClientConfig, RootCertStore, ServerConfig};

/// How a client speaks TLS: whom it trusts, and who it is.
///
/// Sessions are resumed between connections that are made with the same one. What is not here can be set in a
/// [`rustls::ClientConfig`], from which one is made.
///
/// ```no_run
/// use kaa_notifier::TLSClient;
///
/// let client = TLSClient::new()?; // trusts whom the system trusts
/// # Ok::<(), kaa_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct TLSClient {
    pub(super) config: Arc<ClientConfig>,
}

/// How a server speaks TLS: who it is, and which clients it trusts.
#[derive(Clone, Debug)]
pub struct TLSServer {
    pub(super) config: Arc<ServerConfig>,
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

fn roots(pem: &[u8]) -> Result<RootCertStore> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(pem)? {
        roots.add(certificate)?;
    }
    Ok(roots)
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>> {
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let certificates = certificates.map_err(|error| bad_pem("a certificate", &error))?;
    if certificates.is_empty() {
        return Err(Error::message("there is no certificate in the PEM text"));
    }
    Ok(certificates)
}

fn key(pem: &[u8]) -> Result<PrivateKeyDer<'static>> {
    PrivateKeyDer::from_pem_slice(pem).map_err(|error| bad_pem("a private key", &error))
}

fn bad_pem(what: &str, error: &dyn std::error::Error) -> Error {
    Error::message(format!("the PEM text is not {what}: {error}"))
}

impl TLSClient {
    /// Trusts whom the system trusts.
    ///
    /// # Errors
    ///
    /// If the system has no certificates that can be read.
    pub fn new() -> Result<Self> {
        let found = rustls_native_certs::load_native_certs();
        let mut roots = RootCertStore::empty();
        let (added, _) = roots.add_parsable_certificates(found.certs);
        match (added, found.errors.into_iter().next()) {
            (0, Some(error)) => Err(error.into()),
            (0, None) => Err(Error::message(
                "the system has no certificates to trust: install them, as the package `ca-certificates` does, or \
                 name your own with `TLSClient::trusting`",
            )),
            _ => Self::with_roots(roots),
        }
    }

    /// Trusts these certificates only, a text in PEM.
    ///
    /// # Errors
    ///
    /// If the text holds none.
    ///
    /// ```
    /// assert!(kaa_notifier::TLSClient::trusting("no certificate").is_err());
    /// ```
    pub fn trusting(roots_pem: impl AsRef<[u8]>) -> Result<Self> {
        Self::with_roots(roots(roots_pem.as_ref())?)
    }

    fn with_roots(roots: RootCertStore) -> Result<Self> {
        let config = ClientConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(TLSClient { config: Arc::new(config) })
    }

    /// Trusts certificates, and shows one of its own to a server that asks for it: the chain, its own first, and the key, all in PEM.
    ///
    /// # Errors
    ///
    /// If the texts are no certificates or no key, or do not belong together.
    pub fn with_identity(
        roots_pem: impl AsRef<[u8]>,
        chain_pem: impl AsRef<[u8]>,
        key_pem: impl AsRef<[u8]>,
    ) -> Result<Self> {
        let config = ClientConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots(roots_pem.as_ref())?)
            .with_client_auth_cert(certificates(chain_pem.as_ref())?, key(key_pem.as_ref())?)?;
        Ok(TLSClient { config: Arc::new(config) })
    }

    /// Offers these protocols, the best first, to be spoken over TLS: `h2`, `http/1.1`.
    #[must_use]
    pub fn protocols(mut self, names: impl IntoIterator<Item: AsRef<[u8]>>) -> Self {
        Arc::make_mut(&mut self.config).alpn_protocols = to_vecs(names);
        self
    }
}

impl TLSServer {
    /// Shows this certificate: the chain, its own first, and the key, in PEM.
    ///
    /// # Errors
    ///
    /// If the texts are no certificates or no key, or do not belong together.
    ///
    /// ```
    /// assert!(kaa_notifier::TLSServer::new("no certificate", "no key").is_err());
    /// ```
    pub fn new(chain_pem: impl AsRef<[u8]>, key_pem: impl AsRef<[u8]>) -> Result<Self> {
        let config = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(certificates(chain_pem.as_ref())?, key(key_pem.as_ref())?)?;
        Ok(TLSServer { config: Arc::new(config) })
    }

    /// The same, and asks each client for a certificate that one of these has signed.
    ///
    /// # Errors
    ///
    /// As of [`new`](Self::new).
    pub fn with_clients_of(
        chain_pem: impl AsRef<[u8]>,
        key_pem: impl AsRef<[u8]>,
        roots_pem: impl AsRef<[u8]>,
    ) -> Result<Self> {
        let roots = Arc::new(roots(roots_pem.as_ref())?);
        let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider()).build();
        let verifier = verifier.map_err(Error::new)?;
        let config = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()?
            .with_client_cert_verifier(verifier)
            .with_single_cert(certificates(chain_pem.as_ref())?, key(key_pem.as_ref())?)?;
        Ok(TLSServer { config: Arc::new(config) })
    }

    /// Speaks one of these protocols over TLS, the best first, if the client offers it.
    #[must_use]
    pub fn protocols(mut self, names: impl IntoIterator<Item: AsRef<[u8]>>) -> Self {
        Arc::make_mut(&mut self.config).alpn_protocols = to_vecs(names);
        self
    }
}

fn to_vecs(names: impl IntoIterator<Item: AsRef<[u8]>>) -> Vec<Vec<u8>> {
    names.into_iter().map(|name| name.as_ref().to_vec()).collect()
}

impl From<Arc<ClientConfig>> for TLSClient {
    fn from(config: Arc<ClientConfig>) -> Self {
        TLSClient { config }
    }
}

impl From<Arc<ServerConfig>> for TLSServer {
    fn from(config: Arc<ServerConfig>) -> Self {
        TLSServer { config }
    }
}
