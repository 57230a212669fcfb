//! Why a server cannot be reached. A browser does not say; some of it can be found
//! out.

use js_sys::{Object, Promise, Reflect};
use usher_protocol::Problem;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestInit, RequestMode, Url};

use crate::scope;

/// Where an address lies, in the words of Chrome's local network access; nothing
/// of the open internet.
pub(crate) fn address_space(url: &str) -> Option<&'static str> {
    let url = Url::new(url).ok()?;
    let host = url.hostname();
    if is_loopback(&host) {
        Some("loopback")
    } else if is_private(&host) {
        Some("local")
    } else {
        None
    }
}

/// What stands between the page and this address, and what to type.
pub(crate) async fn of(url: &str) -> Problem {
    let here = scope().location();
    let origin = here.origin();
    let Ok(there) = Url::new(url) else {
        return Problem {
            what: format!("{url} is not an address."),
            next: "Write it like http://localhost:11434.".to_owned(),
        };
    };
    let server = there.origin();
    let is_ollama = there.port() == "11434"
        || there.pathname().ends_with("/api/chat")
        || there.pathname().ends_with("/api/tags");
    let is_local = address_space(url).is_some();
    if here.protocol() == "https:" && there.protocol() == "http:" && !is_loopback(&there.hostname())
    {
        return Problem {
            what: format!("This page came over https, so the browser does not let it ask {server}, which is http."),
            next: "Give the server https, or open the page from this computer (usher serve), or use a server on this computer (http://localhost…).".to_owned(),
        };
    }
    if is_local && permission("local-network-access").await.as_deref() == Some("denied") {
        return Problem {
            what: format!("The browser may not reach {server}: this page was refused access to the local network."),
            next: "Click the sign before the page's address, allow access to the local network, and try again.".to_owned(),
        };
    }
    if answers(&there.href()).await {
        return Problem {
            what: format!("{server} is there, but it does not let this page in (CORS)."),
            next: if is_ollama {
                format!(
                    "Start Ollama so that it allows this page: OLLAMA_ORIGINS={origin} ollama serve"
                )
            } else {
                format!(
                    "Let the server allow the origin {origin} (in many servers a switch called CORS), then try again."
                )
            },
        };
    }
    let next = if is_ollama {
        "Start Ollama (ollama serve), and see that the port is right.".to_owned()
    } else if is_local {
        "Start the server, and see that the port is right.".to_owned()
    } else {
        "Look for a slip in the address, and see that you are online and that no blocker stands between.".to_owned()
    };
    Problem { what: format!("Nothing answers at {server}."), next }
}

/// Whether anything answers there, whatever it says.
async fn answers(url: &str) -> bool {
    let init = RequestInit::new();
    init.set_mode(RequestMode::NoCors);
    if let Some(space) = address_space(url) {
        let _ = Reflect::set(&init, &"targetAddressSpace".into(), &space.into());
    }
    JsFuture::from(scope().fetch_with_str_and_init(url, &init)).await.is_ok()
}

/// The state of a permission: granted, denied, prompt; nothing where the browser
/// does not know it.
async fn permission(name: &str) -> Option<String> {
    let permissions = Reflect::get(&scope().navigator(), &"permissions".into()).ok()?;
    let query: js_sys::Function =
        Reflect::get(&permissions, &"query".into()).ok()?.dyn_into().ok()?;
    let asked = Object::new();
    Reflect::set(&asked, &"name".into(), &JsValue::from_str(name)).ok()?;
    let promise: Promise = query.call1(&permissions, &asked).ok()?.dyn_into().ok()?;
    let status = JsFuture::from(promise).await.ok()?;
    Reflect::get(&status, &"state".into()).ok()?.as_string()
}

fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host.ends_with(".localhost")
        || host == "[::1]"
        || host.starts_with("127.")
}

fn is_private(host: &str) -> bool {
    let mut numbers = host.split('.').map(str::parse::<u8>);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(10)), Some(Ok(_))) | (Some(Ok(192)), Some(Ok(168))) => true,
        (Some(Ok(172)), Some(Ok(second))) => (16..32).contains(&second),
        _ => host.ends_with(".local"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_this_machine_and_of_the_house_are_told_from_the_internets() {
        for host in ["localhost", "ollama.localhost", "127.0.0.1", "[::1]"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["192.168.1.5", "10.0.0.1", "172.20.1.1", "nas.local"] {
            assert!(is_private(host) && !is_loopback(host), "{host}");
        }
        for host in ["api.openai.com", "172.40.1.1", "10.example.com", "localhost.example.com"] {
            assert!(!is_private(host) && !is_loopback(host), "{host}");
        }
    }
}
