use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use usher_bundle::ItemRow;
use usher_bundle::sections::{AgeGroup, Gender};
use usher_protocol::{ErrorKind, Id, readable};

use super::{by_count, count_of, written};
use crate::items::{Items, about_unknown, with_unknown};
use crate::outcome::{Failure, Outcome, failure, success};
use crate::ports::{Catalogue, Group, Ports};
use crate::registry::Tool;

/// `get_popular_items`: what many people have rated.
pub(crate) struct GetPopularItems;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Arguments {
    /// standard: among everyone; by_user_group: among the users of user_group
    popularity: Popularity,
    /// How many items to name; 20 if absent
    #[schemars(range(min = 1, max = 100))]
    #[serde(default = "twenty")]
    k: u32,
    /// Look among these items only: the handle of a set that an earlier call returned (set:…), or a list of ids
    #[serde(skip_serializing_if = "Option::is_none")]
    items: Option<Items>,
    /// The group, for by_user_group: age groups are united, genders are united, an age group and a gender must both hold
    #[schemars(length(min = 1, max = 7))]
    #[serde(skip_serializing_if = "Option::is_none")]
    user_group: Option<Vec<UserGroup>>,
}

readable!(struct Arguments { popularity, k: twenty, items, user_group });

fn twenty() -> u32 {
    20
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Popularity {
    Standard,
    ByUserGroup,
}

readable!(enum Popularity {
    standard => Standard,
    by_user_group => ByUserGroup,
});

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum UserGroup {
    Kid,
    Teenager,
    YoungAdult,
    Adult,
    Senior,
    Male,
    Female,
}

readable!(enum UserGroup {
    kid => Kid,
    teenager => Teenager,
    young_adult => YoungAdult,
    adult => Adult,
    senior => Senior,
    male => Male,
    female => Female,
});

impl UserGroup {
    fn add_to(self, group: &mut Group) {
        match self {
            Self::Kid => group.ages.push(AgeGroup::Kid),
            Self::Teenager => group.ages.push(AgeGroup::Teenager),
            Self::YoungAdult => group.ages.push(AgeGroup::YoungAdult),
            Self::Adult => group.ages.push(AgeGroup::Adult),
            Self::Senior => group.ages.push(AgeGroup::Senior),
            Self::Male => group.genders.push(Gender::Male),
            Self::Female => group.genders.push(Gender::Female),
        }
    }
}

#[derive(Debug, Serialize)]
struct Popular {
    item_id: Id,
    n_ratings: u32,
}

impl Tool for GetPopularItems {
    type Arguments = Arguments;
    const NAME: &'static str = "get_popular_items";
    const DESCRIPTION: &'static str = "Finds the popular items, most rated first: those whose number \
        of ratings is in the upper quarter, among everyone or within a group of users (kid up to 12, \
        teenager 13–19, young_adult 20–30, adult 31–60, senior from 61, male, female), among all items \
        or among `items`. Names the first k; the set holds all popular ones.";
    const SCHEMA: &'static str = include_str!("../../schemas/get_popular_items.json");

    async fn run<P: Ports>(arguments: &mut Arguments, ports: &P) -> Outcome {
        let group = group(arguments)?;
        let within = arguments.items.as_ref().map(|items| items.find(ports)).transpose()?;
        let candidates = within.as_ref().map_or_else(
            || (0..ports.catalogue().n_items() as u32).map(ItemRow).collect(),
            |found| found.rows.clone(),
        );
        let counts = ports.catalogue().n_ratings(&candidates, group.as_ref()).await?;
        let mut ranked = by_count(&candidates, &counts, usize::MAX);
        ranked.retain(|(_, count)| *count > 0);
        let among = if group.is_some() { " by this group of users" } else { "" };
        if ranked.is_empty() {
            return Err(failure(
                ErrorKind::NoMatch,
                format!("None of {} was rated{among}.", count_of(candidates.len(), "item")),
                "Ask for another group, or for fewer conditions.",
            ));
        }
        let threshold = third_quartile(&ranked);
        ranked.retain(|(_, count)| f64::from(*count) >= threshold);
        let count = ranked.len();
        let set = ports.sets().keep(ranked.iter().map(|(item, _)| *item));
        let items: Vec<Popular> = ranked
            .iter()
            .take(arguments.k as usize)
            .map(|(item, n_ratings)| Popular {
                item_id: ports.catalogue().item_id(*item),
                n_ratings: *n_ratings,
            })
            .collect();
        let unknown = within.map(|found| found.unknown).unwrap_or_default();
        let verb = if count == 1 { "is" } else { "are" };
        success(
            format!(
                "{} {verb} popular: rated at least {} times{among}.{}",
                count_of(count, "item"),
                written(threshold),
                about_unknown(&unknown),
            ),
            &with_unknown(json!({"items": items, "set": set, "count": count}), &unknown),
        )
    }
}

fn group(arguments: &Arguments) -> Result<Option<Group>, Failure> {
    match (arguments.popularity, &arguments.user_group) {
        (Popularity::Standard, None) => Ok(None),
        (Popularity::ByUserGroup, Some(members)) => {
            let mut group = Group::default();
            members.iter().for_each(|member| member.add_to(&mut group));
            Ok(Some(group))
        }
        (Popularity::ByUserGroup, None) => Err(failure(
            ErrorKind::InvalidArguments,
            "`user_group` is missing: popularity by_user_group needs it.",
            "Give at least one of kid, teenager, young_adult, adult, senior, male, female.",
        )),
        (Popularity::Standard, Some(_)) => Err(failure(
            ErrorKind::InvalidArguments,
            "`user_group` goes with popularity by_user_group alone.",
            "Set popularity to by_user_group, or leave user_group out.",
        )),
    }
}

/// The .75 quantile of the counts, with linear interpolation (Hyndman and Fan's
/// type 7). `ranked` has the highest count first and is not empty.
fn third_quartile(ranked: &[(ItemRow, u32)]) -> f64 {
    let place = 0.25 * (ranked.len() - 1) as f64;
    let count = |at: f64| ranked.get(at as usize).map_or(0.0, |(_, count)| f64::from(*count));
    let (above, below) = (count(place.floor()), count(place.ceil()));
    above + (below - above) * place.fract()
}
