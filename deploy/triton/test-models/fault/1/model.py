import os
import time

import numpy as np
import triton_python_backend_utils as pb_utils

DIMENSIONS = 8
LARGEST = 16


class TritonPythonModel:
    """Embeds by length and misbehaves as the texts ask: for tests of what a server does to a client."""

    def initialize(self, args):
        self._version = args["model_version"]

    def execute(self, requests):
        return [_respond(request) for request in requests]


def _respond(request):
    tensor = pb_utils.get_input_tensor_by_name(request, "text")
    texts = [bytes(each).decode() for each in tensor.as_numpy().reshape(-1)]
    for text in texts:
        if text.startswith("delay:"):
            time.sleep(int(text.split(":")[1]) / 1000)
        if text.startswith("exit"):
            os._exit(1)
        if text.startswith("raise"):
            raise RuntimeError("every request of this batch fails")
        if text.startswith("poison"):
            return _failure("the model failed on an item")
    if len(texts) > LARGEST and any(text.startswith("large") for text in texts):
        return _failure("CUDA out of memory. Tried to allocate 2.00 GiB")
    width = DIMENSIONS - 1 if any(text.startswith("narrow") for text in texts) else DIMENSIONS
    rows = np.stack([_row(text)[:width] for text in texts])
    return pb_utils.InferenceResponse(output_tensors=[pb_utils.Tensor("embedding", rows)])


def _failure(message: str):
    return pb_utils.InferenceResponse(output_tensors=[], error=pb_utils.TritonError(message))


def _row(text: str) -> np.ndarray:
    row = np.zeros(DIMENSIONS, dtype=np.float32)
    row[len(text) % DIMENSIONS] = 1
    if text.startswith("nan"):
        row[0] = np.nan
    if text.startswith("long"):
        row *= 3
    return row
