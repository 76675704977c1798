"""Vectors of lists of token ids by an ONNX file, for bench:retrieval.

    python embed_ids.py MODEL.onnx    each line of the input: lists of ids; each line of the output: their vectors, base64 of float32
"""

import base64
import json
import sys

import numpy as np
import onnxruntime

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 2
options.add_session_config_entry("session.intra_op.allow_spinning", "0")
session = onnxruntime.InferenceSession(sys.argv[1], options, providers=["CPUExecutionProvider"])
for line in sys.stdin:
    rows = json.loads(line)
    width = max(len(row) for row in rows)
    ids = np.array([row + [0] * (width - len(row)) for row in rows], dtype=np.int64)
    mask = np.array([[1] * len(row) + [0] * (width - len(row)) for row in rows], dtype=np.int64)
    (vectors,) = session.run(["embedding"], {"input_ids": ids, "attention_mask": mask})
    print(base64.b64encode(vectors.astype("<f4").tobytes()).decode(), flush=True)
