"""The Spark script that people write for this: regular expressions, NLTK's words, Parquet. Arguments: a folder of mails, a folder to write to.

It takes mails as they are, headers and encoded attachments too, and keeps the raw text beside the redacted one. As Spark does not know
that a function of Python is costly, it redacts twice. NLTK's sentences are left out (they need a file that is not on PyPI), which makes
it quicker. Prints as JSON how many mails it wrote, and the CPU seconds of this process, of Java, and of Spark's workers, which `time` does
not see: they are read from /proc, so this needs Linux.
"""
import json
import os
import re
import sys

import nltk
from pyspark.sql import SparkSession
from pyspark.sql import functions as f
from pyspark.sql.types import ArrayType, StringType

folder, out = sys.argv[1], sys.argv[2]

PERSONAL = [
    (re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,190}\.[A-Za-z]{2,24}"), "<EMAIL>"),
    (re.compile(r"(?<!\d)(?:\+\d{1,3}[ -]?)?(?:\(\d{2,4}\)[ -]?)?\d{3}[ -]\d{3,4}[ -]?\d{0,4}(?!\d)"), "<PHONE>"),
    (re.compile(r"\b(?:\d[ -]?){13,16}\b"), "<CARD>"),
]


@f.udf(StringType())
def redact(text):
    for pattern, name in PERSONAL:
        text = pattern.sub(name, text)
    return text


@f.udf(ArrayType(StringType()))
def words(text):
    return nltk.word_tokenize(text, preserve_line=True)


def cpu_seconds():
    """Of this process and everything below it, with what was waited for."""
    parents, times = {}, {}
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/stat") as stat:
                fields = stat.read().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(name)] = int(fields[1])
        times[int(name)] = sum(int(field) for field in fields[11:15])

    def below(pid):
        return pid == os.getpid() or (pid in parents and below(parents[pid]))

    return sum(time for pid, time in times.items() if below(pid)) / os.sysconf("SC_CLK_TCK")


spark = (
    SparkSession.builder.master("local[1]")
    .config("spark.ui.enabled", "false")
    .config("spark.driver.host", "127.0.0.1")
    .config("spark.driver.bindAddress", "127.0.0.1")
    .config("spark.local.dir", f"{out}-work")
    .config("spark.sql.warehouse.dir", f"{out}-work")
    .getOrCreate()
)
spark.sparkContext.setLogLevel("ERROR")
mails = spark.read.text(folder, wholetext=True).withColumnRenamed("value", "raw")
(
    mails.withColumn("path", f.input_file_name())
    .withColumn("redacted", redact("raw"))
    .withColumn("tokens", words("redacted"))
    .withColumn("token_count", f.size("tokens"))
    .write.mode("overwrite")
    .parquet(out)
)
seconds = cpu_seconds()
written = spark.read.parquet(out).count()
spark.stop()
print(json.dumps({"mails": written, "cpuSeconds": seconds}))
