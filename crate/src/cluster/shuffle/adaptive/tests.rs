//! The rule at its edges. What Spark did with real sizes is compared in `conform`.

use super::*;
use proptest::prelude::*;

fn side(maps: Vec<Vec<u64>>) -> Side {
    Side { maps, splits: true }
}

fn set(factor: u32, threshold_mb: u32, advisory_mb: u32) -> Adaptive {
    Adaptive {
        factor,
        threshold_mb,
        advisory_mb,
    }
}

#[test]
fn a_size_is_reported_as_the_next_power_of_one_point_one() {
    let reports: Vec<u64> = [0, 1, 2, 100, 5_000_000]
        .into_iter()
        .map(reported)
        .collect();
    // 1.1^8 = 2.14, 1.1^49 = 106.7, 1.1^162 = 5,077,091.6, which is among the recorded sizes.
    assert_eq!(reports, [0, 1, 2, 106, 5_077_091]);
}

#[test]
fn both_limits_are_to_be_exceeded() {
    let rule = set(5, 1, 1);
    // The median counts, not the mean; reaching a limit is not exceeding it.
    let judged = rule.judge(&[MB, MB, MB, 5 * MB]);
    assert_eq!((judged.median, judged.threshold), (MB, 5 * MB));
    let of = |last| {
        let maps = vec![vec![MB / 2, MB / 2, MB / 2, last]; 2];
        rule.decide(&side(maps), Some(&side(vec![vec![0; 4]])), 1)
            .split
    };
    assert!(!of(5 * MB / 2));
    assert!(of(5 * MB / 2 + 1));
}

#[test]
fn one_map_task_cannot_be_cut() {
    let left = side(vec![vec![1, 1, 900 * MB]]);
    let decision = set(5, 256, 64).decide(&left, Some(&side(vec![vec![1; 3]])), 8);
    assert_eq!(decision.skewed, [(2, 900 * MB)]);
    assert!(!decision.split);
}

#[test]
fn small_pieces_go_to_their_neighbours() {
    assert_eq!(split_points(&[10, 10, 10, 10], 10), [0, 1, 2, 3]);
    // 11 and 1 are below 1.2 × 10 together only as 11; the last piece of 1 is below 0.2 × 10.
    assert_eq!(split_points(&[10, 10, 1], 10), [0, 1]);
    assert_eq!(split_points(&[6, 5, 10], 10), [0, 2]);
}

#[test]
fn neighbours_are_put_together_up_to_the_target_and_empty_ones_left_out() {
    let runs = |sizes: &[u64], least, whole| coalesce(sizes, 0..sizes.len(), 8, least, whole);
    assert_eq!(runs(&[4, 4, 4, 9, 0, 0], 1, true), [(0, 2), (2, 3), (3, 6)]);
    assert_eq!(runs(&[0, 0], 1, true), [(0, 2)]);
    assert_eq!(runs(&[0, 0], 1, false), []);
    // One that is too small to stay alone goes to the smaller of its neighbours, whatever the target.
    assert_eq!(runs(&[6, 1, 8], 2, true), [(0, 2), (2, 3)]);
    assert_eq!(runs(&[8, 1, 8], 2, true), [(0, 1), (1, 3)]);
    assert_eq!(runs(&[7, 1, 8, 1], 2, true), [(0, 2), (2, 4)]);
}

fn sizes(maps: usize, partitions: usize) -> impl Strategy<Value = Side> {
    let size = prop_oneof![Just(0), 0..20_u64, 0..(40 * MB)];
    let map = prop::collection::vec(size, partitions);
    (prop::collection::vec(map, maps), any::<bool>())
        .prop_map(|(maps, splits)| Side { maps, splits })
}

/// The cells, map task by partition, that reads cover, with how often.
fn covered(side: &Side, reads: impl Iterator<Item = Read>) -> Vec<Vec<u32>> {
    let mut cells = vec![vec![0; side.sizes().len()]; side.maps.len()];
    for read in reads {
        let (partitions, maps) = match read {
            Read::Coalesced { start, end, .. } => (start..end, 0..side.maps.len() as u32),
            Read::Partial {
                partition,
                start,
                end,
                ..
            } => (partition..partition + 1, start..end),
        };
        for map in maps {
            for partition in partitions.clone() {
                cells[map as usize][partition as usize] += 1;
            }
        }
    }
    cells
}

proptest! {
    /// Each pair of what one map task wrote on the left and one on the right meets exactly once, unless one of them is empty.
    #[test]
    fn every_pair_of_rows_meets_once(
        (left, right) in (1..6_usize, 1..4_usize, 1..9_usize)
            .prop_flat_map(|(l, r, partitions)| (sizes(l, partitions), sizes(r, partitions))),
        factor in 1..4_u32, threshold in 0..20_u32, advisory in 1..30_u32, parallelism in 1..9_u32,
    ) {
        let rule = set(factor, threshold, advisory);
        let decision = rule.decide(&left, Some(&right), parallelism);
        prop_assert_eq!(decision.left.len(), decision.right.len());
        for partition in 0..left.sizes().len() {
            for (i, l) in left.maps.iter().enumerate() {
                for (j, r) in right.maps.iter().enumerate() {
                    let pairs = decision.left.iter().zip(&decision.right);
                    let meet = pairs.filter(|(a, b)| {
                        covered(&left, std::iter::once(**a))[i][partition] > 0
                            && covered(&right, std::iter::once(**b))[j][partition] > 0
                    });
                    let times = meet.count();
                    let empty = l[partition] + r[partition] == 0;
                    prop_assert!(times == 1 || (empty && times == 0), "{times} {i} {j} {partition}");
                }
            }
        }
        // A side that may not be split is read in whole partitions.
        let whole = |read: &Read| matches!(read, Read::Coalesced { .. });
        prop_assert!(left.splits || decision.left.iter().all(whole));
        prop_assert!(right.splits || decision.right.iter().all(whole));
    }

    /// Below an aggregation each cell is read once, and nothing is cut.
    #[test]
    fn an_aggregation_reads_everything_once(
        left in (1..6_usize, 1..9_usize).prop_flat_map(|(maps, partitions)| sizes(maps, partitions)),
        threshold in 0..20_u32, parallelism in 1..9_u32,
    ) {
        let decision = set(1, threshold, 1).decide(&left, None, parallelism);
        prop_assert!(!decision.split);
        let cells = covered(&left, decision.left.iter().copied());
        for (map, times) in left.maps.iter().zip(&cells) {
            for (partition, times) in times.iter().enumerate() {
                prop_assert!(*times == 1 || (left.of(partition) == 0 && *times == 0), "{map:?}");
            }
        }
    }
}
