import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.TableResult;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;

/** Runs the statements of job.sql; prints each row of the query as a line of JSON. */
public final class RunSql {
    private static final ObjectMapper JSON = new ObjectMapper();

    public static void main(String[] args) throws Exception {
        TableEnvironment tables =
                TableEnvironment.create(EnvironmentSettings.newInstance().inStreamingMode().build());
        for (String statement : Files.readString(Path.of("job.sql")).split(";\\R")) {
            String sql = statement.replaceAll("(?m)^--.*$", "").strip();
            if (sql.startsWith("SET")) {
                String[] setting = sql.split("'");
                tables.getConfig().set(setting[1], setting[3]);
            } else if (sql.startsWith("SELECT")) {
                print(tables.executeSql(sql));
            } else if (!sql.isEmpty()) {
                tables.executeSql(sql);
            }
        }
    }

    private static void print(TableResult result) throws Exception {
        try (CloseableIterator<Row> rows = result.collect()) {
            while (rows.hasNext()) {
                Row row = rows.next();
                ObjectNode json = JSON.createObjectNode();
                for (String name : result.getResolvedSchema().getColumnNames()) {
                    Object value = row.getField(name);
                    if (value instanceof LocalDateTime time) {
                        value = time.toInstant(ZoneOffset.UTC).toEpochMilli();
                    }
                    json.putPOJO(name, value);
                }
                System.out.println(JSON.writeValueAsString(json));
            }
        }
    }
}
