"""What pyarrow finds in the datasets below a folder, as JSON: read-back.integration.ts holds it against what was written."""

import hashlib
import json
import sys

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds


def opened(folder: str, name: str, unified: bool = False) -> ds.Dataset:
    found = ds.dataset(f"{folder}/{name}", format="parquet", partitioning="hive")
    if not unified:
        return found
    schemas = [ds.dataset(path, format="parquet").schema for path in found.files]
    schema = pa.unify_schemas([*schemas, found.schema])
    return ds.dataset(f"{folder}/{name}", format="parquet", partitioning="hive", schema=schema)


def documents(folder: str) -> dict:
    dataset = opened(folder, "documents")
    table = dataset.to_table()
    column = table.column
    emails = pc.map_lookup(column("redactions"), "EMAIL", "first")
    wanted = (ds.field("tenant") == "acme") & (ds.field("date") == "2024-01-02")
    return {
        "rows": table.num_rows,
        "tokens": pc.sum(column("tokens")).as_py(),
        "languages": table.num_rows - column("language").null_count,
        "highestRevision": str(pc.max(column("revision")).as_py()),
        "emails": pc.sum(emails).as_py(),
        "attachments": pc.sum(pc.list_value_length(column("attachments"))).as_py(),
        "sentAt": pc.sum(column("sent_at").cast(pa.int64())).as_py(),
        "files": len(dataset.files),
        "filesOfDay": len(list(dataset.get_fragments(filter=wanted))),
        "rowsOfDay": dataset.count_rows(filter=wanted),
        "types": [str(table.schema.field(name).type) for name in ("revision", "sent_at", "redacted")],
    }


def embeddings(folder: str) -> dict:
    table = opened(folder, "embeddings").to_table().sort_by("chunk_id")
    vectors = table.column("embedding").combine_chunks()
    return {
        "rows": table.num_rows,
        "type": str(vectors.type.value_type),
        "bits": hashlib.sha256(vectors.flatten().to_numpy().tobytes()).hexdigest(),
    }


def redactions(folder: str) -> dict:
    table = opened(folder, "redactions").to_table()
    return {"rows": table.num_rows, "first": pc.sum(table.column("start_offset")).as_py()}


def evolved(folder: str) -> dict:
    table = opened(folder, "evolved", unified=True).to_table()
    column = table.column
    return {
        "rows": table.num_rows,
        "withoutLanguage": column("language").null_count,
        "withoutAddition": column("addition").null_count,
        "tokens": pc.sum(column("tokens")).as_py(),
    }


folder = sys.argv[1]
print(json.dumps({each.__name__: each(folder) for each in (documents, embeddings, redactions, evolved)}))
