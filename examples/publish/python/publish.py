"""Publishes files: one event per file, which says where the file is. The pipeline fetches it from there.

    pip install -r requirements.txt
    KAFKA_BROKERS=localhost:9092 REGISTRY_URL=http://localhost:8081/apis/ccompat/v7 python publish.py FILE...
"""

import hashlib
import io
import json
import os
import struct
import sys
import time
import urllib.request
import uuid
from pathlib import Path
from urllib.parse import quote

from confluent_kafka import Producer
from fastavro import parse_schema, schemaless_writer

TOPIC = "archive.documents"
SUBJECT = "document-event"
TENANT = os.environ.get("TENANT", "default")
BROKERS = os.environ.get("KAFKA_BROKERS", "localhost:9092")
REGISTRY = os.environ.get("REGISTRY_URL", "http://localhost:8081/apis/ccompat/v7")

# The id of a document is a UUIDv5 of tenant and URI: the same document has the same id, whoever publishes it.
NAMESPACE = uuid.UUID("0d9b1f0a-6c1e-4d0e-9d0c-5b6d3a7f2e41")


def uri_of(path: Path) -> str:
    """Written as `archive-streams publish` writes it; `Path.as_uri` encodes other characters."""
    absolute = Path(os.path.abspath(path)).as_posix()
    return "file://" + quote("/" + absolute.removeprefix("/"), safe="/:!*'()")


def event_of(path: Path) -> dict:
    uri = uri_of(path)
    stat = path.stat()
    modified_at = stat.st_mtime_ns // 1_000_000
    return {
        "tenantId": TENANT,
        "documentId": str(uuid.uuid5(NAMESPACE, f"{TENANT}\n{uri}")),
        # A higher revision replaces a lower one. Where your source counts versions, take those, and the kind VERSION.
        "revision": max(0, modified_at),
        "revisionKind": "MODIFIED_TIME",
        "archivedAt": modified_at,
        "ingestedAt": int(time.time() * 1000),
        "producedBy": {
            "stage": "my-archiver",
            "stageVersion": 1,
            "codeVersion": "1.0.0",
            "configHash": "",
        },
        "operation": "ARCHIVE",  # ERASE removes the document and everything that was made of it
        "uri": uri,
        "name": path.name,
        "bytes": stat.st_size,
        # Tells whether anything has changed, and that what is fetched is what was meant.
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "modifiedAt": modified_at,
        "attributes": {},
    }


def latest_schema() -> tuple[int, dict]:
    """The schema is registered by `archive-streams topics apply`, never by a producer."""
    with urllib.request.urlopen(f"{REGISTRY}/subjects/{SUBJECT}/versions/latest") as answer:
        found = json.load(answer)
    return found["id"], parse_schema(json.loads(found["schema"]))


def encode(schema_id: int, schema: dict, event: dict) -> bytes:
    """Confluent's wire format: a zero, the id of the schema as four bytes, the Avro record."""
    out = io.BytesIO(struct.pack(">bI", 0, schema_id))
    out.seek(0, io.SEEK_END)
    schemaless_writer(out, schema, event)
    return out.getvalue()


def main(paths: list[str]) -> int:
    schema_id, schema = latest_schema()
    failed = []

    def delivered(error, _message) -> None:
        if error is not None:
            failed.append(error)

    producer = Producer(
        {
            "bootstrap.servers": BROKERS,
            "client.id": "my-archiver",
            "enable.idempotence": True,
            # librdkafka places keys by CRC32 unless told so: all events of a document must meet in one partition.
            "partitioner": "murmur2_random",
        }
    )
    for path in paths:
        event = event_of(Path(path))
        value = encode(schema_id, schema, event)
        producer.produce(TOPIC, key=event["documentId"], value=value, on_delivery=delivered)
        producer.poll(0)
        print(event["documentId"], event["uri"])
    left = producer.flush(30)
    for error in failed:
        print(error, file=sys.stderr)
    return 1 if failed or left else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
