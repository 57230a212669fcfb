//! Drawn posters: a torch's beam in the genre's hue, the title set large, the year.
//! The same item always gets the same poster.

use leptos::prelude::*;

use crate::genre::{hash, hue};
use usher_web_answer::item::Item;

const WIDTH: f64 = 120.0;
const HEIGHT: f64 = 180.0;
const MARGIN: f64 = 10.0;
/// Font sizes to try, with the number of lines that there is room for.
const SIZES: [(f64, usize); 5] = [(27.0, 3), (22.0, 4), (18.0, 5), (15.0, 6), (12.0, 8)];
const LEADING: f64 = 1.16;

/// A title broken into lines of one size.
#[derive(Debug, Clone, PartialEq)]
struct Lettering {
    lines: Vec<String>,
    size: f64,
}

/// Sets a title in the largest size in which it fits; one too long even for the
/// smallest is cut.
fn lettering(title: &str) -> Lettering {
    for (size, room) in SIZES {
        if let Some(lines) = broken(title, size).filter(|lines| lines.len() <= room) {
            return Lettering { lines, size };
        }
    }
    let (size, room) = SIZES[SIZES.len() - 1];
    let per_line = ((WIDTH - 2.0 * MARGIN) / (size * 0.6)) as usize;
    let characters: Vec<char> = title.chars().collect();
    let mut lines: Vec<String> =
        characters.chunks(per_line).take(room).map(|line| line.iter().collect()).collect();
    if characters.len() > per_line * room
        && let Some(last) = lines.last_mut()
    {
        last.pop();
        last.push('…');
    }
    Lettering { lines, size }
}

/// Lines of words, broken at spaces and after hyphens; nothing if a part is wider
/// than a line.
fn broken(title: &str, size: f64) -> Option<Vec<String>> {
    let fits = |text: &str| width(text) * size <= WIDTH - 2.0 * MARGIN;
    let mut lines: Vec<String> = Vec::new();
    for word in title.split_whitespace() {
        for (at, part) in word.split_inclusive('-').enumerate() {
            let space = if at == 0 { " " } else { "" };
            match lines.last_mut() {
                Some(line) if fits(&format!("{line}{space}{part}")) => {
                    line.push_str(space);
                    line.push_str(part);
                }
                _ if fits(part) => lines.push(part.to_owned()),
                _ => return None,
            }
        }
    }
    Some(lines)
}

/// Width of a text in a bold serif, in ems, on the safe side.
fn width(text: &str) -> f64 {
    text.chars()
        .map(|c| match c {
            'i' | 'j' | 'l' | 't' | 'f' | 'I' | ' ' | '.' | ',' | ':' | '\'' | '!' => 0.36,
            'm' | 'w' | 'M' | 'W' => 0.95,
            'A'..='Z' => 0.76,
            c if c.is_ascii() => 0.57,
            _ => 0.7,
        })
        .sum()
}

/// To the nearest whole unit: nobody sees less.
fn whole(x: f64) -> i32 {
    x.round() as i32
}

/// A beam as the points of a polygon, from a corner that the title decides.
fn beam(seed: u32) -> String {
    let (width, height) = (whole(WIDTH), whole(HEIGHT));
    let spread = (seed / 4 % 40) as i32;
    match seed % 4 {
        0 => format!("0,0 {},{height} {},{height}", 50 + spread, 90 + spread),
        1 => format!("{width},0 {},{height} {},{height}", spread - 10, 30 + spread),
        2 => format!("0,{height} {},0 {},0", 40 + spread, 80 + spread),
        _ => format!("{width},{height} {},0 {},0", spread, 40 + spread),
    }
}

/// The poster of an item. Decoration: its words stand beside it as text.
pub fn poster(item: &Item) -> impl IntoView + use<> {
    let title = item.name();
    let seed = hash(&title);
    let mut hues = item.genres().iter().map(|genre| hue(genre));
    let ground = hues.next().unwrap_or((seed % 360) as u16);
    let light = hues.next().unwrap_or(ground);
    let Lettering { lines, size } = lettering(&title);
    let top = MARGIN + size;
    let lines = lines.into_iter().enumerate().map(|(at, line)| {
        view! { <text x=whole(MARGIN) y=whole(top + at as f64 * size * LEADING)>{line}</text> }
            .into_any()
    });
    let lamp = 18 + (seed / 160 % 14) as i32;
    let (width, height) = (whole(WIDTH), whole(HEIGHT));
    view! {
        <svg class="poster" viewBox=format!("0 0 {width} {height}") aria-hidden="true">
            <rect width=width height=height fill=format!("hsl({ground} 38% 19%)") />
            <polygon points=beam(seed) fill=format!("hsl({light} 62% 55%)") opacity="0.26" />
            <circle
                cx=width - 26
                cy=height - 34
                r=lamp
                fill=format!("hsl({light} 60% 62%)")
                opacity="0.3"
            />
            <g class="poster-title" font-size=whole(size)>
                {lines.collect_view()}
            </g>
            <text class="poster-year" x=whole(MARGIN) y=whole(HEIGHT - MARGIN)>
                {item.release_date}
            </text>
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_title_is_set_large_and_a_long_one_small() {
        assert_eq!(
            lettering("Top Gun"),
            Lettering { lines: vec!["Top".into(), "Gun".into()], size: 27.0 }
        );
        let long =
            lettering("Dr. Strangelove or: How I Learned to Stop Worrying and Love the Bomb");
        assert!(long.size < 18.0 && long.lines.len() > 3);
        assert_eq!(long.lines.join(" ").split(' ').count(), 13);
    }

    #[test]
    fn every_line_fits_and_nothing_is_too_long_to_set() {
        for title in ["", "Koyaanisqatsi", "Supercalifragilisticexpialidocious", &"x".repeat(5000)]
        {
            let Lettering { lines, size } = lettering(title);
            assert!(lines.len() <= 8);
            let whole = lines.len() as f64 * size * LEADING;
            assert!(whole < HEIGHT - 2.0 * MARGIN, "{title}");
        }
        assert!(lettering(&"x".repeat(5000)).lines.last().unwrap().ends_with('…'));
    }

    #[test]
    fn the_same_title_draws_the_same_beam() {
        assert_eq!(beam(hash("Alien")), beam(hash("Alien")));
        assert_ne!(beam(hash("Alien")), beam(hash("Aliens")));
    }
}
