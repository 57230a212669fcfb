//! Every text of the page can be read on every ground that it stands on, in both
//! themes: a contrast of 4.5:1 (WCAG 2.2, success criterion 1.4.3); and of 3:1
//! for the edges of what can be used (1.4.11).

use std::collections::HashMap;

const SHEET: &str = include_str!("../static/colour.css");
const STYLE: &str = include_str!("../static/usher.css");

const GROUNDS: [&str; 3] = ["ground", "surface", "raised"];
const TEXTS: [&str; 7] = ["text", "quiet", "beam", "link", "good", "warn", "bad"];

/// Red, green and blue, 0–255.
type Colour = [u8; 3];

/// The custom properties of the sheet: light and dark.
fn colours() -> HashMap<&'static str, [Colour; 2]> {
    SHEET
        .lines()
        .filter_map(|line| {
            let (name, value) = line.trim().strip_prefix("--")?.split_once(": light-dark(")?;
            let (light, dark) = value.strip_suffix(");")?.split_once(", ")?;
            Some((name, [parsed(light)?, parsed(dark)?]))
        })
        .collect()
}

fn parsed(hex: &str) -> Option<Colour> {
    let hex = hex.strip_prefix('#').filter(|hex| hex.len() == 6)?;
    let part = |at: usize| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok();
    Some([part(0)?, part(2)?, part(4)?])
}

/// Relative luminance, as WCAG defines it.
fn luminance(colour: Colour) -> f64 {
    let [red, green, blue] = colour.map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { libm::pow((part + 0.055) / 1.055, 2.4) }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

fn contrast(a: Colour, b: Colour) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn every_text_can_be_read_on_every_ground() {
    let colours = colours();
    for ground in GROUNDS {
        for text in TEXTS {
            for theme in [0, 1] {
                let contrast = contrast(colours[text][theme], colours[ground][theme]);
                assert!(contrast >= 4.5, "{text} on {ground}, theme {theme}: {contrast:.2}");
            }
        }
    }
    for theme in [0, 1] {
        assert!(contrast(colours["on-beam"][theme], colours["beam"][theme]) >= 4.5);
    }
}

#[test]
fn edges_of_what_can_be_used_can_be_seen() {
    let colours = colours();
    for theme in [0, 1] {
        for ground in ["ground", "surface"] {
            let contrast = contrast(colours["edge"][theme], colours[ground][theme]);
            assert!(contrast >= 3.0, "edge on {ground}, theme {theme}: {contrast:.2}");
        }
    }
}

#[test]
fn the_style_sheet_uses_only_colours_that_are_defined() {
    let named = SHEET.lines().filter_map(|line| line.trim().strip_prefix("--")?.split(':').next());
    let own = STYLE.lines().filter_map(|line| line.trim().strip_prefix("--")?.split(':').next());
    let defined: Vec<&str> = named.chain(own).chain(["hue"]).collect();
    for used in STYLE.split("var(--").skip(1) {
        let name = used.split([')', ',']).next().unwrap_or_default();
        assert!(defined.contains(&name), "--{name} is used and not defined");
    }
}
