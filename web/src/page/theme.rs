use leptos::prelude::*;

/// Where the choice is kept; the page's first script reads it too.
const KEY: &str = "usher-theme";

/// Dark is home, light is paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Theme {
    Dark,
    Light,
}

impl Theme {
    fn name(self) -> &'static str {
        match self {
            Self::Dark => "dark",
            Self::Light => "light",
        }
    }

    fn other(self) -> Self {
        match self {
            Self::Dark => Self::Light,
            Self::Light => Self::Dark,
        }
    }

    /// The one that was chosen, or else the one that the system prefers.
    fn current() -> Self {
        let prefers_light = || {
            let query = window().match_media("(prefers-color-scheme: light)").ok().flatten();
            query.is_some_and(|query| query.matches())
        };
        let root = document().document_element();
        match root.and_then(|root| root.get_attribute("data-theme")).as_deref() {
            Some("light") => Self::Light,
            Some("dark") => Self::Dark,
            _ if prefers_light() => Self::Light,
            _ => Self::Dark,
        }
    }

    fn choose(self) {
        if let Some(root) = document().document_element() {
            let _ = root.set_attribute("data-theme", self.name());
        }
        // Storage may be forbidden; the choice then lasts as long as the page.
        if let Ok(Some(storage)) = window().local_storage() {
            let _ = storage.set_item(KEY, self.name());
        }
    }
}

/// Switches between the themes.
#[component]
pub(crate) fn ThemeSwitch() -> impl IntoView {
    let theme = RwSignal::new(Theme::current());
    let switch = move |_| {
        theme.update(|theme| *theme = theme.other());
        theme.get_untracked().choose();
    };
    view! {
        <button type="button" class="quiet-button" data-testid="theme" on:click=switch>
            {move || theme.get().other().name()}
            " theme"
        </button>
    }
}
