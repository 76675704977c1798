import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "python"))

import numpy as np

from archive_models.backend import card_file, respond, texts_of
from archive_models.linear import LinearClassifier


class TritonPythonModel:
    def initialize(self, args):
        self._classifier = LinearClassifier(card_file(args, "weights.json"))

    def execute(self, requests):
        return respond(requests, self._answer)

    def _answer(self, request) -> dict:
        return {"scores": np.stack([self._classifier.score(text) for text in texts_of(request)])}
