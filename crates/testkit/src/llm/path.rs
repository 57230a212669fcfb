use std::str::FromStr;

use super::fault::Fault;

/// What a request's path asks for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Route {
    pub(crate) fault: Option<Fault>,
    /// After how many times the fault is over.
    pub(crate) times: Option<u64>,
    /// What is before `v1` or `api`: whose requests are counted together.
    pub(crate) counter: String,
    /// What is asked for: `v1/models`, `api/chat`.
    pub(crate) endpoint: String,
}

impl FromStr for Route {
    type Err = String;

    fn from_str(path: &str) -> Result<Self, String> {
        let names: Vec<&str> = path.split('/').filter(|name| !name.is_empty()).collect();
        let (fault, times) = match names.as_slice() {
            ["fault", name, ..] => {
                let (name, times) = match name.split_once(':') {
                    Some((name, times)) => (name, Some(times)),
                    None => (*name, None),
                };
                let times =
                    times.map(|times| times.parse().map_err(|_| format!("`{times}` is no number")));
                (
                    Some(name.parse().map_err(|error: super::UnknownFault| error.to_string())?),
                    times.transpose()?,
                )
            }
            _ => (None, None),
        };
        let start = names.iter().position(|name| matches!(*name, "v1" | "api"));
        let (before, endpoint) = names.split_at(start.unwrap_or(names.len()));
        Ok(Self { fault, times, counter: before.join("/"), endpoint: endpoint.join("/") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_its_times_and_a_clients_name_are_read_from_the_path() {
        let route: Route = "/fault/rate-limit:2/me/v1/chat/completions".parse().unwrap();
        assert_eq!((route.fault, route.times), (Some(Fault::RateLimit), Some(2)));
        assert_eq!(route.counter, "fault/rate-limit:2/me");
        assert_eq!(route.endpoint, "v1/chat/completions");
        let route: Route = "/api/chat".parse().unwrap();
        assert_eq!((route.fault, route.endpoint.as_str()), (None, "api/chat"));
        assert!("/fault/nothing/v1".parse::<Route>().unwrap_err().contains("nothing"));
        assert!("/fault/quota:x/v1".parse::<Route>().is_err());
    }
}
