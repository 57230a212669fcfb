//! What the built page weighs, against its budget.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use comfy_table::{CellAlignment, Table, presets};
use serde::Deserialize;

use crate::dist::{files_below, with_suffix};

/// `xtask/sizes.toml`.
#[derive(Deserialize)]
struct Budget {
    page_code_brotli_bytes: u64,
    browse_code_brotli_bytes: u64,
    models_code_brotli_bytes: u64,
    later_code_brotli_bytes: u64,
    pack_code_brotli_bytes: u64,
    widget_loader_brotli_bytes: u64,
    widget_code_brotli_bytes: u64,
}

/// Prints the table of sizes.
///
/// # Errors
/// There is no built page, or it is over its budget.
pub(crate) fn check(root: &Path) -> Result<()> {
    let budget = root.join("xtask/sizes.toml");
    let budget =
        fs::read_to_string(&budget).with_context(|| format!("cannot read {}", budget.display()))?;
    let budget: Budget = toml::from_str(&budget)?;
    let dist = root.join("dist");
    if !dist.is_dir() {
        bail!("there is no dist/ to weigh: run `cargo xtask web` first");
    }

    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header(["file", "bytes", "gzip", "brotli"]);
    let (mut page, mut browse, mut models, mut later, mut pack) = (0, 0, 0, 0, 0);
    let (mut loader, mut widget) = (0, 0);
    for file in files_below(&dist)? {
        if matches!(extension(&file), None | Some("br" | "gz")) {
            continue;
        }
        let bytes = fs::metadata(&file)?.len();
        let packed = |suffix| fs::metadata(with_suffix(&file, suffix)).map(|data| data.len()).ok();
        let brotli = packed(".br");
        if matches!(extension(&file), Some("wasm" | "js" | "css")) {
            let name = file.file_name().and_then(OsStr::to_str).unwrap_or_default();
            let top = file.strip_prefix(&dist)?.iter().next().and_then(OsStr::to_str);
            let part = match name {
                "usher-agent.js" => &mut loader,
                _ if top == Some("widget") => &mut widget,
                // It shows how the widget is used.
                _ if top == Some("dashboard") => continue,
                "browse.js" | "browse_bg.wasm" | "browse.css" | "chats.js" => &mut browse,
                // Loaded once it is opened, a model answers, or tools run elsewhere.
                "settings.js" | "remote.js" => &mut models,
                "models.js" | "models_bg.wasm" => &mut models,
                "sw.js" | "offline.js" | "keys.js" | "keys.css" => &mut later,
                "pack.js" | "pack_bg.wasm" | "pack-worker.js" | "own.js" | "own.css"
                | "catalogues.js" => &mut pack,
                _ => &mut page,
            };
            *part += brotli.unwrap_or(bytes);
        }
        let cell = |size: Option<u64>| size.map_or_else(|| "–".to_owned(), grouped);
        let name = file.strip_prefix(&dist)?.display().to_string();
        table.add_row([name, grouped(bytes), cell(packed(".gz")), cell(brotli)]);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    println!("{table}");

    for (part, code, budget) in [
        ("page", page, budget.page_code_brotli_bytes),
        ("catalogue to look at, loaded once it is opened", browse, budget.browse_code_brotli_bytes),
        ("language models, loaded once one is chosen", models, budget.models_code_brotli_bytes),
        ("keys and keeping, loaded once the page stands", later, budget.later_code_brotli_bytes),
        ("a catalogue of one's own, loaded once files come", pack, budget.pack_code_brotli_bytes),
        ("widget, on the host's page at once", loader, budget.widget_loader_brotli_bytes),
        ("widget, loaded once it is opened or asked", widget, budget.widget_code_brotli_bytes),
    ] {
        println!(
            "{part} (wasm, js, css; brotli): {} of {} bytes, {} %",
            grouped(code),
            grouped(budget),
            code.saturating_mul(100).checked_div(budget).unwrap_or(u64::MAX)
        );
        if code > budget {
            let over = grouped(code - budget);
            bail!("{part}: over the budget by {over} bytes (xtask/sizes.toml)");
        }
    }
    Ok(())
}

fn extension(file: &Path) -> Option<&str> {
    file.extension().and_then(OsStr::to_str)
}

/// `1234567` as `1,234,567`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped_by_three() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
    }
}
