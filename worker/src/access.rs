//! Who asks: by a token, or by what Cloudflare Access has signed.

use std::rc::Rc;

use js_sys::{Array, Object, Reflect, Uint8Array};
use serde_json::Value;
use usher_gateway::access::{self, Access, Signed};
use usher_gateway::{Refusal, Settings, guard};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, WorkerGlobalScope};
use worker::{Fetch, Headers};

use crate::state;

/// How long the keys of Access are used before they are fetched again.
const KEYS_FRESH_MS: u64 = 600_000;
/// How soon they may be fetched again for a key that is not among them.
const KEYS_AGAIN_MS: u64 = 10_000;

/// The name of who asks.
pub(crate) async fn who(
    headers: &Headers,
    host: &str,
    settings: &Settings,
) -> Result<String, Refusal> {
    let header = |name| headers.get(name).ok().flatten();
    let shown = header("Authorization");
    let token = shown.as_deref().and_then(guard::bearer);
    if let Some(name) = token.and_then(|token| settings.tokens.name_of(token)) {
        return Ok(name.to_owned());
    }
    if let (Some(access), Some(token)) = (&settings.access, header("Cf-Access-Jwt-Assertion")) {
        let signed = access.read(&token, (js_sys::Date::now() / 1_000.0) as u64)?;
        return match is_signed(access, &signed).await? {
            true => Ok(signed.who),
            false => Err(access::wrong_signature()),
        };
    }
    match settings.is_open_to(host) {
        true => Ok("anybody".to_owned()),
        false => Err(guard::unauthorized(shown.is_some())),
    }
}

async fn is_signed(access: &Access, signed: &Signed) -> Result<bool, Refusal> {
    let mut keys = certificates(access, KEYS_FRESH_MS).await?;
    if access::key_of(&keys, &signed.key).is_none() {
        // Access changes its keys now and then.
        keys = certificates(access, KEYS_AGAIN_MS).await?;
    }
    let Some(key) = access::key_of(&keys, &signed.key) else { return Ok(false) };
    Ok(verify(key, signed).await.unwrap_or(false))
}

async fn certificates(access: &Access, fresh_ms: u64) -> Result<Rc<Value>, Refusal> {
    let now = js_sys::Date::now() as u64;
    let kept = state::with(|state| state.certificates.borrow().clone());
    if let Some((keys, fetched)) = kept.filter(|(_, at)| now.saturating_sub(*at) < fresh_ms) {
        let _ = fetched;
        return Ok(keys);
    }
    let unreachable = || {
        Refusal::new(
            503,
            "access_unreachable",
            "The keys of Cloudflare Access cannot be fetched now. Try again in a moment.",
        )
        .after(5)
    };
    let address = access.certificates().parse().map_err(|_| unreachable())?;
    let mut answer = Fetch::Url(address).send().await.map_err(|_| unreachable())?;
    let bytes = answer.bytes().await.map_err(|_| unreachable())?;
    let keys: Value = serde_json::from_slice(&bytes).map_err(|_| unreachable())?;
    let keys = Rc::new(keys);
    state::with(|state| *state.certificates.borrow_mut() = Some((Rc::clone(&keys), now)));
    Ok(keys)
}

/// RSASSA-PKCS1-v1_5 with SHA-256, by the platform.
async fn verify(key: &Value, signed: &Signed) -> Result<bool, JsValue> {
    let global: WorkerGlobalScope = js_sys::global().unchecked_into();
    let subtle = global.crypto()?.subtle();
    let algorithm = Object::new();
    Reflect::set(&algorithm, &"name".into(), &"RSASSA-PKCS1-v1_5".into())?;
    Reflect::set(&algorithm, &"hash".into(), &"SHA-256".into())?;
    let jwk = js_sys::JSON::parse(&key.to_string())?.unchecked_into::<Object>();
    let uses = Array::of1(&"verify".into());
    let key = subtle.import_key_with_object("jwk", &jwk, &algorithm, false, &uses)?;
    let key: CryptoKey = JsFuture::from(key).await?.unchecked_into();
    let signature = Uint8Array::from(signed.signature.as_slice());
    let content = Uint8Array::from(signed.content.as_slice());
    let verified = subtle.verify_with_str_and_buffer_source_and_buffer_source(
        "RSASSA-PKCS1-v1_5",
        &key,
        &signature,
        &content,
    )?;
    Ok(JsFuture::from(verified).await?.as_bool().unwrap_or(false))
}
