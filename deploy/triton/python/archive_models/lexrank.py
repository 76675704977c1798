"""Summaries of whole sentences, as drivers/embedded/models/lexrank.ts and sentence-graph.ts pick them."""

import math
import re

from .function_words import FUNCTION_WORDS
from .sentences import split_sentences
from .words import MAX_UNITS, Words, text_of, units_of

MAX_SENTENCES = 200
MAX_SENTENCE_UNITS = 600
MAX_TAKEN_UNITS = MAX_SENTENCE_UNITS * 2
EDGE = 0.1
REPETITION = 0.6
DAMPING = 0.85
ITERATIONS = 30
# What JavaScript calls white space.
_SPACE = "\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_SPACES = re.compile(f"[{_SPACE}]+")


def _cosines(words: Words, bounds: list) -> list:
    size = len(bounds)
    postings = {}
    sentence = 0
    for value, place in zip(words.hashes, words.places):
        while sentence < size and place >= bounds[sentence][1]:
            sentence += 1
        if sentence == size:
            break
        if value in FUNCTION_WORDS:
            continue
        posting = postings.setdefault(value, {})
        posting[sentence] = posting.get(sentence, 0) + 1
    products = [[0.0] * size for _ in range(size)]
    squares = [0.0] * size
    for posting in postings.values():
        odds = (size - len(posting) + 0.5) / (len(posting) + 0.5)
        entries = list(posting.items())
        for a, (row, times) in enumerate(entries):
            weight = odds * times
            squares[row] += weight * times
            for column, other in entries[:a]:
                products[row][column] += weight * other
    lengths = [math.sqrt(square) for square in squares]
    for i in range(size):
        for j in range(i):
            both = lengths[i] * lengths[j]
            products[i][j] = products[j][i] = products[i][j] / both if both > 0 else 0.0
    return products


def _walk(cosines: list) -> list:
    size = len(cosines)
    edges = []
    for row in cosines:
        near = [(column, cosine) for column, cosine in enumerate(row) if cosine >= EDGE]
        total = 0.0
        for _, cosine in near:
            total += cosine
        edges.append([(column, cosine / total) for column, cosine in near])
    scores = [1 / size] * size if size else []
    for _ in range(ITERATIONS):
        following = [(1 - DAMPING) / size] * size if size else []
        for row, near in enumerate(edges):
            score = DAMPING * scores[row]
            for column, share in near:
                following[column] += score * share
        scores = following
    return scores


def _count(text: str) -> int:
    return len(Words(units_of(text.encode())))


def _how_many_hold(size: int, holds) -> int:
    low = 0
    high = size
    while low < high:
        middle = (low + high) >> 1
        if holds(middle):
            low = middle + 1
        else:
            high = middle
    return low


def _cut_to_budget(units: list, limit: int) -> int:
    """How many units fit: cut before white space or an ideograph, otherwise between characters."""
    spaces = [_SPACES.fullmatch(chr(unit)) is not None for unit in units]
    cuts = [
        i
        for i, unit in enumerate(units)
        if (spaces[i] and (i == 0 or not spaces[i - 1])) or (i > 0 and not spaces[i - 1] and _is_ideograph(unit))
    ]
    cuts.append(len(units))

    def fits(length: int) -> bool:
        return _count(text_of(units[:length])) <= limit

    place = _how_many_hold(len(cuts), lambda i: fits(cuts[i]))
    if place > 0 and cuts[place - 1] > 0:
        return cuts[place - 1]
    length = _how_many_hold(len(units), lambda i: fits(i + 1))
    pair = 0 < length < len(units) and units[length - 1] & 0xFC00 == 0xD800 and units[length] & 0xFC00 == 0xDC00
    return length - 1 if pair else length


def _is_ideograph(unit: int) -> bool:
    return 0x2E80 <= unit <= 0x9FFF or 0xF900 <= unit <= 0xFAFF


def _whole_span(bounds: list, continued: set, sentence: int) -> tuple:
    start = bounds[sentence][0]
    last = sentence
    while last + 1 in continued and bounds[last + 1][1] - start <= MAX_TAKEN_UNITS:
        last += 1
    return start, bounds[last][1]


def summarise(text: list, limit: int) -> tuple:
    """Text, its tokens, and whether the source was longer than is read; for UTF-16 units and a limit in words."""
    read = text[:MAX_UNITS]
    continued = set()
    bounds = split_sentences(read, MAX_SENTENCES, MAX_SENTENCE_UNITS, continued)
    truncated = len(read) < len(text) or len(bounds) >= MAX_SENTENCES
    cosines = _cosines(Words(read), bounds)
    scores = _walk(cosines)
    ranked = sorted(range(len(bounds)), key=lambda sentence: (-scores[sentence], sentence))
    order = [sentence for sentence in ranked if sentence not in continued]

    def piece(start: int, end: int) -> str:
        return _SPACES.sub(" ", text_of(read[start:end]))

    chosen = {}
    tokens = 0

    def is_repeated(sentence: int) -> bool:
        return any(cosines[sentence][other] > REPETITION for other in chosen)

    for sentence in order:
        if is_repeated(sentence):
            continue
        whole = piece(*_whole_span(bounds, continued, sentence))
        cost = _count(whole)
        if cost > 0 and tokens + cost <= limit:
            chosen[sentence] = whole
            tokens += cost
        if tokens >= limit:
            break
    if tokens * 2 <= limit:
        for sentence in order:
            left_out = sentence + 1 in continued and sentence not in chosen and not is_repeated(sentence)
            if chosen and not left_out:
                continue
            start, end = _whole_span(bounds, continued, sentence)
            cut = _cut_to_budget(read[start:end], limit - tokens)
            if cut > 0:
                chosen[sentence] = piece(start, start + cut)
                tokens += _count(chosen[sentence])
            break
    return " ".join(chosen[sentence] for sentence in sorted(chosen)), tokens, truncated
