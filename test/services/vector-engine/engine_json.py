"""Between the JSON of Qdrant's REST API and the values of its engine."""

import qdrant_edge as edge


class Refusal(Exception):
    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


# --- what the engine takes, from JSON ---------------------------------------------------------------------------------


def condition(it):
    if "has_id" in it:
        return edge.HasIdCondition(set(it["has_id"]))
    if "key" not in it:
        return filter_of(it)
    match = it.get("match")
    if match is not None:
        match = edge.MatchAny(match["any"]) if "any" in match else edge.MatchValue(match["value"])
    bounds = {name: value for name, value in (it.get("range") or {}).items() if value is not None}
    return edge.FieldCondition(it["key"], match=match, range=edge.RangeFloat(**bounds) if bounds else None)


def filter_of(it):
    if not it:
        return None
    parts = {}
    for name in ("must", "should", "must_not"):
        given = it.get(name)
        if given is not None:
            parts[name] = [condition(each) for each in (given if isinstance(given, list) else [given])]
    return edge.Filter(**parts)


def vector_of(it):
    if isinstance(it, dict) and "indices" in it:
        return edge.SparseVector(it["indices"], it["values"])
    if isinstance(it, dict):
        return {name: vector_of(each) for name, each in it.items()}
    return it


def points_of(body):
    if "batch" in body:
        batch = body["batch"]
        vectors = batch["vectors"]
        rows = vectors if isinstance(vectors, list) else [dict(zip(vectors, row)) for row in zip(*vectors.values())]
        payloads = batch.get("payloads") or [None] * len(rows)
        return [edge.Point(*row) for row in zip(batch["ids"], map(vector_of, rows), payloads)]
    return [edge.Point(each["id"], vector_of(each.get("vector", {})), each.get("payload")) for each in body["points"]]


def quantisation_of(it):
    if not it:
        return None
    if "scalar" in it:
        return edge.ScalarQuantizationConfig(edge.ScalarType.Int8, it["scalar"].get("quantile"))
    if "binary" in it:
        return edge.BinaryQuantizationConfig()
    raise Refusal(400, "the gateway knows scalar and binary quantisation only")


def config_of(body):
    dense = body.get("vectors") or {}
    named = {"": dense} if "size" in dense else dense
    vectors = {
        name: edge.EdgeVectorParams(size=each["size"], distance=getattr(edge.Distance, each["distance"]))
        for name, each in named.items()
    }
    sparse = {
        name: edge.EdgeSparseVectorParams(modifier=edge.Modifier.Idf if (each or {}).get("modifier") == "idf" else None)
        for name, each in (body.get("sparse_vectors") or {}).items()
    }
    # A server keeps collections without vectors; the engine does not.
    if not vectors and not sparse:
        sparse = {"nothing": edge.EdgeSparseVectorParams()}
    quantisation = quantisation_of(body.get("quantization_config"))
    return edge.EdgeConfig(vectors=vectors, sparse_vectors=sparse, quantization_config=quantisation)


# --- what is answered, as JSON ----------------------------------------------------------------------------------------


def vector_json(it):
    if isinstance(it, edge.SparseVector):
        return {"indices": it.indices, "values": it.values}
    if isinstance(it, dict):
        return {name: vector_json(each) for name, each in it.items()}
    return it


def record_json(record):
    out = {"id": record.id, "payload": record.payload}
    if record.vector is not None:
        out["vector"] = vector_json(record.vector)
    if isinstance(record, edge.ScoredPoint):
        out |= {"score": record.score, "version": record.version}
    return out
