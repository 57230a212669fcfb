//! Qdrant's own engine behind the part of Qdrant's REST interface that Usher uses, for
//! tests: there is no server to be had as a package. Nothing is kept: what is stored lies
//! in a temporary folder.
//!
//! `qdrant-engine [PORT] [KEY]` listens on 127.0.0.1 (port 0: any that is free), prints
//! its address as its first line, and asks for the key where one is given.
//!
//! Source of the shapes: <https://api.qdrant.tech/api-reference>.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use qdrant_edge::{
    EdgeConfigBuilder, EdgeShard, EdgeVectorParams, Filter, NamedQuery, PointInsertOperations,
    PointOperations, PointStruct, QueryEnum, QueryRequest, ScoringQuery, SearchParams,
    UpdateOperation, Vector, Vectors, WithPayloadInterface, WithVector,
};
use serde_json::{Value, json};
use tempfile::TempDir;

/// As large as real Qdrant takes a body.
const MOST_BYTES: usize = 32 << 20;

struct Stored {
    folder: TempDir,
    made: usize,
    collections: BTreeMap<String, EdgeShard>,
    aliases: BTreeMap<String, String>,
}

#[derive(Clone)]
struct Server {
    stored: Arc<Mutex<Stored>>,
    key: Option<String>,
}

/// An answer that is an error, as Qdrant writes it.
struct Refused(StatusCode, String);

type Answer = Result<Value, Refused>;

impl Refused {
    fn wrong(what: impl ToString) -> Self {
        Self(StatusCode::BAD_REQUEST, format!("Wrong input: {}", what.to_string()))
    }

    fn missing(name: &str) -> Self {
        Self(StatusCode::NOT_FOUND, format!("Not found: Collection `{name}` doesn't exist!"))
    }
}

fn told(answer: Answer) -> Response {
    match answer {
        Ok(result) => Json(json!({"result": result, "status": "ok", "time": 0.0})).into_response(),
        Err(Refused(status, error)) => {
            (status, Json(json!({"status": {"error": error}, "time": 0.0}))).into_response()
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let port: u16 = arguments.next().map_or(Ok(0), |port| port.parse())?;
    let stored = Stored {
        folder: tempfile::tempdir()?,
        made: 0,
        collections: BTreeMap::new(),
        aliases: BTreeMap::new(),
    };
    let server = Server { stored: Arc::new(Mutex::new(stored)), key: arguments.next() };
    let guarded = Router::new()
        .route("/collections", get(collections))
        .route("/collections/aliases", post(change_aliases))
        .route("/collections/{name}", put(create).get(info).delete(delete))
        .route("/collections/{name}/points", put(upsert))
        .route("/collections/{name}/points/count", post(count))
        .route("/collections/{name}/points/query", post(query))
        .route("/collections/{name}/points/query/batch", post(query_batch))
        .route("/aliases", get(aliases))
        .layer(from_fn_with_state(server.clone(), check_key));
    let router = guarded
        .route("/readyz", get(async || "all shards are ready"))
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .with_state(server);
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    println!("http://{}", listener.local_addr()?);
    axum::serve(listener, router).await?;
    Ok(())
}

async fn check_key(State(server): State<Server>, request: Request, next: Next) -> Response {
    let given = request.headers().get("api-key").and_then(|key| key.to_str().ok());
    match &server.key {
        Some(key) if given != Some(key) => {
            let message = match given {
                Some(_) => "Invalid API key or JWT",
                None => "Must provide an API key or an Authorization bearer token",
            };
            (StatusCode::UNAUTHORIZED, message).into_response()
        }
        _ => next.run(request).await,
    }
}

impl Server {
    fn stored(&self) -> MutexGuard<'_, Stored> {
        self.stored.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Stored {
    fn collection(&self, name: &str) -> Result<&EdgeShard, Refused> {
        let meant = self.aliases.get(name).map_or(name, String::as_str);
        self.collections.get(meant).ok_or_else(|| Refused::missing(name))
    }
}

fn parsed(body: &Bytes) -> Answer {
    serde_json::from_slice(body).map_err(|error| {
        Refused(StatusCode::BAD_REQUEST, format!("Format error in JSON body: {error}"))
    })
}

async fn collections(State(server): State<Server>) -> Response {
    let names: Vec<Value> =
        server.stored().collections.keys().map(|name| json!({"name": name})).collect();
    told(Ok(json!({"collections": names})))
}

async fn aliases(State(server): State<Server>) -> Response {
    let stored = server.stored();
    let alias =
        |(alias, name): (&String, &String)| json!({"alias_name": alias, "collection_name": name});
    told(Ok(json!({"aliases": stored.aliases.iter().map(alias).collect::<Vec<_>>()})))
}

/// All actions, or none.
async fn change_aliases(State(server): State<Server>, body: Bytes) -> Response {
    let change = || -> Answer {
        let body = parsed(&body)?;
        let mut stored = server.stored();
        let mut aliases = stored.aliases.clone();
        for action in body["actions"].as_array().ok_or_else(|| Refused::wrong("no actions"))? {
            let text = |value: &Value| {
                value.as_str().map(str::to_owned).ok_or_else(|| Refused::wrong("an alias"))
            };
            if let Some(create) = action.get("create_alias") {
                let name = text(&create["collection_name"])?;
                if !stored.collections.contains_key(&name) {
                    return Err(Refused::missing(&name));
                }
                aliases.insert(text(&create["alias_name"])?, name);
            } else if let Some(delete) = action.get("delete_alias") {
                let alias = text(&delete["alias_name"])?;
                aliases.remove(&alias).ok_or_else(|| {
                    Refused(
                        StatusCode::NOT_FOUND,
                        format!("Not found: Alias {alias} does not exists!"),
                    )
                })?;
            } else {
                return Err(Refused::wrong("an unknown action"));
            }
        }
        stored.aliases = aliases;
        Ok(json!(true))
    };
    told(change())
}

async fn create(State(server): State<Server>, Path(name): Path<String>, body: Bytes) -> Response {
    let create = || -> Answer {
        let body = parsed(&body)?;
        let mut stored = server.stored();
        if stored.collections.contains_key(&name) {
            let exists = format!("Wrong input: Collection `{name}` already exists!");
            return Err(Refused(StatusCode::CONFLICT, exists));
        }
        let mut config = EdgeConfigBuilder::new();
        let vectors =
            body["vectors"].as_object().ok_or_else(|| Refused::wrong("no named vectors"))?;
        for (vector, parameters) in vectors {
            let parameters: EdgeVectorParams =
                serde_json::from_value(parameters.clone()).map_err(Refused::wrong)?;
            config = config.vector(vector.as_str(), parameters);
        }
        stored.made += 1;
        let folder = stored.folder.path().join(stored.made.to_string());
        std::fs::create_dir_all(&folder).map_err(Refused::wrong)?;
        let shard = EdgeShard::new(&folder, config.build()).map_err(Refused::wrong)?;
        stored.collections.insert(name.clone(), shard);
        Ok(json!(true))
    };
    told(create())
}

async fn info(State(server): State<Server>, Path(name): Path<String>) -> Response {
    let stored = server.stored();
    let info = stored.collection(&name).map(|shard| {
        let info = shard.info();
        let vectors = serde_json::to_value(&*shard.config()).unwrap_or_default()["vectors"].take();
        json!({
            "status": "green",
            "points_count": info.points_count,
            "segments_count": info.segments_count,
            "config": {"params": {"vectors": vectors}},
        })
    });
    told(info)
}

async fn delete(State(server): State<Server>, Path(name): Path<String>) -> Response {
    let mut stored = server.stored();
    let was_there = stored.collections.remove(&name).is_some();
    stored.aliases.retain(|_, meant| *meant != name);
    told(Ok(json!(was_there)))
}

async fn upsert(State(server): State<Server>, Path(name): Path<String>, body: Bytes) -> Response {
    let upsert = || -> Answer {
        let body = parsed(&body)?;
        let stored = server.stored();
        let shard = stored.collection(&name)?;
        let points = body["points"].as_array().ok_or_else(|| Refused::wrong("no points"))?;
        let points: Vec<PointStruct> = points.iter().map(point).collect::<Result<_, _>>()?;
        let points = points.into_iter().map(|point| point.0).collect();
        let operation = PointOperations::UpsertPoints(PointInsertOperations::PointsList(points));
        shard.update(UpdateOperation::PointOperation(operation)).map_err(Refused::wrong)?;
        Ok(json!({"operation_id": 0, "status": "completed"}))
    };
    told(upsert())
}

fn point(point: &Value) -> Result<PointStruct, Refused> {
    let id = point["id"].as_u64().ok_or_else(|| Refused::wrong("an id that is no number"))?;
    let vectors = point["vector"].as_object().ok_or_else(|| Refused::wrong("no named vectors"))?;
    let vectors: Vec<(String, Vector)> = vectors
        .iter()
        .map(|(name, numbers)| Ok((name.clone(), vector(numbers)?)))
        .collect::<Result<_, Refused>>()?;
    let payload = Some(point["payload"].clone()).filter(Value::is_object);
    Ok(PointStruct::new(id, Vectors::from(vectors), payload.unwrap_or_else(|| json!({}))))
}

/// A list of numbers, or a list of such lists.
fn vector(numbers: &Value) -> Result<Vector, Refused> {
    if numbers[0].is_array() {
        let numbers: Vec<Vec<f32>> =
            serde_json::from_value(numbers.clone()).map_err(Refused::wrong)?;
        Vector::new_multi(numbers).map_err(Refused::wrong)
    } else {
        let numbers: Vec<f32> = serde_json::from_value(numbers.clone()).map_err(Refused::wrong)?;
        Ok(Vector::new_dense(numbers))
    }
}

async fn count(State(server): State<Server>, Path(name): Path<String>) -> Response {
    let stored = server.stored();
    told(stored.collection(&name).map(|shard| json!({"count": shard.info().points_count})))
}

async fn query(State(server): State<Server>, Path(name): Path<String>, body: Bytes) -> Response {
    let query = || -> Answer {
        let body = parsed(&body)?;
        let stored = server.stored();
        search(stored.collection(&name)?, &body)
    };
    told(query())
}

async fn query_batch(
    State(server): State<Server>,
    Path(name): Path<String>,
    body: Bytes,
) -> Response {
    let query = || -> Answer {
        let body = parsed(&body)?;
        let stored = server.stored();
        let shard = stored.collection(&name)?;
        let searches = body["searches"].as_array().ok_or_else(|| Refused::wrong("no searches"))?;
        let found: Vec<Value> =
            searches.iter().map(|body| search(shard, body)).collect::<Result<_, _>>()?;
        Ok(json!(found))
    };
    told(query())
}

fn search(shard: &EdgeShard, body: &Value) -> Answer {
    let using = body["using"].as_str().unwrap_or_default();
    let read = |value: &Value| Some(value.clone()).filter(|value| !value.is_null());
    let filter: Option<Filter> =
        read(&body["filter"]).map(serde_json::from_value).transpose().map_err(Refused::wrong)?;
    let params: Option<SearchParams> =
        read(&body["params"]).map(serde_json::from_value).transpose().map_err(Refused::wrong)?;
    let with_payload = body["with_payload"].as_bool().unwrap_or_default();
    let named = NamedQuery {
        query: vector(&body["query"])?.0,
        using: (!using.is_empty()).then(|| using.to_owned()),
    };
    let request = QueryRequest {
        prefetches: Vec::new(),
        query: Some(ScoringQuery::Vector(QueryEnum::Nearest(named))),
        filter,
        score_threshold: None,
        limit: body["limit"].as_u64().unwrap_or(10) as usize,
        offset: 0,
        params,
        with_vector: WithVector::Bool(false),
        with_payload: WithPayloadInterface::Bool(with_payload),
    };
    let found = shard.query(request).map_err(Refused::wrong)?;
    let points: Vec<Value> = found
        .into_iter()
        .map(|point| {
            let mut told = json!({"id": point.id, "version": point.version, "score": point.score});
            if let Some(payload) = point.payload {
                told["payload"] = serde_json::to_value(payload).unwrap_or_default();
            }
            told
        })
        .collect();
    Ok(json!({"points": points}))
}
