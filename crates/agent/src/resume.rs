use usher_protocol::{Conversation, Message, Status, ToolCall, Turn};

/// The conversation that turns were part of, to go on with: what each run has left of
/// it ([`Run::into_conversation`](crate::Run::into_conversation)), but for the plans'
/// words and how calls were grouped, which turns do not hold.
#[must_use]
pub fn resumed(turns: Vec<Turn>) -> Conversation {
    let mut messages = Vec::new();
    let mut number = 0;
    for turn in turns {
        if !leaves_a_trace(turn.status, &turn.answer) {
            continue;
        }
        messages.push(Message::User { text: turn.question });
        for step in turn.steps {
            number += 1;
            let call = ToolCall {
                id: format!("call-{number}"),
                name: step.tool.clone(),
                arguments: step.requested.as_ref().unwrap_or(&step.arguments).clone(),
                why: step.why.clone(),
            };
            let id = call.id.clone();
            messages.push(Message::Calls { plan: None, calls: vec![call] });
            messages.push(Message::Tool { call: id, step });
        }
        if !turn.answer.is_empty() {
            messages.push(Message::Assistant { text: turn.answer });
        }
    }
    Conversation { messages }
}

/// Whether a turn that ended so is part of the conversation. One without an answer is
/// not: the next question would stumble over it.
pub(crate) fn leaves_a_trace(status: Status, answer: &str) -> bool {
    match status {
        Status::Answered | Status::NeedsInput => true,
        Status::Stopped => !answer.is_empty(),
        Status::Failed => false,
    }
}
