"""Writes a sentence encoder of BERT's shape as one ONNX file that pools (mean) and normalises.

    python export_onnx.py FOLDER OUT.onnx

FOLDER has config.json and model.safetensors, as sentence-transformers keeps a model. Needs numpy and onnx; the same weights
give the same bytes.
"""

import json
import sys
from pathlib import Path

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper

OPSET = 20
MASKED = np.float32(-1e9)


def read_safetensors(path: Path) -> dict:
    """Name to array. The file: length of the header (8 bytes, little-endian), header as JSON, then the bytes."""
    content = path.read_bytes()
    size = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + size])
    header.pop("__metadata__", None)
    arrays = {}
    for name, entry in header.items():
        begin, end = (8 + size + offset for offset in entry["data_offsets"])
        dtype = {"F32": np.float32, "I64": np.int64}[entry["dtype"]]
        arrays[name] = np.frombuffer(content[begin:end], dtype=dtype).reshape(entry["shape"])
    return arrays


class Graph:
    """Nodes and constants, each result with a name of its own."""

    def __init__(self):
        self.nodes = []
        self.constants = []

    def constant(self, value, name=None) -> str:
        name = name or f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def add(self, operator: str, *inputs: str, output=None, **attributes) -> str:
        output = output or f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, list(inputs), [output], **attributes))
        return output


def linear(graph: Graph, x: str, weights: dict, name: str) -> str:
    product = graph.add("MatMul", x, graph.constant(weights[f"{name}.weight"].T))
    return graph.add("Add", product, graph.constant(weights[f"{name}.bias"]))


def layer_norm(graph: Graph, x: str, weights: dict, name: str, epsilon: float) -> str:
    scale = graph.constant(weights[f"{name}.weight"])
    bias = graph.constant(weights[f"{name}.bias"])
    return graph.add("LayerNormalization", x, scale, bias, axis=-1, epsilon=epsilon)


def attention(graph: Graph, x: str, bias: str, weights: dict, name: str, config: dict) -> str:
    heads = config["num_attention_heads"]
    width = config["hidden_size"] // heads
    apart = graph.constant(np.array([0, 0, heads, width], dtype=np.int64))
    together = graph.constant(np.array([0, 0, heads * width], dtype=np.int64))

    def split(part: str, order: list) -> str:
        rows = linear(graph, x, weights, f"{name}.self.{part}")
        return graph.add("Transpose", graph.add("Reshape", rows, apart), perm=order)

    query, key, value = split("query", [0, 2, 1, 3]), split("key", [0, 2, 3, 1]), split("value", [0, 2, 1, 3])
    scale = graph.constant(np.float32(1 / np.sqrt(width)))
    scores = graph.add("Add", graph.add("Mul", graph.add("MatMul", query, key), scale), bias)
    mixed = graph.add("MatMul", graph.add("Softmax", scores, axis=-1), value)
    rows = graph.add("Reshape", graph.add("Transpose", mixed, perm=[0, 2, 1, 3]), together)
    return linear(graph, rows, weights, f"{name}.output.dense")


def encoder(weights: dict, config: dict) -> Graph:
    graph = Graph()
    epsilon = config["layer_norm_eps"]
    zero, one, two = (graph.constant(np.array([at], dtype=np.int64)) for at in (0, 1, 2))
    words = graph.add("Gather", graph.constant(weights["embeddings.word_embeddings.weight"]), "input_ids")
    length = graph.add("Slice", graph.add("Shape", "input_ids"), one, two)
    places = graph.add("Slice", graph.constant(weights["embeddings.position_embeddings.weight"]), zero, length)
    kind = graph.constant(weights["embeddings.token_type_embeddings.weight"][0])
    x = graph.add("Add", graph.add("Add", words, places), kind)
    x = layer_norm(graph, x, weights, "embeddings.LayerNorm", epsilon)
    mask = graph.add("Cast", "attention_mask", to=TensorProto.FLOAT)
    hidden = graph.add("Mul", graph.add("Sub", graph.constant(np.float32(1)), mask), graph.constant(MASKED))
    bias = graph.add("Unsqueeze", hidden, graph.constant(np.array([1, 2], dtype=np.int64)))
    for at in range(config["num_hidden_layers"]):
        name = f"encoder.layer.{at}"
        mixed = attention(graph, x, bias, weights, f"{name}.attention", config)
        x = layer_norm(graph, graph.add("Add", mixed, x), weights, f"{name}.attention.output.LayerNorm", epsilon)
        wide = graph.add("Gelu", linear(graph, x, weights, f"{name}.intermediate.dense"))
        narrow = linear(graph, wide, weights, f"{name}.output.dense")
        x = layer_norm(graph, graph.add("Add", narrow, x), weights, f"{name}.output.LayerNorm", epsilon)
    pool(graph, x, mask)
    return graph


def pool(graph: Graph, x: str, mask: str) -> None:
    """Mean over the tokens that are no padding, then length 1."""
    shown = graph.add("Unsqueeze", mask, graph.constant(np.array([2], dtype=np.int64)))
    tokens = graph.constant(np.array([1], dtype=np.int64))
    total = graph.add("ReduceSum", graph.add("Mul", x, shown), tokens, keepdims=0)
    count = graph.add("Max", graph.add("ReduceSum", mask, tokens, keepdims=1), graph.constant(np.float32(1e-9)))
    mean = graph.add("Div", total, count)
    norm = graph.add("ReduceL2", mean, tokens, keepdims=1)
    graph.add("Div", mean, graph.add("Max", norm, graph.constant(np.float32(1e-12))), output="embedding")


def export(folder: Path, target: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    if config["model_type"] != "bert" or config["hidden_act"] != "gelu":
        raise SystemExit("only encoders of BERT's shape with gelu are written")
    graph = encoder(read_safetensors(folder / "model.safetensors"), config)
    ids = [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"]) for name in ("input_ids", "attention_mask")]
    vector = helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", config["hidden_size"]])
    made = helper.make_graph(graph.nodes, "encoder", ids, [vector], graph.constants)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=10)
    checker.check_model(model)
    target.write_bytes(model.SerializeToString(deterministic=True))


if __name__ == "__main__":
    export(Path(sys.argv[1]), Path(sys.argv[2]))
