"""The best Python stack of mails to chunks: email (compat32), selectolax, three regular expressions, tokenizers, offset chunks.

No language is told, and attachments are only counted. Arguments as of bench/mail/our-mail.ts; the report too.
"""
import email
import hashlib
import json
import re
import resource
import sys

from selectolax.lexbor import LexborHTMLParser
from tokenizers import Tokenizer

list_file, tokenizer_file, passes = sys.argv[1], sys.argv[2], int(sys.argv[3])
with open(list_file) as lines:
    paths = [line.strip() for line in lines if line.strip()]

tokenizer = Tokenizer.from_file(tokenizer_file)
tokenizer.no_truncation()
tokenizer.no_padding()

PERSONAL = [
    (re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,190}\.[A-Za-z]{2,24}"), "<EMAIL>"),
    (re.compile(r"(?<!\d)(?:\+\d{1,3}[ -]?)?(?:\(\d{2,4}\)[ -]?)?\d{3}[ -]\d{3,4}[ -]?\d{0,4}(?!\d)"), "<PHONE>"),
    (re.compile(r"\b(?:\d[ -]?){13,16}\b"), "<CARD>"),
]
LIMIT, OVERLAP, BATCH = 510, 50, 64


def text_of(raw):
    plain, html = [], []
    for part in email.message_from_bytes(raw).walk():
        kind = part.get_content_type()
        if kind not in ("text/plain", "text/html") or part.get_filename():
            continue
        payload = part.get_payload(decode=True) or b""
        try:
            text = payload.decode(part.get_content_charset() or "utf-8", "replace")
        except LookupError:
            text = payload.decode("latin-1")
        (plain if kind == "text/plain" else html).append(text)
    if plain:
        return "\n".join(plain)
    return "\n".join(LexborHTMLParser(text).text(separator="\n") for text in html)


def without_quotes(text):
    return "\n".join(line for line in text.split("\n") if not line.startswith(">"))


def chunks_of(text, encoding):
    offsets = encoding.offsets
    start = 0
    while start < len(offsets):
        end = min(start + LIMIT, len(offsets))
        yield text[offsets[start][0] : offsets[end - 1][1]]
        if end == len(offsets):
            return
        start = end - OVERLAP


def one_pass():
    counts = {"bytes": 0, "chunks": 0, "tokens": 0, "failed": 0}
    for at in range(0, len(paths), BATCH):
        texts = []
        for path in paths[at : at + BATCH]:
            with open(path, "rb") as mail:
                raw = mail.read()
            counts["bytes"] += len(raw)
            try:
                text = without_quotes(text_of(raw))
            except Exception:
                counts["failed"] += 1
                continue
            for pattern, name in PERSONAL:
                text = pattern.sub(name, text)
            texts.append(text.encode("utf-8", "replace").decode("utf-8"))
        for text, encoding in zip(texts, tokenizer.encode_batch(texts, add_special_tokens=False)):
            counts["tokens"] += len(encoding.ids)
            for chunk in chunks_of(text, encoding):
                hashlib.sha256(chunk.encode()).hexdigest()
                counts["chunks"] += 1
    return counts


def cpu_seconds():
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    )


counts = one_pass()
cold = cpu_seconds()
warm = cold
for _ in range(1, passes):
    before = cpu_seconds()
    counts = one_pass()
    warm = cpu_seconds() - before
print(json.dumps({"mails": len(paths), **counts, "coldSeconds": cold, "warmSeconds": warm}))
