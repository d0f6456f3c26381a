//! Files in, events and bad rows out.

use super::{FileFormat, Reading, TimeFormat, look};

/// What a file gives by the mapping that is proposed for it: events and bad rows, a line each.
fn read(file: &str) -> String {
    read_bytes(file.as_bytes())
}

fn read_bytes(file: &[u8]) -> String {
    let found = match look(file, None) {
        Ok(found) => found,
        Err(problem) => return problem.to_string(),
    };
    let Some(mapping) = found.mapping else {
        return "no column of instants".into();
    };
    let mut reading = Reading::new(file.to_vec(), mapping).expect("the proposal fits");
    while !reading.standing().over {
        reading.advance(2);
    }
    let mut lines: Vec<String> = (reading.steps(0, usize::MAX).into_iter())
        .map(|step| {
            let event = step.event.expect("only events are read");
            let at = step
                .at
                .map_or_else(String::new, |at| format!(" at {}", at.ms()));
            let source = if event.source > 0 {
                format!(" from {}", event.source)
            } else {
                String::new()
            };
            format!(
                "{} {} {} {}{at}{source}",
                event.id,
                event.key,
                event.ts.ms(),
                event.value
            )
        })
        .collect();
    lines.extend(
        (reading.standing().bad_rows.into_iter())
            .map(|bad| format!("row {} {}: {}", bad.row, bad.column, bad.reason)),
    );
    lines.join("\n")
}

#[test]
fn a_table_with_a_header_is_read_by_its_names() {
    let file =
        "id,user,ts,amount\ne1,ann,2025-11-14T02:01:00Z,5\ne2,bob,2025-11-14T02:02:00+01:00,2.5\n";
    assert_eq!(
        read(file),
        "e1 ann 1763085660000 5\ne2 bob 1763082120000 2.5"
    );
}

#[test]
fn without_a_header_columns_have_numbers_and_rows_names() {
    let file = "1763085660;home\n1763085661;cart\n";
    assert_eq!(
        read(file),
        "r1 home 1763085660000 1\nr2 cart 1763085661000 1"
    );
}

#[test]
fn bad_rows_are_told_by_line_and_column_and_the_rest_is_read() {
    let file = "id,key,ts,value\ne1,a,1000,1\ne2,,1001,1\ne3,a,soon,1\n\ne4,a,1002,NaN\ne5,a\ne6,a,1003,7\n";
    let reading = {
        let mut mapping = look(b"id,key,ts,value\ne1,a,1000,1\n", None)
            .expect("is there")
            .mapping
            .expect("is there");
        mapping.columns = Vec::new();
        Reading::new(file.as_bytes().to_vec(), mapping)
    };
    let mut reading = reading.expect("is there");
    reading.advance(100);
    let told: Vec<String> = (reading.standing().bad_rows.into_iter())
        .map(|bad| format!("{} {}: {}", bad.row, bad.column, bad.reason))
        .collect();
    assert_eq!(
        told,
        [
            "3 key: is empty",
            "4 ts: “soon” is not a number of milliseconds since 1970",
            "6 value: “NaN” is no number",
            "7 : has 2 columns where the first row has 4",
        ]
    );
    assert_eq!(reading.standing().events, 2);
}

#[test]
fn quoted_fields_hold_delimiters_quotes_and_line_ends() {
    let file = "key,ts\n\"a,b\",1000\n\"say \"\"hi\"\"\",2000\n\"two\nlines\",3000\nx,oops\n";
    assert_eq!(
        read(file).lines().last().expect("is there"),
        "row 6 ts: “oops” is not a number of milliseconds since 1970"
    );
}

#[test]
fn json_is_read_as_an_array_inside_an_object_and_by_lines() {
    let rows = r#"{"payload": {"user": "ann"}, "ts": 1763085660000}, {"payload": {"user": "b\"]"}, "ts": 1763085661000}"#;
    let wanted = "r1 ann 1763085660000 1\nr2 b\"] 1763085661000 1";
    assert_eq!(read(&format!("[{rows}]")), wanted);
    assert_eq!(
        read(&format!("{{\"rows\": [{rows}], \"more\": 1}}")),
        wanted
    );
    assert_eq!(read(&rows.replace("}, {", "}\n{")), wanted);
}

#[test]
fn an_element_that_is_not_json_is_one_bad_row() {
    let file = r#"[{"key": "a", "ts": 1763085660000}, {"key": }, 7, {"key": "b", "ts": null}, {"key": "c", "ts": 1763085661000}]"#;
    assert_eq!(
        read(file),
        "r1 a 1763085660000 1\nr5 c 1763085661000 1\nrow 2 : is not JSON: expected value\n\
         row 3 : is no object: a row looks like {\"key\": \"home\", \"ts\": 1000}\nrow 4 ts: is empty"
    );
}

#[test]
fn arrivals_put_events_in_order_and_never_before_they_happen() {
    let file =
        "key,event_time,arrival_time,partition\na,1000,5000,p1\nb,2000,3000,p0\nc,9000,8000,p0\n";
    assert_eq!(
        read(file),
        "r3 b 2000 1 at 3000 from 1\nr2 a 1000 1 at 5000\nrow 4 arrival_time: 1970-01-01T00:00:08Z is before it happens, \
         1970-01-01T00:00:09Z: nothing is processed before"
    );
}

#[test]
fn what_is_no_text_says_so() {
    assert_eq!(
        read_bytes(b"PAR1\x00\x01\x02"),
        "this is no text: it holds zero bytes, as pictures, archives and Parquet files do"
    );
    assert_eq!(read(" \n "), "the file is empty");
    assert_eq!(
        read("[]"),
        "no rows were found: CSV with a header, an array of JSON objects, and JSON lines can be read"
    );
    assert_eq!(
        read_bytes(b"key,ts\na\xff,1000\n"),
        "row 2 key: is not text in UTF-8"
    );
}

#[test]
fn a_quote_that_is_never_closed_is_told_with_its_place_and_takes_no_event_along() {
    let open = "begins with a quote that is never closed, so that it takes all that follows";
    assert_eq!(
        read("ts,key\n1000,a\n\n2000,\"b\n3000,c\n"),
        format!("r2 a 1000 1\nrow 4 key: {open}")
    );
    assert_eq!(
        read("ts,key\n1000,a\n\"2000,b\n3000,c"),
        format!("r2 a 1000 1\nrow 3 ts: {open}")
    );
    assert_eq!(
        read("ts,\"key\n1000,a\n"),
        "line 1, column 2: begins with a quote that is never closed"
    );
    // A quote inside a field is a quote, and two inside quotes are one.
    assert_eq!(
        read("ts,key\n1000,5\" disk\n2000,\"say \"\"hi\"\"\""),
        "r2 5\" disk 1000 1\nr3 say \"hi\" 2000 1"
    );
}

#[test]
fn what_cannot_be_rows_is_refused_with_its_place() {
    let utf16: Vec<u8> = "ts,key\n1000,a\n".bytes().flat_map(|b| [b, 0]).collect();
    assert_eq!(
        read_bytes(&utf16),
        "this seems to be text in UTF-16 without the mark that says so: save it as UTF-8 and choose it again"
    );
    assert_eq!(
        read("key,ts,value\n"),
        "there is no row behind the names of the columns, “key”, “ts”, “value”"
    );
    assert_eq!(
        read(&",".repeat(250_000)),
        "line 1 has more than 1000 columns: is something else between them, or are the ends of lines missing?"
    );
    assert_eq!(
        read(&format!("ts,{}", "x".repeat(250_000))),
        "line 1, column 2: its name has more than 1000 characters; is a quote or the end of a line missing?"
    );
}

#[test]
fn numbers_that_are_none_and_names_that_are_too_long_are_bad_rows_by_line_and_column() {
    let digits = "9".repeat(400);
    let long = "k".repeat(2_000);
    let file = format!(
        "ts,key,value\n1000,a,1\n1001,a,1e999\n1002,a,NaN\n1e999,a,1\n{digits},a,1\n1003,a,{digits}\n1004,{long},1\n1005,a,inf\n1006,b,2\n"
    );
    let (nines, ks) = (&digits[..40], &long[..40]);
    assert_eq!(
        read(&file),
        [
            "r2 a 1000 1",
            "r10 b 1006 2",
            "row 3 value: “1e999” is no number",
            "row 4 value: “NaN” is no number",
            "row 5 ts: “1e999” is not a number of milliseconds since 1970",
            &format!("row 6 ts: “{nines}…” is not a number of milliseconds since 1970"),
            &format!("row 7 value: “{nines}…” is no number"),
            &format!("row 8 key: “{ks}…” has 2000 characters; names have up to 1000"),
            "row 9 value: “inf” is no number",
        ]
        .join("\n")
    );
}

#[test]
fn columns_of_one_name_are_told_apart_and_an_id_may_come_twice() {
    assert_eq!(
        read("id,ts,ts,key\ne1,1000,2000,a\ne1,3000,4000,b\n"),
        "e1 a 1000 1\ne1 b 3000 1"
    );
    let found = look(b"ts,ts,\n1000,2000,x\n", None).expect("is there");
    let names: Vec<&str> = found.columns.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["ts", "ts (2)", "column 3"]);
}

#[test]
fn latin_1_is_told_by_line_and_column() {
    assert_eq!(
        read_bytes(b"ts,key\n1000,caf\xe9\n2000,tea\n"),
        "r3 tea 2000 1\nrow 2 key: is not text in UTF-8"
    );
}

#[test]
fn instants_are_read_in_every_form_they_come_in() {
    let check = |format: TimeFormat, text: &str, ms: i64| {
        assert_eq!(format.read(text, 0), Ok(ms), "{text}");
    };
    check(TimeFormat::Seconds, "1763085660.3", 1_763_085_660_300);
    check(
        TimeFormat::Microseconds,
        "1763085660000999",
        1_763_085_660_000,
    );
    check(TimeFormat::Microseconds, "-1", -1);
    check(
        TimeFormat::Nanoseconds,
        "1763085660000999999",
        1_763_085_660_000,
    );
    for text in [
        "2025-11-14T02:01:00Z",
        "2025-11-14 02:01",
        "2025-11-14T07:31:00.000+05:30",
        "2025-11-14 02:01:00 UTC",
        "2025-11-14 03:01:00+01",
        "2025/11/14 02:01:00",
    ] {
        check(TimeFormat::Iso, text, 1_763_085_660_000);
    }
    assert_eq!(
        TimeFormat::Iso.read("2025-11-14 02:01", 90),
        Ok(1_763_085_660_000 - 90 * 60_000)
    );
    assert!(TimeFormat::Iso.read("2025-02-30 02:01", 0).is_err());
    assert!(TimeFormat::Milliseconds.read("1e300", 0).is_err());
    assert!(TimeFormat::Seconds.read("9223372036854775807", 0).is_err());
}

#[test]
fn formats_are_guessed_by_size() {
    let guess = |text: &str| TimeFormat::guess(&[text.to_string()]);
    assert_eq!(guess("1763085660"), Some(TimeFormat::Seconds));
    assert_eq!(guess("1763085660000"), Some(TimeFormat::Milliseconds));
    assert_eq!(guess("1763085660000000"), Some(TimeFormat::Microseconds));
    assert_eq!(guess("1763085660000000000"), Some(TimeFormat::Nanoseconds));
    assert_eq!(guess("2025-11-14"), Some(TimeFormat::Iso));
    assert_eq!(guess("home"), None);
    assert_eq!(
        look(b"{\"a\": 1}\n{\"a\": 2}\n", None)
            .expect("is there")
            .layout
            .format,
        FileFormat::JsonLines
    );
}

proptest::proptest! {
    /// Whatever a file holds, reading it comes to an end and says how many rows there were.
    #[test]
    fn any_bytes_are_read_to_their_end(mut file in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..400), form in 0_usize..4) {
        let start: &[u8] = [b"ts,key\n1,a\n".as_slice(), b"[{\"ts\": 1}, ", b"{\"ts\": 1}\n", b""][form];
        file.splice(0..0, start.iter().copied());
        let told = read_bytes(&file);
        proptest::prop_assert!(form == 3 || !told.is_empty());
    }
}
