import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.{{serializer}};
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.Test;

/**
 * Feeds the scenario's events through the topology, one by one, and compares with what Headwater says comes out. A driver is one
 * task, and reads one partition: each partition has a driver of its own.
 */
class JobTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<Integer, TopologyTestDriver> tasks = new HashMap<>();

    @Test
    void givesWhatHeadwaterSays() throws Exception {
        try {
            List<JsonNode> results = new ArrayList<>();
            for (JsonNode event : lines("events.jsonl")) {
                for (String result : pipe(event)) {
                    results.add(JSON.readTree(result));
                    System.out.println(result);
                }
            }
            assertEquals(lines("expected.jsonl"), results);
        } finally {
            tasks.values().forEach(TopologyTestDriver::close);
        }
    }

    private List<String> pipe(JsonNode event) throws Exception {
        int partition = event.get("source").asInt();
        if (!tasks.containsKey(partition)) {
            Properties settings = Job.settings();
            settings.put(
                    StreamsConfig.STATE_DIR_CONFIG, Files.createTempDirectory("task-" + partition).toString());
            tasks.put(partition, new TopologyTestDriver(Job.topology(), settings));
        }
        TopologyTestDriver task = tasks.get(partition);
        task.createInputTopic(Job.INPUT, new StringSerializer(), new {{serializer}}())
                .pipeInput(
                        event.get("key").asText(), event.get("{{field}}").{{getter}}(), event.get("ts").asLong());
        return task.createOutputTopic(Job.OUTPUT, new StringDeserializer(), new StringDeserializer())
                .readValuesToList();
    }

    private static List<JsonNode> lines(String file) throws Exception {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of(file))) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }
}
