"""Sentences of a text, as drivers/embedded/models/split-sentences.ts cuts them: ranges of UTF-16 units."""

import re

from .words import text_of

_CLOSING = frozenset((0x22, 0x27, 0x29, 0x5D, 0x201D, 0x2019, 0x300D))
_IDEOGRAPHIC_STOPS = frozenset((0x3002, 0xFF01, 0xFF1F))
_TERMINATORS = frozenset((0x2E, 0x21, 0x3F, 0x2026)) | _IDEOGRAPHIC_STOPS
_WRAPPED_UNITS = 50
_ABBREVIATIONS = frozenset(
    """mr mrs ms dr prof st sr jr vs etc inc ltd co corp no nos fig vol dept approx e.g i.e eg ie cf al bzw z.b d.h usw
    ca art sec para p pp jan feb mar apr jun jul aug sep sept oct nov dec""".split()
)


def _is_blank(unit: int) -> bool:
    return unit <= 0x20 or unit == 0xA0 or unit == 0x3000


def _ends_at_newline(text: list, line_start: int, at: int) -> bool:
    if at - line_start < _WRAPPED_UNITS:
        return True
    following = text[at + 1 : at + 3]
    return following[:1] == [0x0A] or following == [0x0D, 0x0A]


def _end_after_terminator(text: list, start: int, at: int) -> int:
    unit = text[at]
    after = at + 1
    while after < len(text) and after <= at + 3 and text[after] in _CLOSING:
        after += 1
    if unit in _IDEOGRAPHIC_STOPS:
        return after
    if after < len(text) and not _is_blank(text[after]):
        return -1
    return -1 if unit == 0x2E and _is_abbreviation(text, start, at) else after


def _is_abbreviation(text: list, start: int, stop: int) -> bool:
    begin = stop
    while begin > start and stop - begin < 6 and text[begin - 1] > 0x20:
        begin -= 1
    if begin > start and text[begin - 1] > 0x20:
        return False
    word = text_of(text[begin:stop]).lstrip("(\"'").lower()
    return re.fullmatch("[a-z]", word) is not None or word in _ABBREVIATIONS


def split_sentences(text: list, max_sentences: int, max_units: int, continued: set = None) -> list:
    """Pairs (start, end), trimmed, never empty. Places of those that only go on with the one before are added to continued."""
    bounds = []
    goes_on = False
    start = 0
    line_start = 0
    space = -1

    def push(begin: int, end: int) -> bool:
        while begin < end and _is_blank(text[begin]):
            begin += 1
        while end > begin and _is_blank(text[end - 1]):
            end -= 1
        if begin < end:
            if goes_on and continued is not None:
                continued.add(len(bounds))
            bounds.append((begin, end))
        return begin < end

    for at, unit in enumerate(text):
        if len(bounds) >= max_sentences:
            break
        is_space = unit <= 0x20
        is_terminator = unit in _TERMINATORS
        if not is_space and not is_terminator and at + 1 - start < max_units:
            continue
        end = _end_after_terminator(text, start, at) if is_terminator else -1
        if is_space:
            space = at
            if unit == 0x0A:
                if _ends_at_newline(text, line_start, at):
                    end = at
                line_start = at + 1
        too_long = end < 0 and at + 1 - start >= max_units
        if too_long:
            high = text[at] & 0xFC00 == 0xD800
            end = space if space > start else (at if high else at + 1)
        if end < 0:
            continue
        pushed = push(start, end)
        goes_on = too_long and (pushed or goes_on)
        start = end
    if len(bounds) < max_sentences:
        push(start, len(text))
    return bounds
