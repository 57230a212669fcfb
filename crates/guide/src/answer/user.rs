//! What is known of a user.

use serde_json::Value;

use crate::markdown::escape;
use crate::plan::Progress;
use crate::request::Task;

pub(crate) fn answer(progress: &Progress<'_>) -> Option<String> {
    let Task::User { user, get } = &progress.request.task else { return None };
    let data = progress.results.data("get_user_metadata")?;
    let lines: Vec<String> = get
        .iter()
        .map(|field| {
            let value = match data.get(field.name()) {
                Some(Value::String(text)) => format!("**{}**", escape(text)),
                Some(Value::Number(number)) => format!("**{number}**"),
                _ => "not known".to_owned(),
            };
            format!("- {}: {value}", field.label())
        })
        .collect();
    Some(format!("User {}\n\n{}", escape(&user.as_ref()?.0), lines.join("\n")))
}
