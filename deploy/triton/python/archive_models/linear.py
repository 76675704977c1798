"""Linear classifiers over words and word pairs, as drivers/embedded/models/linear-classifier.ts computes them."""

import json
import math
import re

import numpy as np

from .sentences import split_sentences
from .words import MAX_UNITS, Words, hashes_of, mix, pair_hash, units_of

SHAPE = ("exclamations", "capitals", "digits", "links", "money")
NEGATION_REACH = 3
NEGATED = 0x5BD1E995
NEGATORS = hashes_of(
    """not no never none nothing without hardly barely nor neither cannot dont doesnt didnt isnt wasnt arent werent wont
    wouldnt cant couldnt shouldnt havent hasnt hadnt aint nicht kein keine keinen nie ne pas jamais sin nunca"""
)


def _negated(value: int) -> int:
    return mix(value ^ NEGATED)


def _term_hash(term: str) -> int:
    hashes = Words(units_of(term.encode())).hashes
    if term.startswith("~"):
        return _negated(hashes[0])
    return pair_hash(hashes[0], hashes[1]) if len(hashes) > 1 else hashes[0]


def _as_javascript_orders(terms: dict) -> list:
    """Names that are whole numbers first, by value: of two terms with one hash, the last one counts."""
    numbers = [term for term in terms if re.fullmatch("0|[1-9][0-9]{0,8}", term)]
    numbers.sort(key=int)
    return numbers + [term for term in terms if term not in set(numbers)]


def _read_shape(text: list) -> list:
    exclamations = capitals = letters = digits = links = money = 0
    for at, unit in enumerate(text):
        if 0x61 <= unit <= 0x7A:
            letters += 1
        elif 0x41 <= unit <= 0x5A:
            capitals += 1
        elif 0x30 <= unit <= 0x39:
            digits += 1
        elif unit == 0x21:
            exclamations += 1
        elif unit in (0x24, 0xA3, 0x20AC):
            money += 1
        elif unit == 0x3A and text[at : at + 3] == [0x3A, 0x2F, 0x2F]:
            links += 1
    return [
        exclamations / (exclamations + 2),
        capitals / (capitals + letters + 20),
        digits / (len(text) + 20),
        links / (links + 2),
        money / (money + 2),
    ]


class LinearClassifier:
    """Weights as scripts/train-classifiers.mjs writes them."""

    def __init__(self, path: str) -> None:
        with open(path, encoding="utf-8") as file:
            model = json.load(file)
        self.labels = model["labels"]
        self._by_sentence = model["unit"] == "sentence"
        self._negation = model["negation"]
        self._bias = model["bias"]
        self._shape = [model["shape"][name] for name in SHAPE]
        terms = model["terms"]
        self._weights = {_term_hash(term): terms[term] for term in _as_javascript_orders(terms)}

    def score(self, text: list) -> np.ndarray:
        """One number in 0..1 per label, for UTF-16 units."""
        read = text[:MAX_UNITS]
        words = Words(read)
        best = [0.0] * len(self.labels)
        bounds = split_sentences(read, 2_000, 600) if self._by_sentence else [(0, len(read))]
        start = 0
        for begin, end in bounds:
            stop = start
            while stop < len(words) and words.places[stop] < end:
                stop += 1
            shape = None if self._by_sentence else _read_shape(read[begin:end])
            self._raise(best, self._sum(words, start, stop, shape))
            start = stop
        if not bounds:
            self._raise(best, list(self._bias))
        return np.array(best, dtype=np.float32)

    def _count(self, words: Words, start: int, stop: int) -> dict:
        """Times by hash of the terms that the model knows, in the order of their first occurrence."""
        counts = {}
        reach = 0
        previous = 0
        for i in range(start, stop):
            value = words.hashes[i]
            single = _negated(value) if reach > 0 else value
            for term in (single, pair_hash(previous, value) if i > start else None):
                if term in self._weights:
                    counts[term] = counts.get(term, 0) + 1
            reach = NEGATION_REACH if self._negation and value in NEGATORS else reach - 1
            previous = value
        return counts

    def _sum(self, words: Words, start: int, stop: int, shape) -> list:
        sums = list(self._bias)
        share = 4 / math.sqrt(stop - start + 20)
        for term, times in self._count(words, start, stop).items():
            value = 1 if self._by_sentence else math.sqrt(times) * share
            _add_row(self._weights[term], value, sums)
        for row, value in zip(self._shape, shape or ()):
            _add_row(row, value, sums)
        return sums

    def _raise(self, best: list, sums: list) -> None:
        for label, x in enumerate(sums):
            best[label] = max(best[label], 0.5 + (0.5 * x) / math.sqrt(1 + x * x))


def _add_row(row: list, value: float, sums: list) -> None:
    for label, weight in enumerate(row):
        sums[label] += value * weight
