use std::future::Future;
use std::pin::Pin;

use leptos::ev::{Event, SubmitEvent};
use leptos::html::Input;
use leptos::prelude::*;
use usher_web_answer::quantity::{counted, grouped};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlInputElement;

use super::entries;
use crate::chats::{Chat, NAME_CHARS, imported, name, sound};
use crate::store::{self, Listed};
use usher_web_answer::words::{filled, t};

/// As many are shown at once.
const SHOWN: usize = 100;

/// What the list of conversations knows.
#[derive(Clone, Copy)]
struct List {
    listed: RwSignal<Option<Result<Listed, String>>>,
    /// What is looked for.
    words: RwSignal<String>,
    /// What was done, or why it was not.
    said: RwSignal<String>,
    /// What was deleted last, and its turns.
    deleted: RwSignal<Option<(Chat, String)>>,
    /// The id of the one whose name is being changed.
    renamed: RwSignal<String>,
}

/// The conversations that this browser keeps.
pub(super) fn chats() -> AnyView {
    let list = List {
        listed: RwSignal::new(None),
        words: RwSignal::new(String::new()),
        said: RwSignal::new(String::new()),
        deleted: RwSignal::new(None),
        renamed: RwSignal::new(String::new()),
    };
    list.work(async { Ok(String::new()) });
    let undo = move || {
        list.deleted.get().map(|(chat, turns)| {
            button(&t("Undo"), None, move || {
                let (chat, turns) = (chat.clone(), turns.clone());
                list.work(async move {
                    store::add(&chat, &turns).await?;
                    Ok(filled("“{0}” is back.", &[&chat.name]))
                });
            })
        })
    };
    view! {
        <section class="browse" aria-labelledby="browse-title">
            <h2 id="browse-title">{t("Chats")}</h2>
            <p class="quiet">
                {t("Kept in this browser only: what you asked, the answers, and what the tools found. Never a key.")}
            </p>
            <div class="asks">
                <label class="quiet-button">
                    {t("Import")}
                    <input
                        type="file"
                        class="unseen"
                        accept=".json,application/json"
                        data-testid="import"
                        on:change=move |event| import(list, &event)
                    />
                </label>
                {button(&t("Erase all"), None, move || erase_all(list))}
            </div>
            <label class="beside" for="chats-search">
                {t("Search")}
                <input
                    id="chats-search"
                    type="search"
                    maxlength="400"
                    placeholder=t("Words of its name or its questions")
                    on:input=move |event| list.words.set(event_target_value(&event))
                />
            </label>
            <div class="beside said">
                <p role="status" data-testid="chats-said">
                    {list.said}
                </p>
                {undo}
            </div>
            {move || list.listed.with(|listed| listed.as_ref().map(|listed| draw(list, listed)))}
        </section>
    }
    .into_any()
}

impl List {
    /// Does something, says what came of it, and reads the list anew.
    fn work(self, job: impl Future<Output = Result<String, String>> + 'static) {
        self.run(Box::pin(job));
    }

    fn run(self, job: Pin<Box<dyn Future<Output = Result<String, String>>>>) {
        self.deleted.set(None);
        self.renamed.set(String::new());
        spawn_local(async move {
            let said = job.await.unwrap_or_else(|why| why);
            let listed = store::list().await;
            // Whoever waited may have gone to another address.
            let _ = self.said.try_set(said);
            let _ = self.listed.try_set(Some(listed));
        });
    }
}

fn draw(list: List, listed: &Result<Listed, String>) -> AnyView {
    let Listed { chats, damaged } = match listed {
        Ok(listed) => listed.clone(),
        Err(why) => return view! { <p class="notice failure">{why.clone()}</p> }.into_any(),
    };
    let damaged = (damaged > 0).then(|| {
        let damaged = grouped(damaged);
        view! {
            <p class="notice failure">
                {filled("Damaged and not shown: {0}. “Erase all” removes what is damaged, too.", &[&damaged])}
            </p>
        }
    });
    let shown = move || {
        let words = list.words.get();
        let found: Vec<&Chat> = chats.iter().filter(|chat| store::finds(chat, &words)).collect();
        let head = match (chats.is_empty(), found.len()) {
            (true, _) => t("Nothing is kept yet: ask something in the chat."),
            (_, count) if count > SHOWN => {
                let (shown, count) = (SHOWN.to_string(), grouped(count as u64));
                filled("The newest {0} of {1}. Search for the others.", &[&shown, &count])
            }
            (_, count) => counted(count as u64, "conversation") + ".",
        };
        let rows: Vec<AnyView> =
            found.into_iter().take(SHOWN).map(|chat| row(list, chat)).collect();
        view! {
            <p class="quiet" role="status" data-testid="found">
                {head}
            </p>
            <ul class="chats" aria-label=t("Conversations")>
                {rows}
            </ul>
        }
    };
    view! {
        {damaged}
        {shown}
    }
    .into_any()
}

fn row(list: List, chat: &Chat) -> AnyView {
    let stored = StoredValue::new(chat.clone());
    let title = move || {
        stored.with_value(|chat| match list.renamed.with(|id| *id == chat.id) {
            true => rename(list, chat.clone()),
            false => {
                let chat = chat.clone();
                let name = chat.name.clone();
                view! { <h3 class="chat-name">{button(&name, None, move || open(&chat))}</h3> }
                    .into_any()
            }
        })
    };
    let action = |label: &str, said: &str, act: fn(List, Chat)| {
        let said = [&t(said), ": ", &chat.name].concat();
        button(&t(label), Some(said), move || act(list, stored.get_value()))
    };
    let actions = [
        action("Rename", "Rename", |list, chat| list.renamed.set(chat.id)),
        action("Markdown", "Export as Markdown", |list, chat| export(list, chat, true)),
        action("JSON", "Export as JSON", |list, chat| export(list, chat, false)),
        action("Delete", "Delete", delete),
    ];
    view! {
        <li class="card" data-testid="chat">
            {title}
            <p class="details">{chat.details()}</p>
            <div class="asks">{Vec::from(actions)}</div>
        </li>
    }
    .into_any()
}

/// A button, and what is said of it where its label is not enough.
fn button(label: &str, said: Option<String>, act: impl Fn() + 'static) -> AnyView {
    fn drawn(label: String, said: Option<String>, act: Box<dyn Fn()>) -> AnyView {
        view! {
            <button type="button" class="quiet-button" aria-label=said on:click=move |_| act()>
                {label}
            </button>
        }
        .into_any()
    }
    drawn(label.to_owned(), said, Box::new(act))
}

fn open(chat: &Chat) {
    store::go(&chat.id);
    // A tab that is being closed has no address any more.
    let _ = window().location().set_hash("");
}

fn rename(list: List, chat: Chat) -> AnyView {
    let field = NodeRef::<Input>::new();
    field.on_load(|field| drop(field.focus()));
    let old = chat.name.clone();
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        let typed = entries(&event).into_iter().find_map(|(_, typed)| name(&typed));
        let id = chat.id.clone();
        list.work(async move {
            let Some(name) = typed else {
                return Err(t("A name has at least one letter. The old one stays."));
            };
            store::rename(&id, &name).await?;
            Ok(filled("“{0}” is its name now.", &[&name]))
        });
    };
    view! {
        <form class="beside" on:submit=save>
            <input
                node_ref=field
                name="name"
                type="text"
                autocomplete="off"
                aria-label=t("New name")
                maxlength=NAME_CHARS.to_string()
                value=old
            />
            <button type="submit" class="button">
                {t("Save")}
            </button>
            {button(&t("Cancel"), None, move || list.renamed.set(String::new()))}
        </form>
    }
    .into_any()
}

fn export(list: List, chat: Chat, is_markdown: bool) {
    list.work(async move {
        let (written, turns) = sound(store::turns(&chat.id).await?);
        let (ending, kind, text) = if is_markdown {
            ("md", "text/markdown", chat.markdown(&written, &turns))
        } else {
            ("json", "application/json", chat.exported(written))
        };
        let file = [&chat.file_name(), ".", ending].concat();
        store::save(&file, kind, &text)
            .map_err(|_| filled("“{0}” could not be made.", &[&file]))?;
        Ok(filled("“{0}” is made.", &[&file]))
    });
}

fn import(list: List, event: &Event) {
    let field = event.target().and_then(|field| field.dyn_into::<HtmlInputElement>().ok());
    let Some(field) = field else { return };
    let Some(file) = field.files().and_then(|files| files.get(0)) else { return };
    // So that the same file can be chosen again.
    field.set_value("");
    list.work(async move {
        let (chat, turns) = imported(&store::text_of(&file).await?)?;
        store::add(&chat, &turns.to_string()).await?;
        Ok(filled("“{0}” is imported.", &[&chat.name]))
    });
}

fn delete(list: List, chat: Chat) {
    list.work(async move {
        let turns = store::turns(&chat.id).await?.to_string();
        store::remove(&chat.id).await?;
        let said = filled("“{0}” is deleted.", &[&chat.name]);
        let _ = list.deleted.try_set(Some((chat, turns)));
        Ok(said)
    });
}

fn erase_all(list: List) {
    let asked = window().confirm_with_message(&t("Erase every conversation that this browser keeps, and what it keeps of the page and its catalogues? This cannot be undone."));
    if asked.unwrap_or_default() {
        list.work(async {
            store::erase_all().await?;
            Ok(t("Everything is erased."))
        });
    }
}
