"""Texts of documents by pypdfium2 or openpyxl. Arguments: the library, a file with a path on each line, passes.

The report is that of bench/documents/document-report.ts: pages that have text, or rows.
"""
import io
import json
import logging
import resource
import sys
import warnings

engine, list_file, passes = sys.argv[1], sys.argv[2], int(sys.argv[3])
with open(list_file) as lines:
    paths = [line.strip() for line in lines if line.strip()]
warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)

if engine == "pypdfium2":
    import pypdfium2

    def texts_of(content):
        document = pypdfium2.PdfDocument(content)
        try:
            for page in document:
                layer = page.get_textpage()
                yield layer.get_text_range()
                layer.close()
                page.close()
        finally:
            document.close()

else:
    import openpyxl

    def texts_of(content):
        workbook = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        for sheet in workbook:
            for row in sheet.iter_rows(values_only=True):
                yield "\t".join("" if cell is None else str(cell) for cell in row)


def cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def one_pass():
    counts = {"units": 0, "characters": 0, "failed": 0}
    for path in paths:
        with open(path, "rb") as file:
            content = file.read()
        units = 0
        try:
            for text in texts_of(content):
                if text.strip():
                    units += 1
                    counts["characters"] += len(text)
        except Exception:
            pass
        counts["units"] += units
        counts["failed"] += units == 0
    return counts


counts = one_pass()
cold = cpu_seconds()
warm = cold
for _ in range(1, passes):
    before = cpu_seconds()
    counts = one_pass()
    warm = cpu_seconds() - before
print(json.dumps({**counts, "coldSeconds": cold, "warmSeconds": warm}))
