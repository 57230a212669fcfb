use usher_protocol::Problem;
use usher_web_answer::words::{filled, t};
use web_sys::{Url, UrlSearchParams};

/// Where a page's own bundle is, relative to the page.
const OWN: &str = "bundle/";

const GIVE: &str = "Give ?bundle= a path on this site, or an address that begins with http:// or https://, of the folder that holds manifest.json.";

/// Before the name of a catalogue that this browser keeps (`catalogues.js`).
const OWN_SCHEME: &str = "own:";

/// The folder of the page's own bundle, absolute.
pub(crate) fn own(page: &str) -> String {
    Url::new_with_base(OWN, page).map_or_else(|_| OWN.to_owned(), |url| url.href())
}

/// The folder of the bundle that the page's address asks for (`?bundle=ADDRESS`, a
/// path or a web address of the folder or its manifest, or `own:NAME` for one that this
/// browser keeps), or of the page's own.
///
/// # Errors
/// What is asked for is not a web address.
pub(crate) fn asked_for(page: &str, search: &str) -> Result<String, Problem> {
    let asked = UrlSearchParams::new_with_str(search).ok().and_then(|asked| asked.get("bundle"));
    let Some(asked) = asked.filter(|asked| !asked.trim().is_empty()) else { return Ok(own(page)) };
    let problem = |why: &str| Problem {
        what: filled("The address of the catalogue, “{0}”, {1}.", &[&shortened(&asked), &t(why)]),
        next: t(GIVE),
    };
    let url = Url::new_with_base(asked.trim(), page).map_err(|_| problem("is not an address"))?;
    if url.protocol() == OWN_SCHEME {
        return Ok(url.href() + "/");
    }
    if !matches!(url.protocol().as_str(), "http:" | "https:") {
        return Err(problem("is not a web address"));
    }
    if !url.username().is_empty() || !url.password().is_empty() {
        return Err(problem("holds a user name or a password, which an address must not"));
    }
    url.set_hash("");
    url.set_search("");
    let path = url.pathname();
    let folder = path.strip_suffix("manifest.json").unwrap_or(&path).trim_end_matches('/');
    url.set_pathname(&format!("{folder}/"));
    Ok(url.href())
}

fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(200).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
