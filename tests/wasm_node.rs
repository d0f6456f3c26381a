//! The WebAssembly build in Node: `wasm-pack test --node crate`.
#![cfg(target_arch = "wasm32")]

#[path = "wasm/cases.rs"]
mod cases;
