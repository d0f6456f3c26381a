//! Known answers of the engines beyond those in the recorded tables, and what must hold of any key.

use super::*;
#[cfg(not(target_arch = "wasm32"))]
use proptest::prelude::*;

fn n(of: u32) -> NonZeroU32 {
    NonZeroU32::new(of).expect("at least one")
}

/// Computed by Spark 3.5: key, hash, and the partition of 4, 8, 10 and 200.
const SPARK: &[(&str, i32, [u32; 4])] = &[
    ("US", -1_077_041_708, [0, 4, 2, 92]),
    ("CA", 1_886_535_265, [1, 1, 5, 65]),
    ("UK", -1_911_169_268, [0, 4, 2, 132]),
    ("US_0", -811_109_938, [2, 6, 2, 62]),
    ("US_1", 813_111_473, [1, 1, 3, 73]),
    ("US_2", -1_825_246_206, [2, 2, 4, 194]),
    ("US_3", -1_280_274_207, [1, 1, 3, 193]),
    ("US_4", 1_940_193_332, [0, 4, 2, 132]),
    ("US_5", 1_068_299_453, [1, 5, 3, 53]),
    ("US_6", 1_904_499_972, [0, 4, 2, 172]),
    ("US_7", 207_974_670, [2, 6, 0, 70]),
    ("US_8", -28_739_044, [0, 4, 6, 156]),
    ("US_9", 2_121_536_755, [3, 3, 5, 155]),
    ("u123", -1_231_066_385, [3, 7, 5, 15]),
    ("u456", -667_411_102, [2, 2, 8, 98]),
    ("u789", -1_159_245_819, [1, 5, 1, 181]),
    ("R45", 1_492_946_246, [2, 6, 6, 46]),
    ("R12", -1_651_743_320, [0, 0, 0, 80]),
    ("home", -1_038_596_635, [1, 5, 5, 165]),
    ("products", -1_735_056_818, [2, 6, 2, 182]),
    ("checkout", 1_624_058_576, [0, 0, 6, 176]),
];

#[test]
fn spark_hashes_and_partitions() {
    for (key, hash, partitions) in SPARK {
        let row = [Column::Text(key)];
        assert_eq!(spark_hash(&row), *hash, "{key}");
        let got = [4, 8, 10, 200].map(|count| spark_partition(&row, n(count)));
        assert_eq!(got, *partitions, "{key}");
    }
}

/// 101 rows, 90 of them US, over 8 partitions: US and UK collide, and ten salts per country spread them unevenly.
#[test]
fn salting_spreads_a_hot_key_unevenly() {
    let countries = [("US", 90), ("CA", 5), ("UK", 6)];
    let rows = || {
        countries
            .iter()
            .flat_map(|(country, rows)| (0..*rows).map(move |i| (*country, i % 10)))
    };
    let plain = Loads::of(
        n(8),
        rows().map(|(country, _)| spark_partition(&[Column::Text(country)], n(8))),
    );
    assert_eq!(plain, Loads(vec![0, 5, 0, 0, 96, 0, 0, 0]));
    assert_eq!((plain.max(), plain.empty()), (96, 6));
    let salted = Loads::of(
        n(8),
        rows().map(|(country, salt)| {
            spark_partition(&[Column::Text(&format!("{country}_{salt}"))], n(8))
        }),
    );
    assert_eq!(salted, Loads(vec![1, 20, 11, 10, 29, 10, 19, 1]));
    assert_eq!(Loads(vec![0, 0]).max_over_mean(), 1.0);
}

#[test]
fn spark_leaves_nulls_out_and_takes_zeros_for_equal() {
    let row = [Column::Null, Column::Int(7), Column::Null];
    assert_eq!(spark_hash(&row), spark_hash(&[Column::Int(7)]));
    assert_eq!(spark_hash(&[]), 42);
    assert_eq!(
        spark_hash(&[Column::Double(-0.0)]),
        spark_hash(&[Column::Long(0)])
    );
    assert_eq!(
        spark_hash(&[Column::Boolean(true)]),
        spark_hash(&[Column::Int(1)])
    );
}

/// Kafka's own test of its hash (3.9 `UtilsTest.testMurmur2`).
#[test]
fn kafka_hashes() {
    for (key, hash) in [
        ("21", -973_932_308),
        ("foobar", -790_332_482),
        ("a-little-bit-long-string", -985_981_536),
        ("a-little-bit-longer-string", -1_486_304_829),
        (
            "lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8",
            -58_897_971,
        ),
        ("abc", 479_470_107),
    ] {
        assert_eq!(kafka_hash(key.as_bytes()), hash, "{key}");
    }
}

#[test]
fn flink_key_groups_fill_every_subtask_in_ranges() {
    for (max, parallelism) in [(128, 1), (128, 3), (128, 128), (32_768, 1_000)] {
        let subtasks: Vec<u32> = (0..max)
            .map(|group| flink_subtask(group, n(max), parallelism))
            .collect();
        assert!(subtasks.is_sorted());
        let used: std::collections::BTreeSet<u32> = subtasks.into_iter().collect();
        assert_eq!(used, (0..parallelism).collect());
    }
    assert_eq!(flink_default_max_parallelism(u32::MAX), 32_768);
    assert_eq!(java_hash_of_long(5), java_hash_of_long(!5));
}

// proptest is not built for the browser.
#[cfg(not(target_arch = "wasm32"))]
proptest! {
    /// Every key has a partition, and its own, whatever the number of partitions.
    #[test]
    fn partitions_are_within_bounds(key in ".*", number in any::<i64>(), count in 1..5_000_u32) {
        let count = n(count);
        let row = [Column::Text(&key), Column::Long(number), Column::Double(number as f64)];
        prop_assert!(spark_partition(&row, count) < count.get());
        prop_assert!(kafka_partition(key.as_bytes(), count) < count.get());
        for hash in [java_hash_of_text(&key), java_hash_of_long(number), i32::MIN] {
            let group = flink_key_group(hash, count);
            prop_assert!(group < count.get());
            prop_assert!(flink_subtask(group, count, 7.min(count.get())) < 7);
        }
    }
}
