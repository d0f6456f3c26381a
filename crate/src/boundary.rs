//! What every module of WebAssembly has: how values, errors and panics cross to JavaScript.
//!
//! What is wrong with an input becomes a JavaScript error with a list of `problems`; a panic becomes the message of one, see
//! `web/src/core.ts`.

use crate::json::from_node;
use crate::scenario::Problem;
use js_sys::{Error, Reflect};
use node::node_of;
use serde::de::DeserializeOwned;
use std::cell::RefCell;
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

mod node;

thread_local! {
    static LAST_PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Keeps the message of a panic, which the page asks for when a call traps.
#[wasm_bindgen(start)]
pub fn start() {
    std::panic::set_hook(Box::new(|info| {
        LAST_PANIC.with(|last| *last.borrow_mut() = Some(info.to_string()));
        console_error_panic_hook::hook(info);
    }));
}

/// What the core said when it last broke; nothing if it never did.
#[wasm_bindgen(js_name = lastPanic)]
pub fn last_panic() -> Option<String> {
    LAST_PANIC.with(|last| last.borrow().clone())
}

/// A JavaScript error that carries the problems, each with its place.
pub(crate) fn error_of(problems: &[Problem]) -> JsValue {
    let message = problems
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n");
    let error = Error::new(&message);
    if let Ok(list) = serde_wasm_bindgen::to_value(problems) {
        // Setting a property of a fresh error cannot fail.
        let _ = Reflect::set(&error, &"problems".into(), &list);
    }
    error.into()
}

pub(crate) fn one_problem(message: &impl ToString) -> JsValue {
    error_of(&[Problem {
        path: String::new(),
        message: message.to_string(),
    }])
}

/// Reads an object of the page's, naming the place of what does not fit.
pub(crate) fn read<T: DeserializeOwned>(value: &JsValue) -> Result<T, JsValue> {
    from_node(&node_of(value)?).map_err(|problem| error_of(&[problem]))
}

pub(crate) fn write<T: Tsify + serde::Serialize>(value: &T) -> Result<Ts<T>, JsValue> {
    value.into_ts().map_err(|error| one_problem(&error))
}

pub(crate) fn write_all<T: Tsify + serde::Serialize>(values: &[T]) -> Result<Vec<Ts<T>>, JsValue> {
    values.iter().map(write).collect()
}
