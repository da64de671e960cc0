use super::Prefix;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Value, json};
use std::fmt;

/// A text that is not written to logs.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

/// A key that signs tokens, and the limits of its tokens.
#[derive(Clone, PartialEq, Eq)]
pub struct Key {
    /// The name of the key in tokens.
    pub id: String,
    /// The issuer of its tokens.
    pub issuer: String,
    /// The audience of its tokens.
    pub audience: String,
    /// Its tokens grant nothing elsewhere.
    pub prefix: Prefix,
    /// The key itself.
    pub material: Material,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({}, {})", self.id, self.material.algorithm().name())
    }
}

/// A public key, or a shared secret, in bytes. It is used with one algorithm only.
#[derive(Clone, PartialEq, Eq)]
pub enum Material {
    /// Ed25519 (RFC 8037): the public key.
    Ed25519([u8; 32]),
    /// ECDSA with P-256 and SHA-256 (RFC 7518 §3.4): the coordinates.
    P256([u8; 32], [u8; 32]),
    /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 §3.3): the modulus and the exponent.
    Rsa(Vec<u8>, Vec<u8>),
    /// HMAC with SHA-256 (RFC 7518 §3.2): the secret.
    Hmac(Vec<u8>),
}

/// A signature algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// Ed25519.
    EdDsa,
    /// ECDSA with P-256 and SHA-256.
    Es256,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// HMAC with SHA-256.
    Hs256,
}

impl Algorithm {
    /// All algorithms.
    pub const ALL: [Self; 4] = [Self::EdDsa, Self::Es256, Self::Rs256, Self::Hs256];

    /// The name in keys and tokens (RFC 7518 §3.1).
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::EdDsa => "EdDSA",
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
            Self::Hs256 => "HS256",
        }
    }
}

impl Material {
    /// The algorithm that the key is for.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        match self {
            Self::Ed25519(_) => Algorithm::EdDsa,
            Self::P256(..) => Algorithm::Es256,
            Self::Rsa(..) => Algorithm::Rs256,
            Self::Hmac(_) => Algorithm::Hs256,
        }
    }

    /// The key as a JSON Web Key, with the members that an import needs.
    #[must_use]
    pub fn jwk(&self) -> Value {
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        match self {
            Self::Ed25519(x) => json!({ "kty": "OKP", "crv": "Ed25519", "x": text(x) }),
            Self::P256(x, y) => json!({ "kty": "EC", "crv": "P-256", "x": text(x), "y": text(y) }),
            Self::Rsa(n, e) => json!({ "kty": "RSA", "n": text(n), "e": text(e) }),
            Self::Hmac(k) => json!({ "kty": "oct", "k": text(k) }),
        }
    }
}

/// A JSON Web Key (RFC 7517), as written.
#[derive(Deserialize)]
pub(super) struct Jwk {
    pub(super) kid: Option<String>,
    kty: String,
    alg: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    key_ops: Option<Vec<String>>,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
    n: Option<String>,
    e: Option<String>,
    k: Option<String>,
    d: Option<serde::de::IgnoredAny>,
}

/// Minimum length of an RSA modulus, in bytes.
const RSA_BYTES_MIN: usize = 256;

/// Minimum length of a shared secret, in bytes (RFC 7518 §3.2).
const SECRET_BYTES_MIN: usize = 32;

impl Jwk {
    /// The id and the material of the key.
    ///
    /// # Errors
    /// The rule that it breaks.
    pub(super) fn read(self) -> Result<(String, Material), String> {
        let Some(id) = self.kid.clone().filter(|id| !id.is_empty()) else {
            return Err("the key has no `kid`".to_owned());
        };
        let in_key = |rule: String| format!("the key `{id}`: {rule}");
        let material = self.material().map_err(in_key)?;
        Ok((id, material))
    }

    fn material(&self) -> Result<Material, String> {
        let Some(alg) = self.alg.as_deref() else { return Err("`alg` is missing".to_owned()) };
        let Some(algorithm) = Algorithm::ALL.into_iter().find(|own| own.name() == alg) else {
            return Err(format!("`alg` must be EdDSA, ES256, RS256 or HS256, and is {alg}"));
        };
        if self.usage.as_deref().is_some_and(|usage| usage != "sig") {
            return Err("`use` must be `sig`".to_owned());
        }
        if self.key_ops.as_ref().is_some_and(|ops| !ops.iter().any(|op| op == "verify")) {
            return Err("`key_ops` must contain `verify`".to_owned());
        }
        if self.d.is_some() {
            return Err("`d` is the private part, which belongs to the issuer only".to_owned());
        }
        match algorithm {
            Algorithm::EdDsa => {
                self.is_of("OKP", Some("Ed25519"))?;
                Ok(Material::Ed25519(of_32("x", self.x.as_deref())?))
            }
            Algorithm::Es256 => {
                self.is_of("EC", Some("P-256"))?;
                Ok(Material::P256(of_32("x", self.x.as_deref())?, of_32("y", self.y.as_deref())?))
            }
            Algorithm::Rs256 => {
                self.is_of("RSA", None)?;
                let (modulus, exponent) = (decoded("n", self.n.as_deref())?, decoded("e", self.e.as_deref())?);
                match modulus.len() < RSA_BYTES_MIN {
                    true => Err("`n` must have at least 2048 bits".to_owned()),
                    false => Ok(Material::Rsa(modulus, exponent)),
                }
            }
            Algorithm::Hs256 => {
                self.is_of("oct", None)?;
                let secret = decoded("k", self.k.as_deref())?;
                match secret.len() < SECRET_BYTES_MIN {
                    true => Err("`k` must have at least 32 bytes".to_owned()),
                    false => Ok(Material::Hmac(secret)),
                }
            }
        }
    }

    fn is_of(&self, kind: &str, curve: Option<&str>) -> Result<(), String> {
        if self.kty != kind {
            return Err(format!("`kty` must be {kind} for this `alg`, and is {}", self.kty));
        }
        match curve {
            Some(curve) if self.crv.as_deref() != Some(curve) => Err(format!("`crv` must be {curve} for this `alg`")),
            _ => Ok(()),
        }
    }
}

fn decoded(name: &str, text: Option<&str>) -> Result<Vec<u8>, String> {
    let Some(text) = text else { return Err(format!("`{name}` is missing")) };
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| format!("`{name}` must be base64url without padding"))?;
    if bytes.is_empty() { Err(format!("`{name}` is empty")) } else { Ok(bytes) }
}

fn of_32(name: &str, text: Option<&str>) -> Result<[u8; 32], String> {
    decoded(name, text)?.try_into().map_err(|_| format!("`{name}` must have 32 bytes"))
}
