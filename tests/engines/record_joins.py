"""Records what Spark makes of joins of two small tables: full outer joins, and the final plans of adaptive execution.

Prints the file tests/conformance/spark/joins_final.json. Takes PySpark and Java: python record_joins.py > joins_final.json
"""

import json
import os
import re
import tempfile

from pyspark.sql import SparkSession
from pyspark.sql.functions import col

LEFT = [
    "t1,u123,250.0,1609459200000",
    "t2,u456,75.5,1609459201000",
    "t3,u123,300.0,1609459220000",
    "t4,u789,125.0,1609459210000",
    "t5,u456,200.0,1609459215000",
    "t6,u999,10.0,1609459216000",
    "t7,u888,20.0,1609459217000",
]
RIGHT = ["u123,Alice,NYC", "u456,Bob,LA", "u789,Charlie,Chicago", "u321,Dora,Boston", "u654,Eve,Reno"]
ALL = ["userId", "name", "city", "amount"]
FEW = ["userId", "name", "amount"]
KINDS = {"full_outer": "full", "left_outer": "left", "right_outer": "right"}

folder = tempfile.mkdtemp()
os.chdir(folder)
spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
spark.sparkContext.setLogLevel("ERROR")


def write(name, head, rows, blank):
    """Blank lines make a file larger than its rows, and with it what the optimizer believes."""
    with open(f"{folder}/{name}.csv", "w") as file:
        file.write("\n".join([head, *rows]) + "\n" * (blank + 1))


def tables(blank=0):
    write("transactions", "transactionId,userId,amount,timestamp", LEFT, blank)
    write("users", "userId,name,city", RIGHT, blank)
    read = spark.read.option("header", True).csv
    return (
        read(f"{folder}/transactions.csv").withColumn("amount", col("amount").cast("double")),
        read(f"{folder}/users.csv"),
    )


def bucketed(df, name):
    df.coalesce(1).write.bucketBy(8, "userId").sortBy("userId").mode("overwrite").saveAsTable(name)
    return spark.table(name)


def children(node):
    return [node.children().apply(i) for i in range(node.children().size())]


def nodes(node):
    """A physical plan's operators, into query stages and through adaptive plans."""
    kind = node.getClass().getSimpleName()
    yield kind, node
    if kind == "AdaptiveSparkPlanExec":
        yield from nodes(node.executedPlan())
    elif kind.endswith("QueryStageExec"):
        yield from nodes(node.plan())
    for child in children(node):
        yield from nodes(child)


def partitions(read):
    specs = [read.partitionSpecs().apply(i).toString() for i in range(read.partitionSpecs().size())]
    pattern = r"(?:CoalescedPartitionSpec\(|PartialMapperPartitionSpec\(\d+,)(\d+),(\d+)"
    return [[int(n) for n in re.match(pattern, spec).groups()] for spec in specs]


def text(query):
    lines = query.executedPlan().toString().rstrip("\n").split("\n")
    return ["== Physical Plan ==", *(re.sub(r"file:/[^\]]*/", "file:/data/", line) for line in lines)]


def record(join, left, right, select):
    for key, name, default in [
        ("broadcast_threshold", "autoBroadcastJoinThreshold", 10 * 1024 * 1024),
        ("adaptive", "adaptive.enabled", True),
        ("partitions", "shuffle.partitions", 200),
        ("prefer_sort_merge", "join.preferSortMergeJoin", True),
    ]:
        spark.conf.set(f"spark.sql.{name}", str(join.get(key, default)).lower())
    hint = join.get("hint")
    if hint and hint.endswith("_left"):
        left = left.hint(hint.removesuffix("_left"))
    elif hint:
        right = right.hint(hint)
    kind = join.get("kind", "inner")
    joined = left.join(right, "userId", KINDS.get(kind, kind)).select(*select)
    query = joined._jdf.queryExecution()
    entry = {"join": {**join, "select": select}, "plan": text(query)}
    if "buckets" not in join:
        inputs = query.optimizedPlan()
        inputs = children(inputs if inputs.children().size() == 2 else children(inputs)[0])
        entry["join"]["bytes"] = [int(str(side.stats().sizeInBytes())) for side in inputs]
    entry["rows"] = [["null" if v is None else str(v) for v in row] for row in joined.collect()]
    if join.get("adaptive", True):
        entry["final"] = text(query)
        ran = list(nodes(query.executedPlan()))
        stages = [node for kind, node in ran if kind == "ShuffleQueryStageExec"]
        if len(stages) == 2:
            entry["join"]["shuffled"] = [int(str(s.getRuntimeStatistics().sizeInBytes())) for s in stages]
        entry["reads"] = [
            {"node": node.toString().split("\n")[0].strip(), "partitions": partitions(node)}
            for kind, node in ran
            if kind == "AQEShuffleReadExec"
        ]
    return entry


def records():
    def go(join, blank=0, select=ALL):
        return record(join, *tables(blank), select)

    full = {"kind": "full_outer"}
    yield go(full)
    yield go({**full, "broadcast_threshold": -1, "hint": "broadcast"})
    yield go({**full, "hint": "shuffle_hash"})
    yield go({**full, "hint": "shuffle_hash_left"})
    yield go({**full, "hint": "merge", "partitions": 8})
    yield go({**full, "adaptive": False, "partitions": 8})
    yield go({**full, "adaptive": False, "partitions": 8, "hint": "shuffle_hash"})
    yield go({**full, "adaptive": False, "partitions": 8, "hint": "shuffle_hash_left"})
    yield go({**full, "prefer_sort_merge": False, "broadcast_threshold": 50})
    yield go(full, select=["name", "amount", "userId"])

    off = {"broadcast_threshold": -1}
    yield go({})
    yield go(off)
    yield go({**off, "partitions": 1})
    yield go({**off, "partitions": 8, "hint": "shuffle_hash"})
    yield go({**off, "kind": "left_outer"})
    yield go({**off, "kind": "right_outer"})
    yield go({**off, "kind": "left_semi"}, select=["userId", "amount"])
    yield go({"hint": "broadcast", "kind": "left_anti"}, select=["userId", "amount"])
    yield go({"kind": "left_outer", "hint": "shuffle_hash_left"})
    yield go({"kind": "right_outer", "hint": "broadcast_left"})

    # One side turns out to be smaller than it was believed to be.
    small = {"broadcast_threshold": 210, "partitions": 4}
    yield go(small, 500, FEW)
    yield go({**small, "partitions": 200}, 500, FEW)
    yield go({**small, "kind": "left_outer"}, 500, FEW)
    yield go({**small, "kind": "full_outer"}, 500, FEW)
    yield go({**small, "hint": "merge"}, 500, FEW)
    yield go({**small, "prefer_sort_merge": False}, 500, FEW)
    yield go({**small, "broadcast_threshold": 225, "kind": "right_outer"}, 500)
    yield go({**small, "adaptive": False}, 500, FEW)

    transactions, users = tables()
    buckets = bucketed(transactions, "transactions"), bucketed(users, "users")
    for kind in ["inner", "full_outer"]:
        yield record({**off, "kind": kind, "buckets": [8, 8]}, *buckets, ALL)
        yield record({**off, "kind": kind, "buckets": [8, 0]}, buckets[0], users, ALL)


table = {
    "engine": "spark",
    "version": spark.version,
    "about": "Full outer joins, and the final plans of adaptive execution. Physical plans as explain() prints them before anything has run, the same after collect(), and rows in the order in which they came, on local[1], by tests/engines/record_joins.py. Paths are shortened; numbers behind # and plan_id count up within a session. bytes: what the optimizer believes of both sides; shuffled: the data size of both shuffles.",
    "input": "transactions.csv (t1 u123 250.0, t2 u456 75.5, t3 u123 300.0, t4 u789 125.0, t5 u456 200.0, t6 u999 10.0, t7 u888 20.0; amount cast to double) joined with users.csv (u123 Alice NYC, u456 Bob LA, u789 Charlie Chicago, u321 Dora Boston, u654 Eve Reno) by userId; buckets: saved as tables bucketed and sorted by userId",
    "joins": list(records()),
}
print(json.dumps(table, indent=1))
spark.stop()
