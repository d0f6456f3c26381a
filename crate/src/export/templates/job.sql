-- {{summary}}
-- Flink 2.3, SQL. Times are in ms since 1970, UTC.
{{notes}}

SET 'parallelism.default' = '1';
SET 'table.local-time-zone' = 'UTC';
{{settings}}

CREATE TABLE events (
  id STRING,
  `key` STRING,
  ts BIGINT,
  `value` DOUBLE,
  event_time AS {{event_time}}{{watermark}}
) WITH (
  'connector' = 'filesystem',
  'path' = 'events.jsonl',
  'format' = 'json'
);

SELECT
  `key`,
  window_start AS `start`,
  window_end AS `end`,
  {{aggregate}} AS `value`
FROM TABLE({{window}})
GROUP BY `key`, window_start, window_end;
