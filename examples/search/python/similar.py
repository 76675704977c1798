"""Prints the chunks that are closest to those of one document, as lines of JSON.

    pip install -r requirements.txt
    QDRANT_URL=http://localhost:6333 python similar.py TENANT DOCUMENT [COUNT]
"""

import json
import os
import sys

from qdrant_client import QdrantClient, models

# The alias, never the name of a collection: a rebuild moves it.
collection = os.environ.get("COLLECTION", "archive")
tenant, document = sys.argv[1], sys.argv[2]
count = int(sys.argv[3]) if len(sys.argv) > 3 else 5

client = QdrantClient(
    url=os.environ.get("QDRANT_URL", "http://localhost:6333"),
    api_key=os.environ.get("QDRANT_API_KEY"),
    timeout=10,
)


def matches(field, value):
    return models.FieldCondition(key=field, match=models.MatchValue(value=value))


# Always filter by the tenant: it is what keeps archives apart, and it is what the index is made for.
mine = models.Filter(must=[matches("tenantId", tenant), matches("documentId", document)])
others = models.Filter(must=[matches("tenantId", tenant)], must_not=[matches("documentId", document)])

chunks, _ = client.scroll(collection, scroll_filter=mine, limit=100, with_vectors=["dense"])
best = {}
for chunk in chunks:
    found = client.query_points(
        collection, query=chunk.vector["dense"], using="dense", query_filter=others, limit=count
    )
    for point in found.points:
        if point.id not in best or best[point.id].score < point.score:
            best[point.id] = point

for point in sorted(best.values(), key=lambda each: (-each.score, each.id))[:count]:
    # The redacted text is in the object that chunkSetUri names, under chunkId.
    fields = ("documentId", "revision", "ordinal", "type", "chunkId", "chunkSetUri")
    print(json.dumps({"score": round(point.score, 4), **{name: point.payload[name] for name in fields}}))
