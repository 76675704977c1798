"""The vectors of a sentence encoder of BERT's shape, one text at a time, by numpy in double precision: to hold others against.

    python sentence_encoder.py FOLDER < ids.json > vectors.json

It shares nothing with the exporter of deploy/triton: formulas as in the papers, weights as they are in the file.
"""

import json
import math
import sys
from pathlib import Path

import numpy as np

folder = Path(sys.argv[1])
config = json.loads((folder / "config.json").read_text())
raw = (folder / "model.safetensors").read_bytes()
start = 8 + int.from_bytes(raw[:8], "little")
table = json.loads(raw[8:start])
erf = np.vectorize(math.erf)


def tensor(name):
    entry = table[name]
    begin, end = entry["data_offsets"]
    return np.frombuffer(raw[start + begin : start + end], dtype="<f4").reshape(entry["shape"]).astype(np.float64)


def norm(x, name):
    centred = x - x.mean(axis=-1, keepdims=True)
    deviation = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + config["layer_norm_eps"])
    return centred / deviation * tensor(name + ".weight") + tensor(name + ".bias")


def dense(x, name):
    return x @ tensor(name + ".weight").T + tensor(name + ".bias")


def softmax(x):
    powers = np.exp(x - x.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def attend(x, name):
    heads = config["num_attention_heads"]
    query, key, value = (np.split(dense(x, f"{name}.self.{part}"), heads, axis=-1) for part in ("query", "key", "value"))
    each = [softmax(q @ k.T / math.sqrt(q.shape[-1])) @ v for q, k, v in zip(query, key, value)]
    return norm(dense(np.concatenate(each, axis=-1), f"{name}.output.dense") + x, f"{name}.output.LayerNorm")


def embed(ids):
    x = tensor("embeddings.word_embeddings.weight")[ids]
    x = x + tensor("embeddings.position_embeddings.weight")[: len(ids)] + tensor("embeddings.token_type_embeddings.weight")[0]
    x = norm(x, "embeddings.LayerNorm")
    for layer in range(config["num_hidden_layers"]):
        name = f"encoder.layer.{layer}"
        x = attend(x, f"{name}.attention")
        wide = dense(x, f"{name}.intermediate.dense")
        wide = wide * (1 + erf(wide / math.sqrt(2))) / 2
        x = norm(dense(wide, f"{name}.output.dense") + x, f"{name}.output.LayerNorm")
    mean = x.mean(axis=0)
    return (mean / np.linalg.norm(mean)).tolist()


json.dump([embed(ids) for ids in json.load(sys.stdin)], sys.stdout)
