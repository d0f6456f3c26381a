//! What must hold wherever the WebAssembly build runs; `wasm_node.rs` and `wasm_browser.rs` run the same cases.
//! Few: every export once. What the core computes is tested natively.

use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn numbers_cross_the_boundary_unchanged() {
    let largest_exact = 9_007_199_254_740_991_i64;
    let value = js_sys::Number::from(largest_exact as f64);
    assert_eq!(value.value_of() as i64, largest_exact);
}
