//! What is written on the boxes, short enough for them.

use crate::time::format_span;
use crate::window::WindowSpec;
use crate::wording;

pub(super) fn window_title(window: WindowSpec) -> String {
    match window {
        WindowSpec::Tumbling { size, .. } => format!("Tumbling {}", format_span(size)),
        WindowSpec::Sliding { size, slide, .. } => {
            format!("Sliding {} / {}", format_span(size), format_span(slide))
        }
        WindowSpec::Session { gap } => format!("Session, gap {}", format_span(gap)),
        WindowSpec::Global => "Global window".into(),
        WindowSpec::Count { size } => format!("Every {size} events"),
        WindowSpec::SlidingDiff { difference } => format!("Sliding {}", format_span(difference)),
    }
}

/// `1 event`, `2 events`, `12.3k events`.
pub(super) fn counted(n: u32, noun: &str) -> String {
    match n {
        0..=9_999 => wording::counted(n, noun),
        _ => format!(
            "{:.1}k {}",
            f64::from(n) / 1_000.0,
            wording::plural(n.into(), noun)
        ),
    }
}

pub(super) fn size(bytes: u64) -> String {
    if bytes < 10_000 {
        format!("{bytes} B")
    } else {
        format!("{:.1} kB", bytes as f64 / 1_000.0)
    }
}

/// A key's name as far as it fits into a box.
pub(super) fn cut(name: &str) -> String {
    const FITS: usize = 14;
    if name.chars().count() <= FITS {
        return name.into();
    }
    name.chars().take(FITS - 1).chain(['…']).collect()
}
