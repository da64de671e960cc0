use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;
use ring::signature::{self, RsaPublicKeyComponents, UnparsedPublicKey};
use serde_json::Value;

/// Whether `signature` is one of `message` by a JSON Web Key, which needs no private part.
#[must_use]
pub fn verify(jwk: &Value, message: &[u8], signature: &[u8]) -> bool {
    is_signed(jwk, message, signature).is_some()
}

fn is_signed(jwk: &Value, message: &[u8], signature: &[u8]) -> Option<()> {
    let bytes = |name: &str| URL_SAFE_NO_PAD.decode(jwk[name].as_str()?).ok();
    let verified = match jwk["kty"].as_str()? {
        "OKP" => UnparsedPublicKey::new(&signature::ED25519, bytes("x")?).verify(message, signature),
        "EC" => {
            let point = [&[0x04][..], &bytes("x")?, &bytes("y")?].concat();
            UnparsedPublicKey::new(&signature::ECDSA_P256_SHA256_FIXED, point).verify(message, signature)
        }
        "RSA" => RsaPublicKeyComponents { n: bytes("n")?, e: bytes("e")? }.verify(
            &signature::RSA_PKCS1_2048_8192_SHA256,
            message,
            signature,
        ),
        "oct" => hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, &bytes("k")?), message, signature),
        _ => return None,
    };
    verified.ok()
}

#[cfg(test)]
mod tests {
    use super::verify;
    use crate::{Algorithm, SigningKey};

    #[test]
    fn a_signature_is_that_of_one_key_and_one_message() {
        for algorithm in [Algorithm::EdDsa, Algorithm::Es256, Algorithm::Hs256] {
            let [key, other] = [(); 2].map(|()| SigningKey::generate(algorithm, "k").unwrap());
            let signature = key.sign(b"message");
            assert!(verify(&key.verifying_jwk(), b"message", &signature), "{algorithm:?}");
            assert!(!verify(&key.verifying_jwk(), b"massage", &signature), "{algorithm:?}");
            assert!(!verify(&other.verifying_jwk(), b"message", &signature), "{algorithm:?}");
            assert!(!verify(&serde_json::json!({}), b"message", &signature), "{algorithm:?}");
        }
    }
}
