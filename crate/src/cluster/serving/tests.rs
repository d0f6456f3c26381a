//! The seed's numbers, and laws over seeds.

use super::*;
use crate::cluster::{Run, Spec};
use crate::measure::Measure;
use crate::world::Asked;
use proptest::prelude::*;
use serde_json::{Value, json};

fn spec(mode: &str, writes: &Value) -> Value {
    json!({"serving": {"mode": mode, "compare": true, "average": "quotient", "users": "number", "grain": false,
        "poll": 1000, "cache": 0, "correct": 0, "writes": writes, "until": 1000}})
}

fn end(spec: Value, figure: &str) -> String {
    let spec: Spec = serde_json::from_value(spec).expect("a model");
    let run: Run = spec.run().expect("a run");
    let measure = Measure::Figure {
        figure: figure.into(),
    };
    Asked::Cluster(&run).ask(&measure, run.len()).text
}

fn write(
    id: &str,
    restaurant: &str,
    version: u32,
    orders: u32,
    amount: u32,
    users: &[u32],
) -> Value {
    json!({"id": id, "at": 0, "window": "2:00", "hour": 2, "restaurant": restaurant, "version": version,
        "orders": orders, "amount": amount, "users": users})
}

/// E-88: (600 + 644.21) / 2 = 622.11, and 133,200 / 215 = 619.53.
#[test]
fn an_average_of_averages_is_not_the_average() {
    let rows = json!([
        write("a", "R45", 1, 120, 72_000, &[]),
        write("b", "R12", 1, 95, 61_200, &[])
    ]);
    let mut written = spec("upsert", &rows);
    assert_eq!(end(written.clone(), "average"), "622.11");
    assert_eq!(end(written.clone(), "average.true"), "619.53");
    written["serving"]["average"] = json!("sum_and_count");
    assert_eq!(end(written, "average"), "619.53");
}

/// E-98, recorded in `ClickHouse`: three inserts of users 1 and 2 give 6 by sums, 2 by states.
#[test]
fn numbers_of_users_cannot_be_added() {
    let rows = json!([
        write("a", "R", 0, 2, 1, &[1, 2]),
        write("b", "R", 0, 2, 1, &[1, 2]),
        write("c", "R", 0, 2, 1, &[1, 2])
    ]);
    let mut written = spec("merge", &rows);
    assert_eq!(
        (
            end(written.clone(), "users"),
            end(written.clone(), "users.true")
        ),
        ("6".into(), "2".into())
    );
    written["serving"]["users"] = json!("set");
    assert_eq!(
        (end(written.clone(), "users"), end(written, "orders")),
        ("2".into(), "6".into())
    );
}

#[test]
fn an_older_version_loses_only_if_versions_are_compared() {
    let rows = json!([
        write("new", "R", 2, 125, 1, &[]),
        write("old", "R", 1, 120, 1, &[])
    ]);
    let mut written = spec("upsert", &rows);
    assert_eq!(end(written.clone(), "orders"), "125");
    written["serving"]["compare"] = json!(false);
    assert_eq!(
        (end(written.clone(), "orders"), end(written, "orders.true")),
        ("120".into(), "125".into())
    );
}

/// Asked every 10 s, kept for 30 s: what is shown gets 30 s old.
#[test]
fn a_cache_makes_the_dashboard_older() {
    for (cache, oldest, queries) in [
        (0, "10 s", "12"),
        (25_000, "30 s", "4"),
        (30_000, "30 s", "4"),
    ] {
        let mut written = spec("upsert", &json!([write("a", "R", 1, 1, 1, &[])]));
        written["serving"]["poll"] = json!(10_000);
        written["serving"]["cache"] = json!(cache);
        written["serving"]["until"] = json!(120_000);
        assert_eq!(
            (
                end(written.clone(), "shown.oldest"),
                end(written, "queries")
            ),
            (oldest.into(), queries.into()),
            "{cache}"
        );
    }
}

fn some_writes() -> impl Strategy<Value = Value> {
    let write = (
        0..4_u32,
        0..3_u8,
        1..50_u32,
        0..9_000_u32,
        prop::collection::vec(0..9_u32, 0..4),
        any::<bool>(),
    );
    prop::collection::vec(write, 1..30).prop_map(|writes| {
        writes
            .into_iter()
            .enumerate()
            .map(|(i, (hour, restaurant, orders, amount, users, broken))| {
                json!({"id": format!("w{i}"), "at": i, "window": format!("{hour}:00"), "hour": hour, "restaurant": format!("R{restaurant}"),
                    "version": i, "orders": orders, "amount": amount, "users": users, "broken": broken})
            })
            .collect()
    })
}

proptest! {
    /// Sums, counts and sets roll up to hours and further as if recomputed, once the dead letters are in.
    #[test]
    fn what_can_be_merged_can_be_rolled_up(writes in some_writes(), mode in prop::sample::select(vec!["upsert", "merge"])) {
        let mut written = spec(mode, &writes);
        written["serving"]["average"] = json!("sum_and_count");
        written["serving"]["users"] = json!("set");
        written["serving"]["correct"] = json!(500);
        for (figure, truth) in [("average.by_hours", "average.true"), ("users.by_hours", "users.true"), ("orders", "orders.true")] {
            prop_assert_eq!(end(written.clone(), figure), end(written.clone(), truth));
        }
        prop_assert_eq!(end(written, "dead"), "0");
    }

    #[test]
    fn seeking_gives_what_stepping_gives(writes in some_writes()) {
        let mut written = spec("upsert", &writes);
        written["serving"]["poll"] = json!(7);
        let spec: Spec = serde_json::from_value(written).expect("a model");
        let Spec::Serving(model) = spec else { unreachable!() };
        let played = Played::new(model.clone()).expect("a run");
        let mut state = model.start();
        for position in 0..=played.len() {
            prop_assert_eq!(&played.state(position), &state);
            model.step(&mut state, &mut Tell::new(&mut Vec::new(), position as u32));
        }
    }
}
