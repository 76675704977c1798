"""Summaries of whole sentences, as drivers/embedded/models/lexrank.ts and sentence-graph.ts pick them."""

import math
import re

from .function_words import FUNCTION_WORDS
from .sentences import split_sentences
from .words import MAX_UNITS, Words, text_of, units_of

MAX_SENTENCES = 200
MAX_SENTENCE_UNITS = 600
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


def _cut_first(units: list, limit: int) -> tuple:
    """No sentence fits: the best one is cut at a space."""
    spaces = [_SPACES.fullmatch(chr(unit)) is not None for unit in units]
    cuts = [i for i, space in enumerate(spaces) if space and (i == 0 or not spaces[i - 1])]
    cuts.append(len(units))
    low = 0
    high = len(cuts)
    while low < high:
        middle = (low + high) >> 1
        if _count(text_of(units[: cuts[middle]])) <= limit:
            low = middle + 1
        else:
            high = middle
    length = 0 if low == 0 else cuts[low - 1]
    if length == 0:
        return "", 0
    piece = _SPACES.sub(" ", text_of(units[:length]))
    return piece, _count(piece)


def summarise(text: list, limit: int) -> tuple:
    """Text, its tokens, and whether the source was longer than is read; for UTF-16 units and a limit in words."""
    read = text[:MAX_UNITS]
    bounds = split_sentences(read, MAX_SENTENCES, MAX_SENTENCE_UNITS)
    truncated = len(read) < len(text) or len(bounds) >= MAX_SENTENCES
    cosines = _cosines(Words(read), bounds)
    scores = _walk(cosines)
    order = sorted(range(len(bounds)), key=lambda sentence: (-scores[sentence], sentence))
    texts = [_SPACES.sub(" ", text_of(read[start:end])) for start, end in bounds]
    chosen = []
    tokens = 0
    for sentence in order:
        if any(cosines[sentence][other] > REPETITION for other in chosen):
            continue
        cost = _count(texts[sentence])
        if cost == 0 or tokens + cost > limit:
            continue
        chosen.append(sentence)
        tokens += cost
        if tokens >= limit:
            break
    if chosen:
        return " ".join(texts[sentence] for sentence in sorted(chosen)), tokens, truncated
    if not order:
        return "", 0, truncated
    start, end = bounds[order[0]]
    return (*_cut_first(read[start:end], limit), truncated)
