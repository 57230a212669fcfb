//! Answers that need no tool.

use crate::markdown::escape;
use crate::plan::MOST;
use crate::request::{Saying, Task};

/// The question for what is missing.
pub(crate) fn ask(task: &Task) -> String {
    match task {
        Task::Say(Saying::UserOrItem(id)) => {
            let id = escape(&id.0);
            format!("Do you mean user {id} or movie {id}?")
        }
        Task::Say(_) => "Which movie? Give its title or its id, such as: item 9.".to_owned(),
        Task::Recommend { .. } => "For which user? Give a user id, such as: user 9.".to_owned(),
        _ => "Which user? Give a user id, such as: user 9.".to_owned(),
    }
}

pub(crate) fn answer(saying: &Saying, examples: &[String]) -> String {
    match saying {
        Saying::Hello => format!("Hello. I am the guide of this catalogue. {}", can_do(examples)),
        Saying::Help => format!(
            "I am the guide: fixed rules read a question, call the recommender's tools and tell what they return. No language model is at work. {}",
            can_do(examples)
        ),
        Saying::StartOver => format!("A new start. {}", can_do(examples)),
        Saying::Thanks => "You are welcome.".to_owned(),
        Saying::NoThanks => "All right.".to_owned(),
        Saying::NothingToExplain => {
            "There are no recommendations in this conversation to explain. Ask for some first, such as: Recommend some movies to user 4.".to_owned()
        }
        Saying::NotRecommended => {
            "That is not among the recommendations that were shown last.".to_owned()
        }
        Saying::NoSteps => "No tool was used in this conversation so far.".to_owned(),
        Saying::UnknownTitle(title) => format!(
            "This catalogue has no title “{}”, and none that is near to it.",
            escape(&crate::describe::shortened(title))
        ),
        Saying::WhichItem | Saying::UserOrItem(_) => ask(&Task::Say(saying.clone())),
        Saying::NoCount(k) => {
            format!("{k} movies cannot be shown. Ask for 1 to {MOST}, such as: 5 movies.")
        }
        Saying::Contradiction(words) => format!(
            "Nothing can be all of this at once: “{}”. Leave one of the conditions out.",
            escape(&crate::describe::shortened(words))
        ),
        Saying::LeastPopular => {
            "No tool finds what is least popular: they find what is popular, and count the ratings of a movie that is named, such as: How many users rated item 9? The lowest IMDb ratings can be listed: the worst rated movies.".to_owned()
        }
        Saying::CountOfUsers => {
            "No tool counts users. They tell about one user, such as: How old is user 9? And which share of all users likes certain movies, such as: What percentage of users likes horror?".to_owned()
        }
        Saying::OutOfReach => {
            format!("That is beyond me: I only know the movies and users of this catalogue, and I keep to my rules. {}", can_do(examples))
        }
        Saying::ReadOnly => {
            format!("Nothing can be changed here: the catalogue is only read. {}", can_do(examples))
        }
        Saying::NotUnderstood => {
            format!("I did not understand this question. {}", can_do(examples))
        }
    }
}

fn can_do(examples: &[String]) -> String {
    let lines: Vec<String> =
        examples.iter().map(|example| format!("- {}", escape(example))).collect();
    format!(
        "What works: recommendations for a user, lists of movies by condition or story, facts of movies and users, histories, what is popular in a group, and statistics. For example:\n\n{}",
        lines.join("\n")
    )
}
