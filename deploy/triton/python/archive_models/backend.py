"""What the model.py of every model shares: tensors in and out of Triton's Python backend."""

import os

import numpy as np
import triton_python_backend_utils as pb_utils

from .words import units_of


def texts_of(request) -> list:
    """The input `text` [n, 1] as UTF-16 units, one list per item."""
    rows = pb_utils.get_input_tensor_by_name(request, "text").as_numpy().reshape(-1)
    return [units_of(row) for row in rows]


def respond(requests: list, answer) -> list:
    """One response per request; what fails for one request fails for that request only."""
    responses = []
    for request in requests:
        try:
            outputs = [pb_utils.Tensor(name, values) for name, values in answer(request).items()]
            responses.append(pb_utils.InferenceResponse(output_tensors=outputs))
        except Exception as error:
            # The text of an item must not reach logs: the kind of the failure is all that is said.
            failure = pb_utils.TritonError(f"the model failed: {type(error).__name__}")
            responses.append(pb_utils.InferenceResponse(output_tensors=[], error=failure))
    return responses


def column(values: list, dtype) -> np.ndarray:
    """[n, 1]"""
    return np.array(values, dtype=dtype).reshape(-1, 1)


def card_file(args: dict, name: str) -> str:
    """A file beside the card of this model: in /cards as the compose file mounts it, or in a checkout."""
    model = args["model_name"]
    deploy = os.path.abspath(os.path.join(args["model_repository"], "..", ".."))
    folders = (
        os.environ.get("ARCHIVE_STREAMS_CARDS", ""),
        os.path.join(deploy, "cards"),
        os.path.join(deploy, "..", "..", "gpu-runners", "models"),
    )
    for folder in filter(None, folders):
        path = os.path.join(folder, model, name)
        if os.path.exists(path):
            return path
    raise FileNotFoundError(f"{model}/{name}: mount gpu-runners/models, or set ARCHIVE_STREAMS_CARDS")
