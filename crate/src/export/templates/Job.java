{{imports}}

/**
 * {{summary}}
 *
 * <p>Flink 2.3, DataStream API. Prints each result as a line of JSON, times in ms since 1970, UTC.
 */
public final class Job {

    {{notes}}

    /** One line of {{file}}. */
    public record Event(String id, String key, long ts, double value) {}

    private static final ObjectMapper JSON = new ObjectMapper();

    {{late_tag}}

    public static void main(String[] args) throws Exception {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.setParallelism(1);

        {{events}}
        SingleOutputStreamOperator<String> results =
                events.keyBy(Event::key)
                        {{window}}
                        .aggregate(new {{aggregate}}(), new ToJson());
        results.print();
        {{late_print}}
        env.execute("headwater");
    }

    /** Reads a file as a stream of events with their timestamps and watermarks. */
    static DataStream<Event> read(StreamExecutionEnvironment env, String name, String file) {
        // On a cluster this would be a KafkaSource; the rest stays as it is.
        FileSource<String> lines =
                FileSource.forRecordStreamFormat(new TextLineInputFormat(), new Path(file)).build();
        WatermarkStrategy<Event> watermarks =
                {{strategy}}
                        .withTimestampAssigner((event, previous) -> event.ts());
        return env.fromSource(lines, WatermarkStrategy.noWatermarks(), name)
                .map(Job::parse)
                .assignTimestampsAndWatermarks(watermarks);
    }

    static Event parse(String line) throws Exception {
        JsonNode json = JSON.readTree(line);
        return new Event(
                json.get("id").asText(),
                json.get("key").asText(),
                json.get("ts").asLong(),
                json.get("value").asDouble());
    }

    {{generator}}

    {{aggregator}}

    /** A result with its key and window as a line of JSON. */
    static final class ToJson
            extends ProcessWindowFunction<{{value}}, String, String, {{window_type}}> {
        @Override
        public void process(
                String key, Context context, Iterable<{{value}}> results, Collector<String> out) {
            {{only_end}}
            ObjectNode json = JSON.createObjectNode().put("key", key);
            {{bounds}}
            json.put("value", results.iterator().next());
            out.collect(json.toString());
        }
    }
}
