"""A test double of a Qdrant server: Qdrant's own engine behind the part of its REST API that the tests use.

    python gateway.py FOLDER PORT [API_KEY]

What the engine does is real: points, filters, guards of upserts, payload indexes, quantisation, search, its log on the
disk. What is ours: collections by name, aliases, codes and texts of errors. One request at a time.
"""

import json
import re
import shutil
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock
from urllib.parse import unquote, urlsplit

import qdrant_edge as edge
from engine_json import Refusal, config_of, filter_of, points_of, record_json, vector_of

VERSION = "1.18.2"
ROOT = Path(sys.argv[1])
API_KEY = sys.argv[3] if len(sys.argv) > 3 else None
STATE = ROOT / "state.json"
LOCK = Lock()
shards = {}
collections = {}
aliases = {}


def keep():
    """Written aside and put in place, so that a killed gateway finds the old state or the new one."""
    aside = STATE.with_suffix(".new")
    aside.write_text(json.dumps({"collections": collections, "aliases": aliases}))
    aside.replace(STATE)


# --- collections ------------------------------------------------------------------------------------------------------


def real_name(name):
    real = aliases.get(name, name)
    if real not in collections:
        raise Refusal(404, f"Not found: Collection `{name}` doesn't exist!")
    return real


def shard_of(name):
    real = real_name(name)
    if real not in shards:
        shards[real] = edge.EdgeShard.load(str(ROOT / "collections" / real))
    return shards[real]


def info_json(name):
    body = collections[name]
    points = shard_of(name).info().points_count
    params = {"vectors": body.get("vectors") or {}, "sparse_vectors": body.get("sparse_vectors"), "shard_number": 1}
    schema = {
        field: {"data_type": given["type"] if isinstance(given, dict) else given, "params": given, "points": points}
        for field, given in body.get("indexes", {}).items()
    }
    hnsw = {"m": 16, "ef_construct": 100, "full_scan_threshold": 10000}
    optimizer = {"deleted_threshold": 0.2, "vacuum_min_vector_number": 1000, "default_segment_number": 0, "flush_interval_sec": 5}
    config = {"params": params, "hnsw_config": hnsw, "optimizer_config": optimizer, "quantization_config": body.get("quantization_config")}
    counts = {"points_count": points, "indexed_vectors_count": 0, "segments_count": 1}
    return {"status": "green", "optimizer_status": "ok", "config": config, "payload_schema": schema, **counts}


def create(name, body):
    if name in collections or name in aliases:
        raise Refusal(409, f"Wrong input: Collection `{name}` already exists!")
    config = config_of(body)
    shards[name] = edge.EdgeShard.create(str(ROOT / "collections" / name), config)
    collections[name] = body
    keep()
    return True


def drop(name):
    if name not in collections:
        return False
    shards.pop(name, None)
    del collections[name]
    for alias in [each for each, target in aliases.items() if target == name]:
        del aliases[alias]
    keep()
    shutil.rmtree(ROOT / "collections" / name, ignore_errors=True)
    return True


def change_aliases(body):
    """All of them or none."""
    after = dict(aliases)
    for action in body["actions"]:
        if "create_alias" in action:
            it = action["create_alias"]
            if it["alias_name"] in collections:
                raise Refusal(409, f"Wrong input: Collection `{it['alias_name']}` already exists!")
            if it["collection_name"] not in collections:
                raise Refusal(404, f"Not found: Collection `{it['collection_name']}` doesn't exist!")
            after[it["alias_name"]] = it["collection_name"]
        elif "delete_alias" in action:
            after.pop(action["delete_alias"]["alias_name"], None)
        else:
            it = action["rename_alias"]
            after[it["new_alias_name"]] = after.pop(it["old_alias_name"])
    aliases.clear()
    aliases.update(after)
    keep()
    return True


def alias_list(of=None):
    return {"aliases": [{"alias_name": a, "collection_name": c} for a, c in aliases.items() if of in (None, c)]}


INDEXES = {"keyword": edge.KeywordIndexParams, "integer": edge.IntegerIndexParams, "uuid": edge.UuidIndexParams}


def index(name, body):
    field, given = body["field_name"], body["field_schema"]
    options = dict(given) if isinstance(given, dict) else {"type": given}
    params = INDEXES[options.pop("type")](**options)
    shard_of(name).update(edge.UpdateOperation.create_field_index(field, params))
    collections[real_name(name)].setdefault("indexes", {})[field] = given
    keep()
    return {"operation_id": 0, "status": "completed"}


# --- points -----------------------------------------------------------------------------------------------------------


def apply(shard, operations):
    for operation in operations:
        if "upsert" in operation:
            body = operation["upsert"]
            made = edge.UpdateOperation.upsert_points(points_of(body), filter_of(body.get("update_filter")))
        elif "delete" in operation and "points" in operation["delete"]:
            made = edge.UpdateOperation.delete_points(operation["delete"]["points"])
        elif "delete" in operation:
            made = edge.UpdateOperation.delete_points_by_filter(filter_of(operation["delete"]["filter"]) or edge.Filter())
        else:
            raise Refusal(400, "the gateway knows upsert and delete only")
        shard.update(made)
    return {"operation_id": 0, "status": "completed"}


def page(shard, body):
    request = edge.ScrollRequest(
        offset=body.get("offset"),
        limit=body.get("limit", 10),
        filter=filter_of(body.get("filter")),
        with_payload=body.get("with_payload", True),
        with_vector=body.get("with_vector", False),
    )
    records, following = shard.scroll(request)
    return {"points": [record_json(each) for each in records], "next_page_offset": following}


def query(shard, body):
    nearest = body.get("query")
    if isinstance(nearest, dict) and "nearest" in nearest:
        nearest = nearest["nearest"]
    params = body.get("params") or {}
    request = edge.QueryRequest(
        limit=body.get("limit", 10),
        offset=body.get("offset") or 0,
        query=None if nearest is None else edge.Query.Nearest(vector_of(nearest), body.get("using")),
        filter=filter_of(body.get("filter")),
        score_threshold=body.get("score_threshold"),
        with_payload=body.get("with_payload", False),
        with_vector=body.get("with_vector", False),
        params=edge.SearchParams(hnsw_ef=params.get("hnsw_ef"), exact=params.get("exact") or False),
    )
    return {"points": [record_json(each) for each in shard.query(request)]}


def facet(shard, body):
    found = shard.facet(edge.FacetRequest(body["key"], body.get("limit", 10), True, filter_of(body.get("filter"))))
    return {"hits": [{"value": getattr(hit.value, "value", hit.value), "count": hit.count} for hit in found.hits]}


def retrieve(shard, body):
    found = shard.retrieve(body["ids"], body.get("with_payload", True), body.get("with_vector", False))
    return [record_json(each) for each in found]


ON_POINTS = {
    "PUT points": lambda shard, body: apply(shard, [{"upsert": body}]),
    "POST points": retrieve,
    "POST points/batch": lambda shard, body: apply(shard, body["operations"]),
    "POST points/delete": lambda shard, body: apply(shard, [{"delete": body}]),
    "POST points/query": query,
    "POST points/scroll": page,
    "POST points/count": lambda shard, body: {"count": shard.count(edge.CountRequest(True, filter_of(body.get("filter"))))},
    "POST facet": facet,
}


def answer(method, path, body):
    if path == "/":
        return {"title": "qdrant - vector search engine", "version": VERSION}
    if path == "/aliases":
        return alias_list()
    if path == "/collections":
        return {"collections": [{"name": name} for name in collections]}
    if path == "/collections/aliases":
        return change_aliases(body)
    name, _, rest = path.removeprefix("/collections/").partition("/")
    match f"{method} {rest}".strip():
        case "PUT":
            return create(name, body)
        case "DELETE":
            return drop(name)
        case "GET":
            return info_json(real_name(name))
        case "GET exists":
            return {"exists": name in collections or name in aliases}
        case "GET aliases":
            return alias_list(real_name(name))
        case "PUT index":
            return index(name, body)
        case on_points if on_points in ON_POINTS:
            return ON_POINTS[on_points](shard_of(name), body)
    raise Refusal(404, "")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Unbuffered writes would send every header as a packet of its own.
    wbufsize = 65536

    def respond(self):
        started = time.perf_counter()
        length = int(self.headers.get("content-length") or 0)
        raw = self.rfile.read(length)
        path = unquote(urlsplit(self.path).path).rstrip("/") or "/"
        if path in ("/healthz", "/readyz", "/livez"):
            return self.send(200, {"status": "ok"})
        if API_KEY and self.headers.get("api-key") != API_KEY:
            return self.send(401, {"status": {"error": "Invalid API key or JWT"}})
        try:
            with LOCK:
                result = answer(self.command, path, json.loads(raw) if raw else {})
            self.send(200, {"result": result, "status": "ok", "time": time.perf_counter() - started} if path != "/" else result)
        except Refusal as refusal:
            self.send(refusal.status, {"status": {"error": str(refusal)}, "time": 0})
        except Exception as error:  # The engine's own words, as a server passes them on.
            self.send(400, {"status": {"error": re.sub(r"\s+", " ", str(error))}, "time": 0})

    do_GET = do_PUT = do_POST = do_DELETE = respond

    def send(self, status, body):
        # Ids come from the engine as UUID in some answers.
        data = json.dumps(body, default=str).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
        self.wfile.flush()

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    ROOT.mkdir(parents=True, exist_ok=True)
    if STATE.exists():
        before = json.loads(STATE.read_text())
        collections.update(before["collections"])
        aliases.update(before["aliases"])
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2])), Handler).serve_forever()
