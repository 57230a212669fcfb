//! Charts: drawn for those who look, with the numbers behind them as a table for all.

use leptos::prelude::*;
use usher_web_answer::words::t;

const WIDTH: i32 = 360;
const ROW: i32 = 24;
/// Where bars begin and how long the longest is.
const LEFT: i32 = 124;
const LONGEST: i32 = 146;
/// How high the highest column is.
const HIGHEST: i32 = 90;
/// Room that a label below a column takes.
const LABEL: i32 = 52;
/// Labels below columns at most; more would run into each other.
const LABELS: usize = 6;

/// A bar and its number.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Bar {
    pub(crate) label: String,
    /// How long it is, from 0 on.
    pub(crate) value: f64,
    /// The number as a person reads it.
    pub(crate) said: String,
    /// Its colour; nothing: the page's own.
    pub(crate) hue: Option<u16>,
}

/// Where the numbers of a picture stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Numbers {
    /// In a table that unfolds below it.
    Behind,
    /// In a table of the answer.
    Beside,
}

/// Bars that lie below each other, for things without an order in time.
pub(crate) fn bars(title: &str, bars: &[Bar], numbers: Numbers) -> AnyView {
    let longest = longest(bars);
    let rows = bars.iter().zip(0..).map(|(bar, at)| {
        let middle = at * ROW + ROW / 2;
        view! {
            <text class="chart-label" x=LEFT - 8 y=middle text-anchor="end">
                {shortened(&bar.label)}
            </text>
            <rect x=LEFT y=middle - 7 width=length(bar, longest, LONGEST) height=14 rx=3 fill=fill(bar) />
            <text class="chart-number" x=LEFT + length(bar, longest, LONGEST) + 6 y=middle>
                {bar.said.clone()}
            </text>
        }
        .into_any()
    });
    let rows = rows.collect_view();
    let height = bars.len() as i32 * ROW;
    figure(title, height, rows.into_any(), bars, numbers)
}

/// Bars that stand beside each other, in the order of time.
pub(crate) fn columns(title: &str, bars: &[Bar], numbers: Numbers) -> AnyView {
    let longest = longest(bars);
    let n = bars.len().max(1) as i32;
    let every = bars.len().div_ceil(LABELS).max(1);
    let columns = bars.iter().zip(0..).map(|(bar, at)| {
        let (left, right) = (WIDTH * at / n, WIDTH * (at + 1) / n);
        let height = length(bar, longest, HIGHEST);
        let is_labelled = (at as usize).is_multiple_of(every);
        view! {
            <rect
                x=left + 1
                y=HIGHEST - height
                width=(right - left - 2).max(1)
                height=height
                rx=2
                fill=fill(bar)
            />
            {is_labelled
                .then(|| {
                    // The last one ends where the picture does.
                    let (x, anchor) = match left + LABEL > WIDTH {
                        true => (WIDTH, "end"),
                        false => (left + 1, "start"),
                    };
                    view! {
                        <text class="chart-label" x=x y=HIGHEST + 14 text-anchor=anchor>
                            {bar.label.clone()}
                        </text>
                    }
                })}
        }
        .into_any()
    });
    let columns = columns.collect_view();
    figure(title, HIGHEST + 24, columns.into_any(), bars, numbers)
}

fn figure(title: &str, height: i32, drawn: AnyView, bars: &[Bar], numbers: Numbers) -> AnyView {
    if bars.is_empty() {
        return ().into_any();
    }
    let numbers = (numbers == Numbers::Behind).then(|| table(title, bars));
    view! {
        <figure class="chart">
            <figcaption>{title.to_owned()}</figcaption>
            // Said by the table.
            <svg viewBox=format!("0 0 {WIDTH} {height}") aria-hidden="true">
                {drawn}
            </svg>
            {numbers}
        </figure>
    }
    .into_any()
}

fn table(title: &str, bars: &[Bar]) -> AnyView {
    let rows = bars.iter().map(|bar| {
        view! {
            <tr>
                <th scope="row">{bar.label.clone()}</th>
                <td>{bar.said.clone()}</td>
            </tr>
        }
        .into_any()
    });
    view! {
        <details>
            <summary>{t("Numbers")}</summary>
            <table>
                <caption class="unseen">{title.to_owned()}</caption>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </details>
    }
    .into_any()
}

fn longest(bars: &[Bar]) -> f64 {
    bars.iter().map(|bar| bar.value).fold(0.0, f64::max)
}

/// How long a bar is drawn: never nothing where there is something.
fn length(bar: &Bar, longest: f64, most: i32) -> i32 {
    let length = (bar.value / longest * f64::from(most)) as i32;
    if bar.value > 0.0 { length.clamp(2, most) } else { 0 }
}

/// Its own colour; the style sheet gives one to those without.
fn fill(bar: &Bar) -> Option<String> {
    bar.hue.map(|hue| format!("hsl({hue} 48% 55%)"))
}

/// A label that has room beside its bar.
fn shortened(label: &str) -> String {
    match label.char_indices().nth(15) {
        Some((at, _)) => label.get(..at).unwrap_or_default().to_owned() + "…",
        None => label.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(value: f64) -> Bar {
        Bar { label: "Comedy".into(), value, said: String::new(), hue: None }
    }

    #[test]
    fn the_longest_fills_its_room_and_little_can_still_be_seen() {
        let bars = [bar(400.0), bar(1.0), bar(0.0)];
        let drawn = bars.each_ref().map(|bar| length(bar, longest(&bars), LONGEST));
        assert_eq!(drawn, [LONGEST, 2, 0]);
        assert_eq!(length(&bar(0.0), 0.0, LONGEST), 0);
    }

    #[test]
    fn a_long_label_ends_with_dots() {
        assert_eq!(shortened("Documentary"), "Documentary");
        assert_eq!(shortened("Éclair dramatique russe"), "Éclair dramatiq…");
    }
}
