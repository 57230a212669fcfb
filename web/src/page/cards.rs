use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use super::browse;
use super::session::Session;
use super::why::{Why, WhyButton, WhyPanel};
use usher_web_answer::card::{Card, Detail, Pick};
use usher_web_answer::quantity::plain;
use usher_web_answer::words::{filled, t};
use usher_web_parts::genre::hue;
use usher_web_parts::poster::poster;

/// The items of an answer.
#[component]
pub(crate) fn Cards(session: Session, cards: Vec<Card>) -> impl IntoView {
    let cards = cards.into_iter().map(|card| view! { <ItemCard session card /> }.into_any());
    view! {
        <ul class="cards" aria-label=t("Items")>
            {cards.collect_view()}
        </ul>
    }
}

#[component]
fn ItemCard(session: Session, card: Card) -> impl IntoView {
    let about = card.item.description.clone().or_else(|| card.item.storyline.clone());
    let has_about = about.is_some();
    // Escape puts the description away until it is asked for again.
    let is_away = RwSignal::new(false);
    let title = card.item.name();
    let title = if has_about {
        let put_away = move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                is_away.set(true);
            }
        };
        view! {
            <button
                type="button"
                class="card-title"
                on:keydown=put_away
                on:focus=move |_| is_away.set(false)
            >
                {title}
            </button>
        }
        .into_any()
    } else {
        view! { <span class="card-title">{title}</span> }.into_any()
    };
    let genres = card.genres.iter().map(|genre| {
        view! {
            <li class="genre" class:answers=genre.answers style=("--hue", hue(&genre.text).to_string())>
                {genre.text.clone()}
            </li>
        }
        .into_any()
    });
    let why = Why::new();
    let button = card
        .pick
        .is_some()
        .then(|| view! { <WhyButton session card=card.clone() why /> }.into_any());
    let panel = card.pick.clone().map(|pick| view! { <WhyPanel pick why /> }.into_any());
    view! {
        <li class="card" data-testid="card" data-item-id=card.item.item_id.to_string()>
            <div
                class="card-face"
                class:away=is_away
                on:pointerleave=move |_| is_away.set(false)
            >
                {poster(&card.item)}
                <div class="card-facts">
                    <h3>{title}</h3>
                    <p class="details">
                        {card.details.iter().map(detail).collect_view()}
                    </p>
                    <ul class="genres">{genres.collect_view()}</ul>
                    {card.pick.as_ref().and_then(fit)}
                    <p class="asides">
                        {button}
                        <a class="aside" href=browse::item_address(&card.item.item_id)>
                            {t("Details")}
                            <span class="unseen">{[" ", &card.item.name()].concat()}</span>
                        </a>
                    </p>
                </div>
                {about.map(|about| view! { <p class="card-about">{about}</p> }.into_any())}
            </div>
            {panel}
        </li>
    }
}

fn detail(detail: &Detail) -> AnyView {
    let text = detail.text.clone();
    if detail.answers {
        view! { <strong class="detail">{text}</strong> }.into_any()
    } else {
        view! { <span class="detail">{text}</span> }.into_any()
    }
}

fn fit(pick: &Pick) -> Option<AnyView> {
    let fit = plain(pick.fit?.clamp(0.0, 100.0));
    let drawn = view! {
        <p class="fit" title=pick.standing()>
            <span>{filled("fit {0}", &[&fit])}</span>
            <span class="bar" aria-hidden="true">
                <span class="bar-filled" style=("inline-size", format!("{fit}%"))></span>
            </span>
        </p>
    };
    Some(drawn.into_any())
}
