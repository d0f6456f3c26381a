/**
 * Flink's bounded out-of-orderness, told after {{every}} instead of every 200 ms of the wall clock,
 * so that each run gives the same results. In production: WatermarkStrategy.forBoundedOutOfOrderness.
 */
static final class PerEvent implements WatermarkGenerator<Event> {
    private final BoundedOutOfOrdernessWatermarks<Event> bounded;
    private final int every;
    private int events;

    PerEvent(Duration delay, int every) {
        this.bounded = new BoundedOutOfOrdernessWatermarks<>(delay);
        this.every = every;
    }

    @Override
    public void onEvent(Event event, long timestamp, WatermarkOutput output) {
        bounded.onEvent(event, timestamp, output);
        if (++events % every == 0) {
            bounded.onPeriodicEmit(output);
        }
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {
        // The events alone tell the time.
    }
}
