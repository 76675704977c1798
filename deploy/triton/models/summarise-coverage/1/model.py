import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "python"))

import numpy as np
import triton_python_backend_utils as pb_utils

from archive_models.backend import column, respond, texts_of
from archive_models.coverage import summarise

DEFAULT_TOKENS = 120


def _answer(request) -> dict:
    texts = texts_of(request)
    asked = pb_utils.get_input_tensor_by_name(request, "max_tokens")
    limits = [DEFAULT_TOKENS] * len(texts) if asked is None else asked.as_numpy().reshape(-1).tolist()
    made = [summarise(text, limit) for text, limit in zip(texts, limits)]
    return {
        "summary": column([text.encode() for text, _, _, _ in made], np.object_),
        "tokens_in": column([words for _, _, words, _ in made], np.int32),
        "tokens_out": column([tokens for _, tokens, _, _ in made], np.int32),
        "truncated": column([truncated for _, _, _, truncated in made], np.bool_),
    }


class TritonPythonModel:
    def execute(self, requests):
        return respond(requests, _answer)
