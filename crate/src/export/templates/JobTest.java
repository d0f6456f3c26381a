import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.serialization.{{serializer}};
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.Test;

/** Feeds the scenario's events through the topology, one by one, and compares with what Headwater says comes out. */
class JobTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void givesWhatHeadwaterSays() throws Exception {
        try (TopologyTestDriver driver = new TopologyTestDriver(Job.topology(), Job.settings())) {
            TestInputTopic<String, {{input_type}}> input =
                    driver.createInputTopic(Job.INPUT, new StringSerializer(), new {{serializer}}());
            TestOutputTopic<String, String> output =
                    driver.createOutputTopic(
                            Job.OUTPUT, new StringDeserializer(), new StringDeserializer());
            List<JsonNode> results = new ArrayList<>();
            for (JsonNode event : lines("events.jsonl")) {
                input.pipeInput(
                        event.get("key").asText(), event.get("{{field}}").{{getter}}(), event.get("ts").asLong());
                for (String result : output.readValuesToList()) {
                    results.add(JSON.readTree(result));
                    System.out.println(result);
                }
            }
            assertEquals(lines("expected.jsonl"), results);
        }
    }

    private static List<JsonNode> lines(String file) throws Exception {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of(file))) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }
}
