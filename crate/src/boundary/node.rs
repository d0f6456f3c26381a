//! The page's plain objects as nodes, by the rules of `JSON.stringify`: what is undefined is not there.

use super::one_problem;
use crate::json::Node;
use js_sys::{Array, Object};
use wasm_bindgen::prelude::*;

/// Beyond this, whole JavaScript numbers are not exact.
const MOST: f64 = 9_007_199_254_740_991.0;

/// As deep as a text of JSON may be.
const DEEPEST: u32 = 128;

/// A value of the page's; what is no data is nothing.
///
/// # Errors
/// If it is nested too deep, or stands within itself.
pub(super) fn node_of(value: &JsValue) -> Result<Node, JsValue> {
    within(value, DEEPEST).ok_or_else(|| one_problem(&"is nested too deep to be read"))
}

fn within(value: &JsValue, levels: u32) -> Option<Node> {
    let levels = levels.checked_sub(1)?;
    if let Some(number) = value.as_f64() {
        let node = if number.trunc() == number && number.abs() <= MOST {
            Node::Whole(number as i64)
        } else {
            Node::Real(number)
        };
        return Some(node);
    }
    if let Some(text) = value.as_string() {
        return Some(Node::Text(text));
    }
    if let Some(truth) = value.as_bool() {
        return Some(Node::Bool(truth));
    }
    if let Some(list) = value.dyn_ref::<Array>() {
        let items = list.iter().map(|item| within(&item, levels));
        return items.collect::<Option<_>>().map(Node::List);
    }
    if !value.is_object() {
        return Some(Node::Null);
    }
    let mut fields = Vec::new();
    for entry in Object::entries(value.unchecked_ref()).iter() {
        let [name, value] = [0, 1].map(|i| entry.unchecked_ref::<Array>().get(i));
        if !value.is_undefined() {
            fields.push((name.as_string()?, within(&value, levels)?));
        }
    }
    Some(Node::Object(fields))
}
