"""The hashing embedding, as drivers/embedded/models/embed-hash.ts and term-counts.ts compute it: the same bytes."""

import math

import numpy as np

from .function_words import FUNCTION_WORDS
from .words import MASK, MAX_UNITS, Words, mix, pair_hash

DIMENSIONS = 384
GRAM_WEIGHT = 0.75
PAD = 0x5F
MAX_GRAM_UNITS = 64
PAIR_WEIGHT = 0.35
MIN_PAIR_WEIGHT = 0.02
FUNCTION_WORD_WEIGHT = 0.15
LENGTH_WEIGHTS = (0, 0.25, 0.35, 0.6, 0.8, 1, 1.1, 1.2, 1.25)
SLOTS = MAX_UNITS * 4
MAX_STEPS = 16


class _TermCounts:
    """Distinct words and pairs in the order of their first occurrence; `words` is the word's index, -1 for a pair."""

    def __init__(self, words: Words) -> None:
        self._slots = {}
        self.keys = []
        self.times = []
        self.weights = []
        self.words = []
        previous = 0
        previous_weight = 0.0
        for i, value in enumerate(words.hashes):
            weight = _word_weight(value, words.ends[i] - words.starts[i])
            self._add(value, weight, i)
            pair = weight * previous_weight * PAIR_WEIGHT
            if pair > MIN_PAIR_WEIGHT:
                self._add(pair_hash(previous, value), pair, -1)
            previous = value
            previous_weight = weight

    def _add(self, key: int, weight: float, word: int) -> None:
        slot = key & (SLOTS - 1)
        for _ in range(MAX_STEPS):
            term = self._slots.get(slot)
            if term is None:
                break
            if self.keys[term] == key:
                self.times[term] += 1
                return
            slot = (slot + 1) & (SLOTS - 1)
        self._slots.setdefault(slot, len(self.keys))
        self.keys.append(key)
        self.times.append(1)
        self.weights.append(weight)
        self.words.append(word)


def _word_weight(value: int, length: int) -> float:
    if value in FUNCTION_WORDS:
        return FUNCTION_WORD_WEIGHT
    return LENGTH_WEIGHTS[min(length, len(LENGTH_WEIGHTS) - 1)]


def _add_feature(sums: list, value: int, weight: float) -> None:
    sums[((value >> 1) * DIMENSIONS) >> 31] += weight if value & 1 else -weight


def _add_grams(words: Words, word: int, weight: float, sums: list) -> None:
    units = words.units
    start = words.starts[word]
    end = min(words.ends[word], start + MAX_GRAM_UNITS)
    if end - start < 3:
        return
    each = (weight * GRAM_WEIGHT) / math.sqrt(end - start - 1)
    for last in range(start + 2, end + 1):
        first = PAD if last - 3 < start else units[last - 3]
        left = (first << 16) | units[last - 2]
        right = (units[last - 1] << 16) | (units[last] if last < end else PAD)
        value = ((left * 0x9E3779B1) & MASK) ^ ((right * 0x85EBCA77) & MASK)
        _add_feature(sums, mix(value), each)


def embed(text: list) -> np.ndarray:
    """The unit vector of a text, given as UTF-16 units."""
    sums = [0.0] * DIMENSIONS
    words = Words(text)
    counts = _TermCounts(words)
    for key, times, base, word in zip(counts.keys, counts.times, counts.weights, counts.words):
        weight = base * math.sqrt(times)
        _add_feature(sums, key, weight)
        if word >= 0:
            _add_grams(words, word, weight, sums)
    square = 0.0
    for value in sums:
        square += value * value
    row = np.zeros(DIMENSIONS, dtype=np.float32)
    if square == 0:
        row[0] = 1
        return row
    scale = 1 / math.sqrt(square)
    row[:] = [value * scale for value in sums]
    return row
