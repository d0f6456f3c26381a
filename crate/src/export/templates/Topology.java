{{imports}}

/**
 * {{summary}}
 *
 * <p>Kafka Streams 3.9. Writes each result as JSON, times in ms since 1970, UTC.
 */
public final class Job {

    {{notes}}

    static final String INPUT = {{input}};
    static final String OUTPUT = "headwater-results";

    private static final ObjectMapper JSON = new ObjectMapper();

    static Topology topology() {
        StreamsBuilder builder = new StreamsBuilder();
        builder.stream(INPUT, Consumed.with(Serdes.String(), {{value_serde}}))
                .groupByKey()
                {{steps}}
                .toStream()
                .map((windowed, value) -> KeyValue.pair(windowed.key(), toJson(windowed, value)))
                .to(OUTPUT, Produced.with(Serdes.String(), Serdes.String()));
        return builder.build();
    }

    /** A result with its key and window; null where one is withdrawn. */
    static String toJson(Windowed<String> windowed, {{result}} value) {
        ObjectNode json = JSON.createObjectNode().put("key", windowed.key());
        json.put("start", windowed.window().start()).put("end", windowed.window().end());
        json.put("value", {{json_value}});
        return json.toString();
    }

    {{accumulator}}

    static Properties settings() {
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "headwater");
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "localhost:9092");
        settings.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
        settings.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, {{default_serde}}.class);
        {{settings}}
        return settings;
    }

    public static void main(String[] args) {
        KafkaStreams streams = new KafkaStreams(topology(), settings());
        Runtime.getRuntime().addShutdownHook(new Thread(streams::close));
        streams.start();
    }
}
