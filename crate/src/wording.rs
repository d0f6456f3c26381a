//! How things are put into words everywhere: how many there are, whose they are, several in a row. English, and only what nouns and names
//! of this field need.

/// `1 event`, `2 events`, `1 batch`, `2 batches`.
pub(crate) fn counted(n: impl TryInto<u64>, noun: &str) -> String {
    let n = n.try_into().unwrap_or(u64::MAX);
    format!("{n} {}", plural(n, noun))
}

/// A noun of this field, where there are so many of it.
pub(crate) fn plural(n: u64, noun: &str) -> String {
    if n == 1 {
        return noun.into();
    }
    match noun.strip_suffix('y') {
        Some(stem) if noun != "key" => format!("{stem}ies"),
        _ if noun.ends_with(['s', 'x', 'h']) => format!("{noun}es"),
        _ => format!("{noun}s"),
    }
}

/// `is` or `are`, `waits` or `wait`: the verb of so many.
pub(crate) fn verb<'v>(n: impl TryInto<u64>, one: &'v str, several: &'v str) -> &'v str {
    if n.try_into().is_ok_and(|n: u64| n == 1) {
        one
    } else {
        several
    }
}

/// `R45's`, `clicks'`.
pub(crate) fn possessive(name: &str) -> String {
    if name.ends_with('s') {
        format!("{name}'")
    } else {
        format!("{name}'s")
    }
}

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// All of a short list; of a long one the first few and how many more there are.
pub(crate) fn list_some(items: &[String], most: usize) -> String {
    if items.len() <= most {
        return list(items);
    }
    format!(
        "{}, and {} more",
        items[..most].join(", "),
        items.len() - most
    )
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn nouns_follow_their_numbers() {
        for (n, noun, expected) in [
            (0, "event", "0 events"),
            (1, "event", "1 event"),
            (2, "batch", "2 batches"),
            (1, "batch", "1 batch"),
            (3, "key", "3 keys"),
            (3, "copy", "3 copies"),
            (3, "entry", "3 entries"),
            (2, "finish", "2 finishes"),
            (2, "loss", "2 losses"),
        ] {
            assert_eq!(counted(n, noun), expected);
        }
        assert_eq!(verb(1, "is", "are"), "is");
        assert_eq!(verb(0, "is", "are"), "are");
    }

    #[test]
    fn names_that_end_in_s_take_an_apostrophe() {
        assert_eq!(possessive("R45"), "R45's");
        assert_eq!(possessive("clicks"), "clicks'");
    }

    #[test]
    fn lists_are_read_as_people_write_them() {
        let names = |n: usize| -> Vec<String> { (1..=n).map(|i| format!("e{i}")).collect() };
        assert_eq!(list_some(&names(2), 3), "e1 and e2");
        assert_eq!(list_some(&names(3), 3), "e1, e2 and e3");
        assert_eq!(list_some(&names(30), 3), "e1, e2, e3, and 27 more");
    }
}
