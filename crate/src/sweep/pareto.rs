//! Which settings are worth considering: those that no other one beats.

use super::FrontierPoint;

/// Marks the points that no other one is at least as good as in completeness, latency and state, and better in one. Of equally
/// good ones the first is marked: the least setting.
pub(super) fn mark(points: &mut [FrontierPoint]) {
    let marks: Vec<bool> = (points.iter().enumerate())
        .map(|(i, point)| {
            !points.iter().enumerate().any(|(j, other)| {
                at_least_as_good(other, point) && (j < i || !at_least_as_good(point, other))
            })
        })
        .collect();
    for (point, best) in points.iter_mut().zip(marks) {
        point.best = best;
    }
}

fn at_least_as_good(a: &FrontierPoint, b: &FrontierPoint) -> bool {
    let latency = |point: &FrontierPoint| point.latency.unwrap_or(f64::INFINITY);
    a.lost <= b.lost && latency(a) <= latency(b) && a.entries <= b.entries
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(lost: u32, latency: f64, entries: u64) -> FrontierPoint {
        FrontierPoint {
            setting: 0,
            text: String::new(),
            complete: 0.0,
            lost,
            latency: (latency >= 0.0).then_some(latency),
            latency_text: String::new(),
            entries,
            results: 0,
            best: false,
        }
    }

    #[test]
    fn what_another_beats_is_not_marked() {
        let mut points = [
            point(5, 1.0, 1),
            point(3, 2.0, 1),
            point(3, 2.0, 2),
            point(3, 2.0, 1),
            point(0, 9.0, 9),
            point(0, -1.0, 3),
        ];
        mark(&mut points);
        assert_eq!(
            points.map(|point| point.best),
            [true, true, false, false, true, true]
        );
    }
}
