"""What Spark finds in the datasets below a folder, as JSON: read-back.integration.ts holds it against what was written."""

import hashlib
import json
import os
import struct
import sys

from pyspark.sql import SparkSession
from pyspark.sql import functions as f

spark = (
    SparkSession.builder.master("local[1]")
    .config("spark.ui.enabled", "false")
    .config("spark.driver.host", "127.0.0.1")
    .config("spark.driver.bindAddress", "127.0.0.1")
    .config("spark.sql.shuffle.partitions", "1")
    # Spark's vectorised reader of lists does not know BYTE_STREAM_SPLIT, the encoding of embeddings; its other reader does.
    .config("spark.sql.parquet.enableNestedColumnVectorizedReader", "false")
    .config("spark.sql.session.timeZone", "UTC")
    .config("spark.local.dir", os.environ["SPARK_WORK"])
    .config("spark.sql.warehouse.dir", os.environ["SPARK_WORK"])
    .getOrCreate()
)
folder = sys.argv[1]


def opened(name: str):
    return spark.read.option("mergeSchema", "true").parquet(f"{folder}/{name}")


def type_of(frame, name: str) -> str:
    return frame.schema[name].dataType.simpleString()


def files_of(frame) -> int:
    return frame.select(f.input_file_name()).distinct().count()


def documents() -> dict:
    frame = opened("documents")
    of_day = frame.where((f.col("tenant") == "acme") & (f.col("date") == "2024-01-02"))
    [row] = frame.select(
        f.count("*").alias("rows"),
        f.sum("tokens").alias("tokens"),
        f.count("language").alias("languages"),
        f.max("revision").cast("string").alias("highestRevision"),
        f.sum(f.col("redactions")["EMAIL"]).alias("emails"),
        f.sum(f.size("attachments")).alias("attachments"),
        f.sum(f.unix_millis("sent_at")).alias("sentAt"),
    ).collect()
    plan = of_day._jdf.queryExecution().executedPlan().toString()
    assert "PartitionFilters: [" in plan and "date" in plan.split("PartitionFilters: [")[1], plan
    return {
        **row.asDict(),
        "files": files_of(frame),
        "filesOfDay": files_of(of_day),
        "rowsOfDay": of_day.count(),
        "types": [type_of(frame, name) for name in ("revision", "sent_at", "redacted")],
    }


def embeddings() -> dict:
    frame = opened("embeddings")
    digest = hashlib.sha256()
    rows = frame.orderBy("chunk_id").select("embedding").collect()
    for row in rows:
        digest.update(struct.pack(f"<{len(row.embedding)}f", *row.embedding))
    element = frame.schema["embedding"].dataType.elementType.simpleString()
    return {"rows": len(rows), "type": element, "bits": digest.hexdigest()}


def redactions() -> dict:
    [row] = opened("redactions").select(
        f.count("*").alias("rows"), f.sum("start_offset").alias("first")
    ).collect()
    return row.asDict()


def evolved() -> dict:
    frame = opened("evolved")
    rows = frame.count()
    [row] = frame.select(
        f.count("language").alias("languages"),
        f.count("addition").alias("additions"),
        f.sum("tokens").alias("tokens"),
    ).collect()
    return {
        "rows": rows,
        "withoutLanguage": rows - row.languages,
        "withoutAddition": rows - row.additions,
        "tokens": row.tokens,
    }


print(json.dumps({each.__name__: each() for each in (documents, embeddings, redactions, evolved)}))
spark.stop()
