//! What of a conversation fits into a model's context.

use serde_json::{Value, json};
use usher_protocol::{Message, ModelRequest, ToolResult};

/// Letters a token, about. English has four; names, ids and JSON fewer.
const LETTERS_A_TOKEN: usize = 3;
/// What wraps a message, in tokens.
const MESSAGE_TOKENS: usize = 6;
/// The part of the context that is left to the reply: one in so many.
const REPLY_PART: usize = 4;
/// Elements that stay of a list when a result is compacted.
const KEPT_ELEMENTS: usize = 5;

/// Estimated tokens of a text.
fn tokens(text: &str) -> usize {
    text.len().div_ceil(LETTERS_A_TOKEN)
}

fn json_tokens(value: &impl serde::Serialize) -> usize {
    serde_json::to_string(value).map_or(0, |text| tokens(&text))
}

fn message_tokens(message: &Message) -> usize {
    MESSAGE_TOKENS
        + match message {
            Message::User { text } | Message::Assistant { text } | Message::Note { text } => {
                tokens(text)
            }
            Message::Calls { plan, calls } => {
                plan.as_deref().map_or(0, tokens) + json_tokens(calls)
            }
            Message::Tool { step, .. } => json_tokens(&step.result),
        }
}

/// Estimated tokens of a request. No provider's own count, which needs its
/// dictionary: rather too many than too few.
pub(crate) fn request_tokens(request: &ModelRequest) -> usize {
    request.system.as_deref().map_or(0, tokens)
        + json_tokens(&request.tools)
        + request.messages.iter().map(message_tokens).sum::<usize>()
}

/// Makes a request fit into a context of so many tokens, with room for the reply.
/// First the results of earlier turns are compacted, then those of this turn but
/// the last, then whole turns go, oldest first. Instructions, tools and the turn
/// that is being answered stay.
pub(crate) fn fit(request: &mut ModelRequest, context_tokens: usize) {
    let room = context_tokens - context_tokens / REPLY_PART;
    let this_turn = |messages: &[Message]| {
        messages.iter().rposition(|message| matches!(message, Message::User { .. })).unwrap_or(0)
    };
    let start = this_turn(&request.messages);
    let mut places: Vec<usize> = (0..request.messages.len())
        .filter(|place| matches!(request.messages.get(*place), Some(Message::Tool { .. })))
        .collect();
    // The last result is what the model waits for.
    if places.last().is_some_and(|last| *last > start) {
        places.pop();
    }
    let mut total = request_tokens(request);
    for place in places {
        if total <= room {
            return;
        }
        if let Some(message) = request.messages.get_mut(place) {
            total -= message_tokens(message);
            compact(message);
            total += message_tokens(message);
        }
    }
    while total > room && this_turn(&request.messages) > 0 {
        let next = request
            .messages
            .iter()
            .skip(1)
            .position(|message| matches!(message, Message::User { .. }))
            .map_or(request.messages.len(), |place| place + 1);
        request.messages.drain(..next);
        total = request_tokens(request);
    }
    if total > room
        && let Some(message) =
            request.messages.iter_mut().rfind(|message| matches!(message, Message::Tool { .. }))
    {
        compact(message);
    }
}

/// Keeps of a result what later turns may need: its message, its set, and the
/// first of its items without their long texts.
fn compact(message: &mut Message) {
    let Message::Tool { step, .. } = message else { return };
    if let ToolResult::Success { data, .. } = &mut step.result {
        *data = compacted(data);
    }
}

fn compacted(value: &Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .iter()
            .filter(|(name, _)| !matches!(name.as_str(), "storyline" | "description"))
            .map(|(name, value)| (name.clone(), compacted(value)))
            .collect(),
        Value::Array(elements) => {
            let mut kept: Vec<Value> = elements.iter().take(KEPT_ELEMENTS).map(compacted).collect();
            if elements.len() > KEPT_ELEMENTS {
                kept.push(json!(format!("… {} more", elements.len() - KEPT_ELEMENTS)));
            }
            Value::Array(kept)
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use usher_protocol::{Step, ToolCall, ToolSpec};

    use super::*;

    fn turn(number: usize, items: usize) -> Vec<Message> {
        let items: Vec<Value> = (0..items)
            .map(|item| json!({"item_id": item, "storyline": "A long story. ".repeat(20)}))
            .collect();
        let call = ToolCall {
            id: format!("call-{number}"),
            name: "look".into(),
            arguments: json!({}),
            why: None,
        };
        vec![
            Message::User { text: format!("Question {number}") },
            Message::Calls { plan: None, calls: vec![call] },
            Message::Tool {
                call: format!("call-{number}"),
                step: Step {
                    tool: "look".into(),
                    arguments: json!({}),
                    requested: None,
                    why: None,
                    result: ToolResult::Success {
                        message: "Found.".into(),
                        data: json!({"items": items, "set": "set:1"}),
                    },
                    elapsed_us: 0,
                },
            },
            Message::Assistant { text: format!("Answer {number}") },
        ]
    }

    fn request(turns: usize) -> ModelRequest {
        let mut messages: Vec<Message> = (1..=turns).flat_map(|number| turn(number, 20)).collect();
        messages.pop();
        let tool = ToolSpec {
            name: "look".into(),
            description: "Looks.".into(),
            parameters: json!({"type": "object"}),
        };
        ModelRequest { system: Some("Be brief.".into()), messages, tools: vec![tool] }
    }

    #[test]
    fn what_fits_stays_as_it_is() {
        let before = request(3);
        let mut after = before.clone();
        fit(&mut after, 100_000);
        assert_eq!(before, after);
    }

    #[test]
    fn results_are_compacted_before_turns_are_dropped() {
        let mut fitted = request(3);
        fit(&mut fitted, 4_000);
        assert_eq!(fitted.messages.len(), 11, "all turns stay");
        let sizes: Vec<usize> = fitted
            .messages
            .iter()
            .filter(|message| matches!(message, Message::Tool { .. }))
            .map(message_tokens)
            .collect();
        assert!(sizes[0] < sizes[2], "{sizes:?}");
        assert!(request_tokens(&fitted) <= 3_000);
    }

    #[test]
    fn whole_turns_go_and_the_instructions_and_this_turn_stay() {
        for context in [0, 10, 300, 500, 1_000, 2_000] {
            let mut fitted = request(6);
            fit(&mut fitted, context);
            assert!(fitted.system.is_some() && fitted.tools.len() == 1);
            assert!(matches!(fitted.messages.first(), Some(Message::User { .. })), "{context}");
            assert!(
                fitted
                    .messages
                    .iter()
                    .any(|message| *message == Message::User { text: "Question 6".into() }),
                "{context}"
            );
            assert!(matches!(fitted.messages.last(), Some(Message::Tool { .. })));
        }
    }
}
