import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "python"))

import numpy as np

from archive_models.backend import respond, texts_of
from archive_models.embed_hash import DIMENSIONS, embed


def _answer(request) -> dict:
    rows = [embed(text) for text in texts_of(request)]
    return {"embedding": np.stack(rows) if rows else np.zeros((0, DIMENSIONS), dtype=np.float32)}


class TritonPythonModel:
    def execute(self, requests):
        return respond(requests, _answer)
