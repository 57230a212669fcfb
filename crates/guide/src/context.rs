//! What of the conversation so far a question may refer to.

use serde_json::Value;
use usher_names::Names;
use usher_protocol::{Id, Message, Step};

use crate::plan;
use crate::request::{ItemField, Rated, Request, Saying, Task, Whom};
use crate::results::{Results, id_of};
use crate::understand::understand;

/// What was said before the question.
#[derive(Debug, Default)]
pub(crate) struct Context<'a> {
    /// The last request that a later message may change.
    pub(crate) last: Option<Request>,
    /// The last request, if it waits for what the person says next.
    pub(crate) pending: Option<Request>,
    /// The user spoken of last.
    pub(crate) user: Option<Id>,
    /// The items shown last.
    pub(crate) items: Vec<Id>,
    /// What was told of the item that was asked about last.
    pub(crate) about: Option<Value>,
    /// The fields of items that were asked for in the last message.
    pub(crate) asked: Vec<ItemField>,
    /// The last recommendations.
    pub(crate) recommended: Option<Recommended>,
    /// What was offered last, beside an explanation.
    pub(crate) offered: Option<Task>,
    /// The tool calls that the last recommendations came from.
    pub(crate) recommending: Vec<&'a Step>,
    /// The tool calls of the last turn that had any.
    pub(crate) steps: Vec<&'a Step>,
}

/// Recommendations that were made.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Recommended {
    pub(crate) whom: Whom,
    pub(crate) items: Vec<RecommendedItem>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RecommendedItem {
    pub(crate) id: Id,
    pub(crate) fit: Option<u64>,
    /// The items of the history that it comes from.
    pub(crate) because: Vec<Id>,
}

/// The question that is to be answered now.
#[derive(Debug)]
pub(crate) struct Now<'a> {
    pub(crate) context: Context<'a>,
    pub(crate) request: Request,
    /// The tool calls made for it so far.
    pub(crate) steps: Vec<&'a Step>,
}

/// Reads a conversation turn by turn. `None` if nobody has asked anything.
pub(crate) fn read<'a>(messages: &'a [Message], names: &Names) -> Option<Now<'a>> {
    let mut context = Context::default();
    let mut now: Option<(Request, Vec<&'a Step>)> = None;
    for message in messages {
        match message {
            Message::User { text } => {
                if let Some((request, steps)) = now.take() {
                    context.remember(&request, steps);
                }
                now = Some((understand(text, names, &context), Vec::new()));
            }
            Message::Tool { step, .. } => {
                if let Some((_, steps)) = &mut now {
                    steps.push(step);
                }
            }
            Message::Calls { .. } | Message::Assistant { .. } | Message::Note { .. } => {}
        }
    }
    let (request, steps) = now?;
    Some(Now { context, request, steps })
}

impl<'a> Context<'a> {
    fn remember(&mut self, request: &Request, steps: Vec<&'a Step>) {
        if request.task == Task::Say(Saying::StartOver) {
            *self = Self::default();
            return;
        }
        self.pending = lacks_something(&request.task).then(|| request.clone());
        let task = request.parts().pop().map_or_else(|| request.task.clone(), |part| part.task);
        match &task {
            Task::Recommend { .. }
            | Task::User { .. }
            | Task::History { .. }
            | Task::Fit { .. }
            | Task::Favourite { .. } => {
                if let Some(user) = task.user() {
                    self.user = Some(user.clone());
                }
                self.last = Some(request.clone());
            }
            Task::List { .. }
            | Task::Statistics { .. }
            | Task::Share { .. }
            | Task::Popularity { .. } => {
                self.last = Some(request.clone());
            }
            Task::Items { .. } | Task::Explain { .. } | Task::Steps | Task::Say(_) => {}
        }
        let results = Results::new(&steps);
        let shown =
            plan::shown(&task, &results).map_or_else(|| results.shown(), |shown| shown.items);
        if !shown.is_empty()
            && matches!(
                task,
                Task::Recommend { .. }
                    | Task::List { .. }
                    | Task::Items { .. }
                    | Task::Fit { .. }
                    | Task::Popularity { .. }
                    | Task::History { .. }
            )
        {
            self.items = shown;
        }
        if let Task::Items { items, .. } = &task
            && let [item] = items.as_slice()
        {
            self.about = results.metadata(item).cloned();
        }
        self.asked =
            if matches!(task, Task::Items { .. }) { request.show.clone() } else { Vec::new() };
        let whom = match &task {
            Task::Recommend { whom, .. } => whom.clone(),
            Task::Fit { user, .. } => user.clone().map(Whom::User),
            _ => None,
        };
        if let Some(whom) = whom {
            let items = recommended_items(&task, &results);
            if !items.is_empty() {
                self.recommended = Some(Recommended { whom, items });
            }
        }
        self.offered = None;
        if let Task::Fit { user, items } = &task
            && results.failure().is_some()
        {
            self.items.clone_from(items);
            let (user, about) = (user.clone(), items.clone());
            self.offered = Some(Task::History { user, k: None, about, only: Rated::default() });
        }
        if !steps.is_empty() {
            self.recommending = match task {
                Task::Explain { .. } => std::mem::take(&mut self.steps),
                _ => Vec::new(),
            };
            self.steps = steps;
        }
    }
}

/// The recommended items that are shown.
pub(crate) fn recommended_items(task: &Task, results: &Results<'_>) -> Vec<RecommendedItem> {
    let made: Vec<RecommendedItem> =
        results.items("get_top_k_recommendations").iter().filter_map(recommended_item).collect();
    let shown = plan::shown(task, results).unwrap_or_default().items;
    shown.iter().filter_map(|id| made.iter().find(|item| item.id == *id).cloned()).collect()
}

fn recommended_item(item: &Value) -> Option<RecommendedItem> {
    Some(RecommendedItem {
        id: id_of(item.get("item_id")?)?,
        fit: item.get("fit").and_then(Value::as_u64),
        because: item
            .get("because")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(id_of)
            .collect(),
    })
}

/// What only the person can say is missing.
pub(crate) fn lacks_something(task: &Task) -> bool {
    match task {
        Task::Recommend { whom, .. } => whom.is_none(),
        Task::User { .. } | Task::History { .. } | Task::Fit { .. } | Task::Favourite { .. } => {
            task.user().is_none()
        }
        Task::Say(saying) => matches!(saying, Saying::WhichItem | Saying::UserOrItem(_)),
        _ => false,
    }
}
