"""{{summary}}

Structured Streaming on PySpark 4.3. Each file in data/ is the data of one micro-batch; files in the
same folder wait together. Prints each result as a line of JSON, times in ms since 1970, UTC.
"""

import json
import os
import shutil
import tempfile
{{reduce}}
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

{{notes}}

DATA = Path(__file__).parent / "data"
SCHEMA = "id STRING, key STRING, ts BIGINT, value DOUBLE{{source_column}}"


def pipeline(events: DataFrame) -> DataFrame:
    {{streams}}
    return (
        {{steps}}
    )


def show(rows: DataFrame, batch: int) -> None:
    """Prints what a micro-batch writes."""
    for row in rows.collect():
        print(json.dumps({"batch": batch, **row.asDict()}))


def feed(query, inbox: Path) -> None:
    """Hands the query one file after the other, as a topic would hand it records."""
    number = 0
    for folder in sorted(DATA.iterdir()):
        for file in sorted(folder.iterdir()):
            number += 1
            hidden = inbox / f".{number}"
            shutil.copyfile(file, hidden)
            os.utime(hidden, (number, number))  # Spark takes the oldest file first
            hidden.rename(inbox / f"{number}.json")
        query.processAllAvailable()


def main() -> None:
    spark = (
        SparkSession.builder.appName("headwater")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", 1)
        {{config}}
        .getOrCreate()
    )
    with tempfile.TemporaryDirectory() as inbox:
        events = (
            spark.readStream.schema(SCHEMA)
            .option("maxFilesPerTrigger", 1)
            .json(inbox)
            .withColumn("ts", F.timestamp_millis("ts"))
        )
        query = (
            pipeline(events)
            .writeStream.outputMode("{{mode}}")
            {{trigger}}
            .foreachBatch(show)
            .start()
        )
        feed(query, Path(inbox))
        query.stop()
        operators = [o for p in query.recentProgress for o in p.stateOperators]
        late = sum(o.numRowsDroppedByWatermark for o in operators)
        print(json.dumps({"late_rows": late}))


if __name__ == "__main__":
    main()
