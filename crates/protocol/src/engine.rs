use serde::Serialize;
use serde_json::Value;

use crate::id::Id;
use crate::model::{ListedModel, ModelSettings};
use crate::readable;
use crate::run::{RunEvent, Turn};
use crate::tool::{Step, ToolSpec};

/// What a face says to an engine that runs elsewhere (in a Web Worker).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ToEngine {
    /// Load a bundle. Also the way to try again after a failure.
    Open {
        /// Address of the folder that holds `manifest.json`, absolute.
        bundle: String,
    },
    /// Answer a question within the conversation so far.
    Ask {
        /// Chosen by the face; comes back in every event of this run.
        run: u32,
        /// What was typed.
        question: String,
    },
    /// End a run with what has been said by then. Without effect once it is over.
    Stop {
        /// The run's number.
        run: u32,
    },
    /// Go on with the conversation that these turns make; of none: begin a new one.
    Resume {
        /// The turns, oldest first.
        turns: Vec<Turn>,
    },
    /// Who answers from now on.
    UseModel {
        /// The model and how to use it; nothing: the guide.
        settings: Option<ModelSettings>,
    },
    /// Where tools run from now on.
    UseTools {
        /// An edge worker and the token for it, in the form that the page keeps them in;
        /// nothing: here.
        worker: Option<String>,
    },
    /// What the page around the engine adds: tools of its own, and whether it is asked
    /// before a tool is called or a model on a server is.
    UseHost {
        /// Its tools; one of a built-in tool's name is left out.
        tools: Vec<ToolSpec>,
        /// Whether it is asked.
        consent: bool,
    },
    /// Whom the conversation is about until a question names somebody.
    SetContext {
        /// The user's id; nothing: nobody.
        user: Option<Id>,
    },
    /// What this conversation recommends no more. It takes the place of what was said
    /// before.
    Exclude {
        /// Ids of items.
        items: Vec<Id>,
    },
    /// Tell which tools there are.
    ListTools {
        /// Chosen by the face; comes back with the tools.
        request: u32,
    },
    /// Ask a server for its models.
    ListModels {
        /// Chosen by the face; comes back with the outcome.
        request: u32,
        /// Where the server is. The model's name does not matter.
        settings: ModelSettings,
    },
    /// Try whether a model can be used.
    TestModel {
        /// Chosen by the face; comes back with the outcome.
        request: u32,
        /// The model and how to use it.
        settings: ModelSettings,
    },
    /// Run one tool outside a conversation's run (for evidence, say).
    Tool {
        /// Chosen by the face; comes back with the result.
        request: u32,
        /// Name of the tool.
        name: String,
        /// Its arguments.
        arguments: Value,
    },
}

readable!(enum ToEngine {
    open => Open { bundle },
    ask => Ask { run, question },
    stop => Stop { run },
    resume => Resume { turns },
    use_model => UseModel { settings },
    use_tools => UseTools { worker },
    use_host => UseHost { tools, consent },
    set_context => SetContext { user },
    exclude => Exclude { items },
    list_tools => ListTools { request },
    list_models => ListModels { request, settings },
    test_model => TestModel { request, settings },
    tool => Tool { request, name, arguments },
});

/// What an engine says to its face.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FromEngine {
    /// The engine's code runs and takes messages.
    Started,
    /// A bundle is being loaded.
    Progress {
        /// What is being loaded, for the person.
        what: String,
        /// Bytes so far, of all sections together.
        loaded_bytes: u64,
        /// Bytes in all, of all sections together.
        total_bytes: u64,
    },
    /// The bundle is open; questions can be asked.
    Opened {
        /// What was opened.
        about: About,
    },
    /// The bundle could not be opened.
    OpenFailed {
        /// Why, and what to do.
        problem: Problem,
    },
    /// Something happened in a run.
    Run {
        /// The run's number.
        run: u32,
        /// What happened.
        event: RunEvent,
    },
    /// A tool asked for by [`ToEngine::Tool`] ended.
    ToolDone {
        /// The request's number.
        request: u32,
        /// What was run and what came of it.
        step: Step,
    },
    /// The tools that there are, the host's own among them.
    ToolsListed {
        /// The request's number.
        request: u32,
        /// As a model is told of them.
        tools: Vec<ToolSpec>,
    },
    /// A server was asked for its models.
    ModelsListed {
        /// The request's number.
        request: u32,
        /// The models, or why there is no list.
        outcome: Result<Vec<ListedModel>, Problem>,
    },
    /// A model was tried.
    ModelTested {
        /// The request's number.
        request: u32,
        /// What works, in a sentence, or what does not.
        outcome: Result<String, Problem>,
    },
}

readable!(enum FromEngine {
    started => Started,
    progress => Progress { what, loaded_bytes, total_bytes },
    opened => Opened { about },
    open_failed => OpenFailed { problem },
    run => Run { run, event },
    tool_done => ToolDone { request, step },
    tools_listed => ToolsListed { request, tools },
    models_listed => ModelsListed { request, outcome },
    model_tested => ModelTested { request, outcome },
});

/// What a person wants to know of an open bundle.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct About {
    /// The bundle's name.
    pub name: String,
    /// How much it holds.
    pub counts: Counts,
    /// The model that answers.
    pub model: String,
    /// Questions that this catalogue can answer, to be clicked.
    pub examples: Vec<Example>,
    /// What its maker says of it: that its audience is simulated, say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

readable!(struct About { name, counts, model, examples, note });

/// A question that a catalogue can answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Example {
    /// The question.
    pub question: String,
    /// What kind of question it is, in a few words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}

readable!(struct Example { question, kind });

impl Example {
    /// The longest question, in characters.
    pub const QUESTION_CHARS: usize = 200;
    /// The longest kind, in characters.
    pub const KIND_CHARS: usize = 40;
    /// How many of a catalogue are shown.
    pub const MOST: usize = 20;

    /// Checks that it can be shown.
    ///
    /// # Errors
    /// It is too long or empty; says which and how long.
    pub fn check(&self) -> Result<(), String> {
        let kind = self.kind.as_deref();
        for (what, text, most) in [
            ("question", Some(self.question.as_str()), Self::QUESTION_CHARS),
            ("kind", kind, Self::KIND_CHARS),
        ] {
            let Some(text) = text else { continue };
            let chars = text.chars().count();
            if chars > most {
                return Err(format!("the {what} has {chars} characters, and may have {most}"));
            }
            if text.trim().is_empty() {
                return Err(format!("the {what} is empty"));
            }
        }
        Ok(())
    }
}

/// How much a bundle holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Items in the catalogue.
    pub items: u64,
    /// Users.
    pub users: u64,
    /// Interactions of users with items.
    pub interactions: u64,
}

readable!(struct Counts { items, users, interactions });

/// An error as a person is told it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// What happened, naming the thing.
    pub what: String,
    /// What to do next.
    pub next: String,
}

readable!(struct Problem { what, next });
