mod conversations;
mod robustness;
mod script;
mod understanding;
