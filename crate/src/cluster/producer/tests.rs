//! The producer of the lesson, and laws over made-up ones.

use super::{Producer, Sending};
use crate::cluster::model::{Model, Tell};
use crate::cluster::played::Played;
use proptest::prelude::*;
use serde_json::{Value, json};

fn producer(change: Value) -> Producer {
    let mut whole = json!({
        "rate": 10_000, "lasts": 200, "record": 1000, "partitions": 130, "brokers": 3,
        "batch_size": 500_000, "linger": 10, "buffer_memory": 100_000_000, "max_block": 60_000,
        "max_request": 1_048_576, "in_flight": 5, "idempotence": "default", "latency": 5, "refuse": 0
    });
    let (Some(fields), Value::Object(change)) = (whole.as_object_mut(), change) else {
        panic!("objects");
    };
    fields.extend(change);
    serde_json::from_value(whole).expect("a producer")
}

fn end(change: Value) -> Sending {
    let run = Played::new(producer(change)).expect("it plays");
    run.state(run.len())
}

#[test]
fn a_partition_gets_less_than_a_record_in_ten_milliseconds() {
    let sent = end(json!({})).sent;
    assert_eq!((sent.batches, sent.records), (2000, 2000), "one each");
}

#[test]
fn a_batch_is_full_of_bytes_not_of_records() {
    let sent = end(json!({"partitions": 1, "linger": 1000})).sent;
    assert_eq!(
        sent.largest.map(|batch| (batch.records, batch.bytes)),
        Some((499, 499_061))
    );
}

#[test]
fn an_open_batch_takes_its_whole_size_of_memory() {
    let state = end(json!({"buffer_memory": 33_554_432}));
    assert_eq!(
        state.memory_peak,
        67 * 500_000,
        "as many as fit into 32 MiB"
    );
    assert!(state.blocked > 0, "send() waits under ordinary load");
}

const RETRY: &str = r#"{"rate": 1000, "lasts": 15, "partitions": 1, "brokers": 1, "batch_size": 5061, "linger": 5, "latency": 20, "refuse": 1}"#;

fn order(idempotence: &str, in_flight: u32) -> Vec<u32> {
    let mut change: Value = serde_json::from_str(RETRY).expect("json");
    change["idempotence"] = json!(idempotence);
    change["in_flight"] = json!(in_flight);
    end(change).logs[0].clone()
}

#[test]
fn a_batch_tried_again_is_overtaken_unless_batches_are_numbered() {
    assert_eq!(order("off", 5), [2, 3, 1]);
    assert_eq!(order("off", 1), [1, 2, 3]);
    for in_flight in 1..=5 {
        assert_eq!(order("on", in_flight), [1, 2, 3]);
    }
    assert_eq!(order("default", 6), [2, 3, 1], "silently not idempotent");
    let refused = Played::new(producer(json!({"idempotence": "on", "in_flight": 6})));
    assert_eq!(refused.expect_err("a conflict")[0].path, "in_flight");
}

fn any_producer() -> impl Strategy<Value = Producer> {
    let topic = (
        100_u32..20_000,
        1_u32..60,
        1_u32..2_000,
        1_u32..20,
        1_u32..4,
    );
    let config = (0_u32..20_000, 0_u32..30, 1_u32..30, 0_u32..40, 1_u32..5);
    let broker = (0_u32..3, 1_u32..40, 0_u32..3);
    (topic, config, broker).prop_map(|(topic, config, broker)| {
        let (rate, lasts, record, partitions, brokers) = topic;
        let (batch, linger, memory, block, in_flight) = config;
        let (idempotence, latency, refuse) = broker;
        let idempotence = ["default", "on", "off"][idempotence as usize];
        producer(json!({
            "rate": rate, "lasts": lasts, "record": record, "partitions": partitions, "brokers": brokers,
            "batch_size": batch, "linger": linger, "buffer_memory": 20_000 * memory, "max_block": block,
            "in_flight": in_flight, "latency": latency, "refuse": refuse,
            "idempotence": idempotence,
        }))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Every accepted record is in a log in the end, in order if batches are numbered; memory is bounded and given back.
    #[test]
    fn records_reach_the_log(model in any_producer()) {
        let run = Played::new(model).expect("it plays");
        let state = run.state(run.len());
        let (model, sent) = (&run.model, &state.sent);
        prop_assert_eq!(state.accepted + state.failed, model.total());
        prop_assert_eq!(sent.records, u64::from(state.accepted));
        prop_assert_eq!(state.logs.iter().map(|log| log.len() as u32).sum::<u32>(), sent.batches);
        prop_assert_eq!(state.memory, 0);
        prop_assert!(state.memory_peak <= u64::from(model.buffer_memory));
        for log in &state.logs {
            let mut numbers = log.clone();
            numbers.sort_unstable();
            prop_assert_eq!(&numbers, &(1..=log.len() as u32).collect::<Vec<_>>());
            prop_assert!(!(model.idempotent() || model.in_flight == 1) || log.is_sorted());
        }
    }

    /// Seeking gives what stepping gives.
    #[test]
    fn seeking_equals_stepping(model in any_producer(), at in 0.0..1.0_f64) {
        let run = Played::new(model).expect("it plays");
        let position = (at * run.len() as f64) as usize;
        let mut state = run.model.start();
        for step in 0..position {
            run.model.step(&mut state, &mut Tell::new(&mut Vec::new(), step as u32));
        }
        prop_assert_eq!(run.state(position), state);
    }
}
