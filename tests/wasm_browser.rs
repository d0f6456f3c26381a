//! The WebAssembly build in a browser: `wasm-pack test --headless --chrome crate`.
#![cfg(target_arch = "wasm32")]

use wasm_bindgen_test::wasm_bindgen_test_configure;

// Without this line the file would be skipped there, silently.
wasm_bindgen_test_configure!(run_in_browser);

#[path = "wasm/cases.rs"]
mod cases;
