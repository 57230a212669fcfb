//! The built-in planner: answers without any LLM, as a model that emits tool calls.
