use serde::{Deserialize, Serialize};
use serde_json::Value;
use usher_protocol::{Mode, Mood, ToolSpec, moods, readable};

/// The prompts' version. A released prompt is never edited: a new one is a new
/// file, and what was cached under the old version is not used.
pub const PROMPTS: &str = "v1";

const SYSTEM: &str = include_str!("../prompts/system.v1.md");
const SYSTEM_SMALL: &str = include_str!("../prompts/system-small.v1.md");
const PLAN: &str = include_str!("../prompts/plan.v1.md");
const ANSWER: &str = include_str!("../prompts/answer.v1.md");
const EXPLAIN: &str = include_str!("../prompts/explain.v1.md");
const REPAIR: &str = include_str!("../prompts/repair.v1.md");
const EXAMPLES: &str = include_str!("../prompts/examples.v1.jsonl");

/// Who plans and answers a turn, and what it is told beforehand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Brief<I = Nothing> {
    /// The model's name, for the person.
    pub model: String,
    /// What it is told; nothing for a model that knows its work, as the guide.
    pub instructions: Option<I>,
}

/// What a model can be told. A run of a model that is told [`Nothing`] has none of the
/// code that language models need: the page loads that when one is chosen.
pub trait Instruct {
    /// Step by step or plan first.
    fn mode(&self) -> Mode;
    /// How many tokens a request may have, the reply included.
    fn context_tokens(&self) -> usize;
    /// For a model that calls tools itself. `explains`: an explanation may be asked
    /// for now.
    fn system(&self, explains: bool) -> String;
    /// For a model that plans all calls at once.
    fn plan(&self, tools: &[ToolSpec]) -> String;
    /// For a model that writes the answer from what the plan has found.
    fn answer(&self) -> String;
}

/// No instructions: there is no value of this type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Nothing {}

impl Instruct for Nothing {
    fn mode(&self) -> Mode {
        match *self {}
    }
    fn context_tokens(&self) -> usize {
        match *self {}
    }
    fn system(&self, _: bool) -> String {
        match *self {}
    }
    fn plan(&self, _: &[ToolSpec]) -> String {
        match *self {}
    }
    fn answer(&self) -> String {
        match *self {}
    }
}

/// What a language model is told before the conversation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Instructions {
    /// Step by step or plan first.
    pub mode: Mode,
    /// The shorter prompt, for models of few parameters.
    pub small: bool,
    /// How many tokens a request may have, the reply included.
    pub context_tokens: usize,
    /// The catalogue in a sentence.
    pub catalogue: String,
    /// Worked examples for questions like this one.
    pub examples: Vec<Example>,
}

/// A question and the calls that answer it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Example {
    /// The question.
    pub question: String,
    /// The calls, in order. `"$1.set"` stands for the set that the first one found.
    pub calls: Vec<ExampleCall>,
}

readable!(struct Example { question, calls });

/// A call of a worked example.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExampleCall {
    /// Name of the tool.
    pub tool: String,
    /// Its arguments.
    pub arguments: Value,
}

readable!(struct ExampleCall { tool, arguments });

/// All worked examples. A model is shown those few that are like the question.
#[must_use]
pub fn worked_examples() -> Vec<Example> {
    EXAMPLES.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

impl Brief {
    /// For a model that needs no instructions.
    #[must_use]
    pub fn plain(model: &str) -> Self {
        Self { model: model.to_owned(), instructions: None }
    }
}

impl Instruct for Instructions {
    fn mode(&self) -> Mode {
        self.mode
    }

    fn context_tokens(&self) -> usize {
        self.context_tokens
    }

    fn system(&self, explains: bool) -> String {
        let prompt = if self.small { SYSTEM_SMALL } else { SYSTEM };
        let mut text = self.filled(prompt);
        if explains {
            text.push('\n');
            text.push_str(EXPLAIN);
        }
        text.push_str(&self.examples(
            "\nWorked examples. \"$1.set\" stands for the set that the first call found, \
             \"$2.items\" for the ids in the second call's result; write the real ones.\n",
            |call| format!("{} {}", call.tool, call.arguments),
        ));
        text
    }

    fn plan(&self, tools: &[ToolSpec]) -> String {
        let tools: Vec<String> = tools
            .iter()
            .map(|tool| format!("{}: {}\n{}", tool.name, tool.description, tool.parameters))
            .collect();
        let mut text = self.filled(PLAN).replace("{tools}", &tools.join("\n\n"));
        text.push_str(&self.examples("\nWorked examples.\n", |call| {
            format!("{{\"tool\":{:?},\"arguments\":{}}}", call.tool, call.arguments)
        }));
        text
    }

    fn answer(&self) -> String {
        self.filled(ANSWER)
    }
}

impl Instructions {
    fn filled(&self, prompt: &str) -> String {
        // A few words for each mood tell a model enough.
        let line = |mood: Mood| {
            let words: Vec<&str> = mood.words().take(3).collect();
            format!("  {}: \"{}\"", words.join(", "), mood.helps)
        };
        let moods: Vec<String> = moods().map(line).collect();
        prompt.replace("{catalogue}", &self.catalogue).replace("{moods}", &moods.join("\n"))
    }

    fn examples(&self, lead: &str, call: impl Fn(&ExampleCall) -> String) -> String {
        if self.examples.is_empty() {
            return String::new();
        }
        let examples: Vec<String> = self
            .examples
            .iter()
            .map(|example| {
                let calls: Vec<String> = example.calls.iter().map(&call).collect();
                format!("Question: {}\n{}\n", example.question, calls.join("\n"))
            })
            .collect();
        format!("{lead}{}", examples.join("\n"))
    }
}

/// What a model is told whose call did not fit.
pub(crate) fn repair(problem: &str, tool: Option<&ToolSpec>) -> String {
    let schema = tool
        .map(|tool| format!("What {} takes, as JSON Schema: {}", tool.name, tool.parameters))
        .unwrap_or_default();
    REPAIR.replace("{problem}", problem).replace("{schema}", &schema).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn instructions() -> Instructions {
        Instructions {
            mode: Mode::StepByStep,
            small: false,
            context_tokens: 8_000,
            catalogue: "The catalogue \"Tiny\" has 9 items.".into(),
            examples: worked_examples().into_iter().take(2).collect(),
        }
    }

    #[test]
    fn no_place_of_a_prompt_stays_empty() {
        let tool = ToolSpec {
            name: "look".into(),
            description: "Looks.".into(),
            parameters: json!({"type": "object"}),
        };
        let all = [
            instructions().system(true),
            Instructions { small: true, ..instructions() }.system(false),
            instructions().plan(std::slice::from_ref(&tool)),
            instructions().answer(),
            repair("It did not fit.", Some(&tool)),
            repair("It did not fit.", None),
        ];
        for text in all {
            for place in ["{catalogue}", "{moods}", "{tools}", "{problem}", "{schema}"] {
                assert!(!text.contains(place), "{place} in {text}");
            }
        }
        assert!(instructions().plan(&[tool]).contains("Looks."));
        assert!(instructions().system(false).contains("9 items"));
    }

    #[test]
    fn every_worked_example_is_read_and_none_is_there_twice() {
        let examples = worked_examples();
        assert_eq!(examples.len(), EXAMPLES.lines().count());
        let mut questions: Vec<&str> =
            examples.iter().map(|example| example.question.as_str()).collect();
        questions.sort_unstable();
        questions.dedup();
        assert_eq!(questions.len(), examples.len());
    }

    #[test]
    fn the_shorter_prompt_is_much_shorter() {
        assert!(SYSTEM_SMALL.len() * 2 < SYSTEM.len());
    }
}
