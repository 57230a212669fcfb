use leptos::prelude::*;
use usher_web_answer::item::Item;
use usher_web_parts::genre::hue;
use usher_web_parts::poster::poster;

use crate::place::Place;
use usher_web_answer::words::filled;

/// What the cards need to know of an item.
pub(super) const GET: [&str; 6] =
    ["title", "release_date", "duration", "genres", "director", "description"];

/// Items as cards, each with something to say of it.
pub(super) fn grid(items: Vec<(Item, Option<String>)>, label: &str) -> AnyView {
    let cards = items.into_iter().map(|(item, note)| {
        let address = Place::Item(item.item_id.clone()).address();
        let mut details = Vec::new();
        details.extend(item.release_date.map(|year| year.to_string()));
        details.extend(item.duration.map(|minutes| filled("{0} min", &[&minutes.to_string()])));
        details.extend(item.director.as_ref().map(|names| names.join(", ")));
        view! {
            <li class="card" data-testid="browse-card" data-item-id=item.item_id.to_string()>
                <div class="card-face">
                    {poster(&item)}
                    <div class="card-facts">
                        <h3>
                            <a class="card-link" href=address>
                                {item.name()}
                            </a>
                        </h3>
                        <p class="details">{details.join(" · ")}</p>
                        {genres(&item)}
                        {note.map(|note| view! { <p class="note">{note}</p> })}
                    </div>
                </div>
            </li>
        }
    });
    view! {
        <ul class="cards" aria-label=label.to_owned()>
            {cards.collect_view()}
        </ul>
    }
    .into_any()
}

/// The genres of an item, each with its dot.
pub(super) fn genres(item: &Item) -> AnyView {
    let genres = item.genres().iter().map(|genre| {
        view! {
            <li class="genre" style=("--hue", hue(genre).to_string())>
                {genre.clone()}
            </li>
        }
        .into_any()
    });
    view! { <ul class="genres">{genres.collect_view()}</ul> }.into_any()
}
