use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::{SecureRandom as _, SystemRandom};
use ring::signature::{self, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RsaKeyPair};
use ring::{hmac, rsa};
use serde_json::{Value, json};
use std::fmt;

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

/// A key that can't be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadKey(pub String);

impl fmt::Display for BadKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BadKey {}

/// A key that signs: a JSON Web Key (RFC 7517) with its private part.
pub struct SigningKey {
    id: String,
    jwk: Value,
    pair: Pair,
}

enum Pair {
    Ed25519(Ed25519KeyPair),
    P256(EcdsaKeyPair),
    Rsa(Box<RsaKeyPair>),
    Hmac(hmac::Key),
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({}, {})", self.id, self.algorithm().name())
    }
}

/// The private members of a key.
const PRIVATE: [&str; 6] = ["d", "p", "q", "dp", "dq", "qi"];

impl SigningKey {
    /// Makes a new key.
    ///
    /// # Errors
    /// [`BadKey`], for RS256, whose keys other programs make, or if there is no randomness.
    pub fn generate(algorithm: Algorithm, id: &str) -> Result<Self, BadKey> {
        let random = SystemRandom::new();
        let mut seed = [0; 32];
        random.fill(&mut seed).map_err(|_| BadKey("there is no randomness".to_owned()))?;
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let jwk = match algorithm {
            Algorithm::EdDsa => {
                let pair = Ed25519KeyPair::from_seed_unchecked(&seed).map_err(rejected)?;
                let x = text(pair.public_key().as_ref());
                json!({ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "kid": id, "x": x, "d": text(&seed) })
            }
            Algorithm::Es256 => {
                let signing = &signature::ECDSA_P256_SHA256_FIXED_SIGNING;
                let document =
                    EcdsaKeyPair::generate_pkcs8(signing, &random).map_err(|_| BadKey("no key was made".to_owned()))?;
                let pair = EcdsaKeyPair::from_pkcs8(signing, document.as_ref(), &random).map_err(rejected)?;
                let point = pair.public_key().as_ref();
                // The document contains the private number after this sequence: an octet string of 32 bytes (RFC 5915).
                let bytes = document.as_ref();
                let start = bytes.windows(2).position(|two| two == [0x04, 0x20]);
                let start = start.ok_or_else(|| BadKey("no key was made".to_owned()))? + 2;
                let (x, y, d) = (text(&point[1..33]), text(&point[33..65]), text(&bytes[start..start + 32]));
                json!({ "kty": "EC", "crv": "P-256", "alg": "ES256", "kid": id, "x": x, "y": y, "d": d })
            }
            Algorithm::Hs256 => json!({ "kty": "oct", "alg": "HS256", "kid": id, "k": text(&seed) }),
            Algorithm::Rs256 => {
                return Err(BadKey("keys for RS256 are made by other programs; use EdDSA or ES256".to_owned()));
            }
        };
        Self::read(jwk)
    }

    /// Reads a JSON Web Key with its private part.
    ///
    /// # Errors
    /// [`BadKey`].
    pub fn read(jwk: Value) -> Result<Self, BadKey> {
        let text = |name: &str| jwk[name].as_str().ok_or_else(|| BadKey(format!("the key has no `{name}`")));
        let bytes = |name: &str| {
            let decoded = URL_SAFE_NO_PAD.decode(text(name)?);
            decoded.map_err(|_| BadKey(format!("`{name}` of the key is not base64url without padding")))
        };
        let (id, alg) = (text("kid")?.to_owned(), text("alg")?);
        let algorithm = Algorithm::ALL.into_iter().find(|own| own.name() == alg);
        let pair = match algorithm {
            Some(Algorithm::EdDsa) => {
                let pair = Ed25519KeyPair::from_seed_and_public_key(&bytes("d")?, &bytes("x")?);
                Pair::Ed25519(pair.map_err(rejected)?)
            }
            Some(Algorithm::Es256) => {
                let point = [&[0x04][..], &bytes("x")?, &bytes("y")?].concat();
                let signing = &signature::ECDSA_P256_SHA256_FIXED_SIGNING;
                let pair =
                    EcdsaKeyPair::from_private_key_and_public_key(signing, &bytes("d")?, &point, &SystemRandom::new());
                Pair::P256(pair.map_err(rejected)?)
            }
            Some(Algorithm::Rs256) => Pair::Rsa(Box::new(rsa_pair(bytes)?)),
            Some(Algorithm::Hs256) => Pair::Hmac(hmac::Key::new(hmac::HMAC_SHA256, &bytes("k")?)),
            None => return Err(BadKey(format!("`alg` of the key is {alg}, and must be EdDSA, ES256, RS256 or HS256"))),
        };
        Ok(Self { id, jwk, pair })
    }

    /// The name of the key in tokens.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The algorithm.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        match self.pair {
            Pair::Ed25519(_) => Algorithm::EdDsa,
            Pair::P256(_) => Algorithm::Es256,
            Pair::Rsa(_) => Algorithm::Rs256,
            Pair::Hmac(_) => Algorithm::Hs256,
        }
    }

    /// The key with its private part.
    #[must_use]
    pub fn jwk(&self) -> &Value {
        &self.jwk
    }

    /// The key as the server needs it: its public part, or the shared secret.
    #[must_use]
    pub fn verifying_jwk(&self) -> Value {
        let mut jwk = self.jwk.clone();
        if let Value::Object(members) = &mut jwk {
            members.retain(|name, _| !PRIVATE.contains(&name.as_str()));
        }
        jwk
    }

    /// The signature of `message`.
    ///
    /// # Panics
    /// If there is no randomness.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match &self.pair {
            Pair::Ed25519(pair) => pair.sign(message).as_ref().to_vec(),
            Pair::P256(pair) => pair.sign(&random, message).expect("there is randomness").as_ref().to_vec(),
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                let signed = pair.sign(&signature::RSA_PKCS1_SHA256, &random, message, &mut signature);
                signed.expect("there is randomness");
                signature
            }
            Pair::Hmac(key) => hmac::sign(key, message).as_ref().to_vec(),
        }
    }
}

fn rsa_pair(bytes: impl Fn(&str) -> Result<Vec<u8>, BadKey>) -> Result<RsaKeyPair, BadKey> {
    let [n, e, d, p, q, dp, dq, qi] = ["n", "e", "d", "p", "q", "dp", "dq", "qi"].map(bytes);
    let (n, e, d, p, q, dp, dq, qi) = (n?, e?, d?, p?, q?, dp?, dq?, qi?);
    let public_key = rsa::PublicKeyComponents { n: &n[..], e: &e[..] };
    let components =
        rsa::KeyPairComponents { public_key, d: &d[..], p: &p[..], q: &q[..], dP: &dp[..], dQ: &dq[..], qInv: &qi[..] };
    RsaKeyPair::from_components(&components).map_err(rejected)
}

fn rejected(error: ring::error::KeyRejected) -> BadKey {
    BadKey(format!("the key can't be used: {error}"))
}
