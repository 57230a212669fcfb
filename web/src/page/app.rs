use leptos::prelude::*;

use super::browse::BrowseView;
use super::composer::Composer;
use super::notice::Notice;
use super::session::Session;
use super::settings;
use super::start_screen::StartScreen;
use super::top::Top;
use super::turn::TurnView;
use usher_web_answer::words::t;

/// The whole page.
#[component]
pub(crate) fn App() -> impl IntoView {
    let session = Session::start();
    settings::attach(session);
    let is_empty = Memo::new(move |_| session.turns.read().is_empty());
    let is_chat = Memo::new(move |_| session.address.read().is_none());
    let starts = Memo::new(move |_| is_empty.get() && is_chat.get());
    // Where it is seen: below the start, or else above the composer.
    let notice = move |when_empty: bool| {
        move || (is_empty.get() == when_empty).then(|| view! { <Notice session /> })
    };
    view! {
        <a class="skip" href="#question">
            {t("Skip to the question field")}
        </a>
        <Top session />
        <main>
            <BrowseView session />
            {move || starts.get().then(|| view! { <StartScreen session /> })}
            {notice(true)}
            <section class="conversation" aria-label=t("Conversation") hidden=move || !is_chat.get()>
                <For each=move || session.turns.get() key=|turn| turn.run let:turn>
                    <TurnView session turn />
                </For>
            </section>
        </main>
        <div class="dock">
            {notice(false)}
            <p class="note" role="status" data-testid="said">
                {session.said}
            </p>
            // `conversations.js` says here what hinders it.
            <p id="unkept" class="note" role="status" data-testid="unkept"></p>
            // And `answers.js` that something is copied.
            <p id="copied" class="note" role="status"></p>
            <Composer session />
        </div>
        // Announced when it changes: the finished answer, not its making.
        <div class="unseen" role="status" aria-live="polite" data-testid="status">
            {session.announcement}
        </div>
    }
}
