//! A lesson that somebody builds: its file, whether it holds together, and what there is to choose from.

use super::{error_of, read, write};
use crate::lesson::file::LessonFile;
use crate::lesson::insight::offers::{self, Offers};
use crate::lesson::insight::{self, Insight, Way};
use crate::world::Script;
use tsify::Ts;
use wasm_bindgen::prelude::*;

/// A lesson to begin with, as the text of its file.
#[wasm_bindgen(js_name = beginLesson)]
pub fn begin_lesson(slug: &str, script: Ts<Script>) -> Result<String, JsValue> {
    Ok(LessonFile::begin(slug, read(&script.js_value())?).text())
}

/// Whether a text is meant to be a lesson's file.
#[wasm_bindgen(js_name = isLessonFile)]
pub fn is_lesson_file(text: &str) -> bool {
    LessonFile::is_meant(text)
}

/// Whether a text is meant to be a scenario.
#[wasm_bindgen(js_name = isScenario)]
pub fn is_scenario(text: &str) -> bool {
    Script::is_meant(text)
}

/// Reads a lesson's file; gives its text as it is written here.
#[wasm_bindgen(js_name = readLesson)]
pub fn read_lesson(text: &str) -> Result<String, JsValue> {
    match LessonFile::read(text) {
        Ok(file) => Ok(file.text()),
        Err(problems) => Err(error_of(&problems)),
    }
}

/// A lesson as the text of its file.
#[wasm_bindgen(js_name = writeLesson)]
pub fn write_lesson(file: Ts<LessonFile>) -> Result<String, JsValue> {
    Ok(read::<LessonFile>(&file.js_value())?.text())
}

/// A lesson with one of its scenarios called otherwise, as the text of its file.
#[wasm_bindgen(js_name = renameScenario)]
pub fn rename_scenario(file: Ts<LessonFile>, from: &str, to: &str) -> Result<String, JsValue> {
    let mut file: LessonFile = read(&file.js_value())?;
    match file.rename_scenario(from, to) {
        Ok(()) => Ok(file.text()),
        Err(problem) => Err(error_of(&[problem])),
    }
}

/// Looks a lesson through: what does not hold together, and what its answers are.
#[wasm_bindgen(js_name = lessonInsight)]
pub fn lesson_insight(file: Ts<LessonFile>) -> Result<Ts<Insight>, JsValue> {
    write(&insight::insight(&read(&file.js_value())?))
}

/// What keeps a lesson from being shown, as an error.
#[wasm_bindgen(js_name = mustPlay)]
pub fn must_play(file: Ts<LessonFile>) -> Result<(), JsValue> {
    let file: LessonFile = read(&file.js_value())?;
    match file.unplayable() {
        problems if problems.is_empty() => Ok(()),
        problems => Err(error_of(&problems)),
    }
}

/// What an author can choose from in a scenario.
#[wasm_bindgen(js_name = lessonOffers)]
pub fn lesson_offers(script: Ts<Script>) -> Result<Ts<Offers>, JsValue> {
    let offers = offers::offers(&read(&script.js_value())?);
    write(&offers.map_err(|problems| error_of(&problems))?)
}

/// The settings that lead from one scenario to another, also in words.
#[wasm_bindgen(js_name = wayBetween)]
pub fn way_between(start: Ts<Script>, now: Ts<Script>) -> Result<Ts<Way>, JsValue> {
    let (start, now): (Script, Script) = (read(&start.js_value())?, read(&now.js_value())?);
    write(&insight::way(&start, &now))
}
