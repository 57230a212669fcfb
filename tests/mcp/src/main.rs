//! The official client of MCP for Rust against a server: lists its tools, and calls two,
//! as a client of 2025 and as one of 2026. Prints what it was told as JSON.

use anyhow::{Context, Result};
use rmcp::model::{CallToolRequestParams, ProtocolVersion};
use rmcp::service::{ClientLifecycleMode, ClientServiceExt};
use rmcp::transport::StreamableHttpClientTransport;
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;
use serde_json::{Value, json};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let address = arguments.next().context("the first argument is the server's address")?;
    let token = arguments.next().context("the second argument is the token")?;
    let modern =
        ClientLifecycleMode::Discover { preferred_versions: vec![ProtocolVersion::V_2026_07_28] };
    let mut told = Vec::new();
    for lifecycle in [ClientLifecycleMode::Initialize, modern] {
        let config =
            StreamableHttpClientTransportConfig::with_uri(address.as_str()).auth_header(&token);
        let transport = StreamableHttpClientTransport::from_config(config);
        let client = ().serve_with_lifecycle(transport, lifecycle).await?;
        let tools = client.list_all_tools().await?;
        let found = call(&client, "item_filter", json!({"genres": ["Drama"]})).await?;
        let set = &found["data"]["set"];
        let request = json!({"user": 8, "k": 3, "items": set});
        let recommended = call(&client, "get_top_k_recommendations", request).await?;
        told.push(json!({
            "tools": tools.iter().map(|tool| &tool.name).collect::<Vec<_>>(),
            "recommended": recommended["data"]["items"],
        }));
        client.cancel().await?;
    }
    println!("{}", Value::Array(told));
    Ok(())
}

async fn call(
    client: &rmcp::service::RunningService<rmcp::RoleClient, ()>,
    name: &'static str,
    arguments: Value,
) -> Result<Value> {
    let arguments = arguments.as_object().cloned().unwrap_or_default();
    let request = CallToolRequestParams::new(name).with_arguments(arguments);
    let result = client.call_tool(request).await?;
    result.structured_content.context("the tool told nothing")
}
