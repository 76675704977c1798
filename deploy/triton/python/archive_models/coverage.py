"""Summaries of whole sentences, as drivers/embedded/models/coverage.ts and what it imports pick them."""

import math
import re

from .function_words import FUNCTION_WORDS
from .sentences import split_sentences
from .words import Words, text_of, units_of

MAX_READ_UNITS = 262_144
MAX_SENTENCES = 10_000
MAX_SENTENCE_UNITS = 600
MAX_TAKEN_UNITS = 1_200
LEAST_WORDS = 6
MOST_WORDS = 60
SAID_ONCE = 0.5
SAID_ALREADY = 0.3
LEAD = 0.5
LEAD_SENTENCES = 10
REPETITION_NINTHS = 9
REPETITION_PARTS = 25
MOST_PLACEHOLDER_UNITS = 64
_ADDRESS = tuple(units_of(each) for each in (b"http://", b"https://", b"www."))
# What JavaScript calls white space.
_SPACE = "\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_SPACES = re.compile(f"[{_SPACE}]+")


def _is_capital(unit: int) -> bool:
    return 0x41 <= unit <= 0x5A


def _no_matter_end(text: list, at: int) -> int:
    """Where a placeholder or the address of a page ends whose first word begins at `at`; 0 when there is none."""
    size = len(text)
    if at > 0 and text[at - 1] == 0x5B and _is_capital(text[at]):
        end = at
        while end < min(size, at + MOST_PLACEHOLDER_UNITS) and (
            _is_capital(text[end]) or text[end] == 0x5F or 0x30 <= text[end] <= 0x39
        ):
            end += 1
        return end if end < size and text[end] == 0x5D else 0
    if text[at] in (0x68, 0x77) and any(text[at : at + len(each)] == each for each in _ADDRESS):
        end = at
        while end < size and text[end] > 0x20:
            end += 1
        return end
    return 0


class _Matter:
    """By sentence: how many words it has, and its different words with matter in their order; by word: what it is worth."""

    def __init__(self, text: list, bounds: list) -> None:
        self.lengths = []
        self.words = []
        self.words_read = 0
        counts = {}
        for start, end in bounds:
            scanned = Words(text[start:end])
            hidden = 0
            own = {}
            for i, value in enumerate(scanned.hashes):
                at = start + scanned.places[i]
                if at >= hidden:
                    hidden = _no_matter_end(text, at)
                if at < hidden or value in FUNCTION_WORDS:
                    continue
                first = scanned.units[scanned.starts[i]]
                is_number = 0x30 <= first <= 0x39
                is_letter = scanned.ends[i] == scanned.starts[i] + 1 and first < 0x2E80
                if not is_number and not is_letter:
                    own[value] = True
            for value in own:
                counts[value] = counts.get(value, 0) + 1
            self.lengths.append(len(scanned))
            self.words.append(tuple(own))
            self.words_read += len(scanned)
        self.worth = {value: SAID_ONCE + _log2_between(count) for value, count in counts.items()}


def _log2_between(n: int) -> float:
    exponent = n.bit_length() - 1
    power = 1 << exponent
    return exponent + (n - power) / power


class _CoverageGain:
    """What sentences add to those that were said. Gains only fall: `most` holds the last ones, as bounds."""

    def __init__(self, matter: _Matter) -> None:
        self._matter = matter
        self._worth = dict(matter.worth)
        self._said = []
        self.most = [math.inf] * len(matter.lengths)

    def gain_of(self, sentence: int) -> float:
        total = 0.0
        for value in self._matter.words[sentence]:
            total += self._worth[value]
        lead = 1 + LEAD / (1 + sentence / LEAD_SENTENCES)
        self.most[sentence] = (lead * total) / math.sqrt(max(self._matter.lengths[sentence], 1))
        return self.most[sentence]

    def is_repeated(self, sentence: int) -> bool:
        own = self._matter.words[sentence]
        for other in self._said:
            shared = sum(1 for value in own if value in other)
            if shared * shared * REPETITION_PARTS > REPETITION_NINTHS * len(own) * len(other):
                return True
        return False

    def say(self, sentence: int) -> None:
        own = self._matter.words[sentence]
        for value in own:
            self._worth[value] *= SAID_ALREADY
        self._said.append(frozenset(own))


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


class _Choice:
    """Sentences of a text within a limit in words, as chooseSentences takes them."""

    def __init__(self, text: list, bounds: list, continued: set, matter: _Matter, limit: int) -> None:
        self._text = text
        self._bounds = bounds
        self._continued = continued
        self._matter = matter
        self._limit = limit
        self._room = limit
        self._coverage = _CoverageGain(matter)
        self._wholes = {}
        self._texts = set()
        self.chosen = {}
        self._all = [sentence for sentence in range(len(bounds)) if sentence not in continued]

    def _span(self, sentence: int) -> tuple:
        start = self._bounds[sentence][0]
        last = sentence
        while last + 1 in self._continued and self._bounds[last + 1][1] - start <= MAX_TAKEN_UNITS:
            last += 1
        return start, self._bounds[last][1]

    def _piece(self, start: int, end: int) -> str:
        return _SPACES.sub(" ", text_of(self._text[start:end]))

    def _whole(self, sentence: int) -> tuple:
        """Its text and its cost."""
        whole = self._wholes.get(sentence)
        if whole is None:
            piece = self._piece(*self._span(sentence))
            whole = self._wholes[sentence] = (piece, _count(piece))
        return whole

    def _add(self, sentence: int, piece: str) -> None:
        self.chosen[sentence] = piece
        self._texts.add(piece)
        self._room -= _count(piece)
        self._coverage.say(sentence)

    def _is_new(self, sentence: int) -> bool:
        piece, cost = self._whole(sentence)
        return cost > 0 and piece not in self._texts

    def _is_unlike(self, sentence: int) -> bool:
        return self._is_new(sentence) and not self._coverage.is_repeated(sentence)

    def _is_plain(self, sentence: int) -> bool:
        return (
            LEAST_WORDS <= self._matter.lengths[sentence] <= MOST_WORDS
            and sentence + 1 not in self._continued
        )

    def _is_half_left(self) -> bool:
        return self._room * 2 >= self._limit

    def _fit_together(self) -> bool:
        total = 0
        for sentence in self._all:
            total += self._whole(sentence)[1]
            if total > self._limit:
                return False
        return True

    def _take_best(self, candidates: list, is_wanted) -> None:
        coverage = self._coverage
        left = dict.fromkeys(candidates)
        while True:
            best = -1
            most = 0.0
            for sentence in list(left):
                if coverage.most[sentence] <= most or coverage.gain_of(sentence) <= most:
                    continue
                if self._whole(sentence)[1] > self._room or not is_wanted(sentence):
                    del left[sentence]
                else:
                    best = sentence
                    most = coverage.most[sentence]
            if best < 0:
                return
            del left[best]
            self._add(best, self._whole(best)[0])

    def _take_cut(self) -> None:
        candidates = self._all
        if self.chosen:
            candidates = [
                sentence
                for sentence in self._all
                if sentence + 1 in self._continued and sentence not in self.chosen and self._is_unlike(sentence)
            ]
        if not candidates:
            return
        best = max(candidates, key=self._coverage.gain_of)
        start, end = self._span(best)
        units = _cut_to_budget(self._text[start:end], self._room)
        if units > 0:
            self._add(best, self._piece(start, start + units))

    def take(self) -> None:
        if self._fit_together():
            for sentence in self._all:
                if self._is_new(sentence):
                    self._add(sentence, self._whole(sentence)[0])
        else:
            self._take_best([sentence for sentence in self._all if self._is_plain(sentence)], self._is_unlike)
            if self._is_half_left():
                self._take_best([sentence for sentence in self._all if not self._is_plain(sentence)], self._is_unlike)
            if self._is_half_left():
                self._take_best([sentence for sentence in self._all if sentence not in self.chosen], self._is_new)
        if self._is_half_left():
            self._take_cut()


def summarise(text: list, limit: int) -> tuple:
    """Text, its tokens, the words that were read, and whether the source was longer than is read; for UTF-16 units and a limit in words."""
    read = text[:MAX_READ_UNITS]
    continued = set()
    bounds = split_sentences(read, MAX_SENTENCES, MAX_SENTENCE_UNITS, continued)
    truncated = len(read) < len(text) or len(bounds) >= MAX_SENTENCES
    matter = _Matter(read, bounds)
    choice = _Choice(read, bounds, continued, matter, limit)
    choice.take()
    pieces = [choice.chosen[sentence] for sentence in sorted(choice.chosen)]
    return " ".join(pieces), sum(_count(piece) for piece in pieces), matter.words_read, truncated
