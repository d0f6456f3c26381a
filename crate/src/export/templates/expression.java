/** The watermark of Flink SQL's {@code ts - INTERVAL}: told again when it has risen by more than so much. */
static final class PerEvent implements WatermarkGenerator<Event> {
    private final long delay;
    private final long interval;
    private long told = Long.MIN_VALUE;

    PerEvent(Duration delay, Duration interval) {
        this.delay = delay.toMillis();
        this.interval = interval.toMillis();
    }

    @Override
    public void onEvent(Event event, long timestamp, WatermarkOutput output) {
        long watermark = timestamp - delay;
        if (told == Long.MIN_VALUE || watermark - told > interval) {
            told = watermark;
            output.emitWatermark(new Watermark(watermark));
        }
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {
        // The events alone tell the time.
    }
}
