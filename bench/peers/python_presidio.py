"""Presidio's pattern recognisers: those switched on for English, without a model of language, so without NER and words of context.

Reads requests from standard input, one JSON on a line: {"texts": [...], "passes": n}, and answers each with a line: the CPU seconds of
all passes, and the findings of each text as [type, start, end, score], offsets in code points.
"""
import json
import resource
import sys

import tldextract

# The list of suffixes that came with the package; by default it is looked up on the network.
tldextract.extract = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
tldextract.extract("example.org")

from presidio_analyzer import AnalyzerEngine  # noqa: E402
from presidio_analyzer.nlp_engine import NoOpNlpEngine  # noqa: E402

no_model = NoOpNlpEngine([{"lang_code": "en", "model_name": "no_op"}])
analyzer = AnalyzerEngine(nlp_engine=no_model, supported_languages=["en"])


def cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


for line in sys.stdin:
    request = json.loads(line)
    found = []
    before = cpu_seconds()
    for _ in range(request["passes"]):
        found = [analyzer.analyze(text, "en") for text in request["texts"]]
    seconds = cpu_seconds() - before
    findings = [[[each.entity_type, each.start, each.end, each.score] for each in of_text] for of_text in found]
    print(json.dumps({"seconds": seconds, "findings": findings}), flush=True)
