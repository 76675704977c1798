"""Words of a text, as drivers/embedded/models/fold.ts and word-scanner.ts read them: by UTF-16 unit."""

import unicodedata

MAX_UNITS = 32_768
SEPARATOR = 0
JOINER = 1
MASK = 0xFFFFFFFF
FNV_BASIS = 0x811C9DC5
FNV_PRIME = 0x01000193


def units_of(text: bytes) -> list:
    """UTF-16 units of UTF-8 bytes; bytes that are not UTF-8 become U+FFFD."""
    encoded = text.decode("utf-8", "replace").encode("utf-16-le")
    return list(memoryview(encoded).cast("H"))


def text_of(units: list) -> str:
    return b"".join(unit.to_bytes(2, "little") for unit in units).decode("utf-16-le", "replace")


def mix(h: int) -> int:
    h = ((h ^ (h >> 16)) * 0x85EBCA6B) & MASK
    h = ((h ^ (h >> 13)) * 0xC2B2AE35) & MASK
    return h ^ (h >> 16)


def pair_hash(first: int, second: int) -> int:
    return mix(((first * 0x9E3779B1) & MASK) ^ second)


def _fold_ascii(unit: int) -> int:
    if 0x41 <= unit <= 0x5A:
        return unit + 32
    return unit if 0x61 <= unit <= 0x7A or 0x30 <= unit <= 0x39 else SEPARATOR


def _fold_cased(unit: int) -> int:
    lower = unicodedata.normalize("NFD", chr(unit))[0].lower()
    if lower == "\u03c2":
        return 0x3C3
    return ord(lower) if len(lower) == 1 else unit


def _fold(unit: int) -> int:
    if unit < 0xAA:
        return _fold_ascii(unit)
    if unit < 0xC0:
        return unit if unit in (0xAA, 0xB5, 0xBA) else SEPARATOR
    if unit in (0xD7, 0xF7):
        return SEPARATOR
    if 0x300 <= unit <= 0x36F:
        return JOINER
    if unit < 0x530 or 0x1E00 <= unit < 0x2000:
        return _fold_cased(unit)
    if 0x2000 <= unit <= 0x2BFF or 0x2E00 <= unit <= 0x2E7F or 0x3000 <= unit <= 0x303F:
        return SEPARATOR
    if 0xFF01 <= unit <= 0xFF5E:
        return _fold_ascii(unit - 0xFEE0)
    if 0xFE00 <= unit <= 0xFE6F:
        return JOINER
    return SEPARATOR if 0xE000 <= unit <= 0xF8FF else unit


def _make_table() -> list:
    table = [_fold(unit) for unit in range(0x10000)]
    for unit in (0x27, 0xAD, 0x2019, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF):
        table[unit] = JOINER
    return table


FOLDED = _make_table()


def _stands_alone(unit: int) -> bool:
    return 0x2E80 <= unit <= 0x9FFF or 0xD800 <= unit <= 0xDFFF or 0xF900 <= unit <= 0xFAFF


class Words:
    """Word i has hashes[i] and the folded units[starts[i]:ends[i]]; places[i] is where it begins in the text."""

    __slots__ = ("hashes", "starts", "ends", "places", "units")

    def __init__(self, text: list) -> None:
        self.hashes = []
        self.starts = []
        self.ends = []
        self.places = []
        self.units = []
        self._scan(text[:MAX_UNITS])

    def __len__(self) -> int:
        return len(self.hashes)

    def _scan(self, text: list) -> None:
        units = self.units
        word_start = 0
        value = FNV_BASIS
        place = 0
        after_alone = False
        after_high = False
        for at, unit in enumerate(text + [0x20]):
            folded = FOLDED[unit]
            if folded == JOINER:
                continue
            alone = unit >= 0x2E80 and _stands_alone(unit)
            pairs = after_high and unit & 0xFC00 == 0xDC00
            boundary = folded == SEPARATOR or ((alone or after_alone) and not pairs)
            if boundary and len(units) > word_start:
                self.hashes.append(mix(value))
                self.starts.append(word_start)
                self.ends.append(len(units))
                self.places.append(place)
                word_start = len(units)
                value = FNV_BASIS
            after_alone = alone
            after_high = unit & 0xFC00 == 0xD800
            if folded == SEPARATOR:
                continue
            if len(units) == word_start:
                place = at
            value = ((value ^ folded) * FNV_PRIME) & MASK
            units.append(folded)


def hashes_of(words: str) -> frozenset:
    return frozenset(Words(units_of(words.encode())).hashes)
