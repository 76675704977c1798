import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "python"))

import numpy as np
import triton_python_backend_utils as pb_utils

from archive_models.backend import respond

LABELS = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC", "B-ORG", "I-ORG"]
SURE = 5.0


def _lexicon() -> list:
    """Names as ids, with the labels of their first and their other tokens; longer ones first."""
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "names.json")) as file:
        names = json.load(file)["names"]
    known = [(each["ids"], LABELS.index(f"B-{each['kind']}"), LABELS.index(f"I-{each['kind']}")) for each in names]
    return sorted(known, key=lambda each: -len(each[0]))


class TritonPythonModel:
    """Knows a list of names by their token ids, and nothing else: for tests."""

    def initialize(self, args):
        self._names = _lexicon()

    def execute(self, requests):
        return respond(requests, self._answer)

    def _answer(self, request) -> dict:
        ids = pb_utils.get_input_tensor_by_name(request, "input_ids").as_numpy()
        lengths = pb_utils.get_input_tensor_by_name(request, "lengths").as_numpy().reshape(-1)
        logits = np.zeros((*ids.shape, len(LABELS)), dtype=np.float32)
        for row, length in enumerate(lengths):
            labels = self._label(ids[row, :length].tolist())
            logits[row, np.arange(length), labels] = SURE
        return {"logits": logits}

    def _label(self, ids: list) -> list:
        labels = [0] * len(ids)
        at = 0
        while at < len(ids):
            found = next((each for each in self._names if ids[at : at + len(each[0])] == each[0]), None)
            if found is None:
                at += 1
                continue
            name, begin, inside = found
            labels[at : at + len(name)] = [begin] + [inside] * (len(name) - 1)
            at += len(name)
        return labels
