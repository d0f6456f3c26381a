//! Fills in the places of a template. Values are put in as they are and not looked at again: escaping is the caller's.

/// Replaces each `{{name}}` by its value. One that stands alone in its line takes as many lines as its value has, each
/// indented like it; without a value the line goes, and with it one empty line behind it.
pub(super) fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let value = |name: &str| {
        (values.iter())
            .find(|(other, _)| *other == name)
            .map(|(_, value)| *value)
    };
    let mut out = String::with_capacity(template.len() * 2);
    let mut lines = template.lines().peekable();
    while let Some(line) = lines.next() {
        let inner = line.trim();
        let alone = (inner.strip_prefix("{{"))
            .and_then(|rest| rest.strip_suffix("}}"))
            .and_then(value);
        if let Some(value) = alone {
            if value.is_empty() {
                lines.next_if(|line| line.is_empty());
            }
            let indent = &line[..line.len() - line.trim_start().len()];
            for filled in value.lines() {
                if !filled.is_empty() {
                    out.push_str(indent);
                    out.push_str(filled);
                }
                out.push('\n');
            }
            continue;
        }
        let mut rest = line;
        while let Some((before, behind)) = rest.split_once("{{") {
            out.push_str(before);
            match behind.split_once("}}") {
                Some((name, behind)) if value(name).is_some() => {
                    out.push_str(value(name).unwrap_or_default());
                    rest = behind;
                }
                _ => {
                    out.push_str("{{");
                    rest = behind;
                }
            }
        }
        out.push_str(rest);
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_indented_dropped_and_never_filled_twice() {
        let template = "a {{x}} b\n  {{lines}}\n  {{nothing}}\n\nend";
        let filled = fill(
            template,
            &[("x", "{{lines}}"), ("lines", "1\n\n2"), ("nothing", "")],
        );
        assert_eq!(filled, "a {{lines}} b\n  1\n\n  2\nend\n");
    }
}
