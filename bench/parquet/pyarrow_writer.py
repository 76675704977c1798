"""pyarrow as one writer of the bench: pyarrow_writer.py columns|rows FILES FOLDER CPU-SECONDS. Prints what it measured as JSON."""

import json
import resource
import sys
import time

import pyarrow as pa
import pyarrow.parquet as pq

pa.set_cpu_count(1)
pa.set_io_thread_count(1)

mode, files, folder, seconds = sys.argv[1], int(sys.argv[2]), sys.argv[3], float(sys.argv[4])
columns = pq.read_table(f"{folder}/input.parquet").combine_chunks()
schema = columns.schema
count = len(columns)
rows = columns.to_pylist() if mode == "rows" else []


def write():
    table = pa.Table.from_pylist(rows, schema=schema) if mode == "rows" else columns
    out = pa.BufferOutputStream()
    pq.write_table(
        table,
        out,
        compression="zstd",
        compression_level=1,
        use_dictionary=["document_id", "source"],
        use_byte_stream_split=["embedding.list.element"],
        row_group_size=count,
    )
    return out.getvalue().size


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run(times):
    start = time.process_time()
    sizes = []
    while len(sizes) < times and time.process_time() - start < seconds:
        sizes.append(write())
    return sizes, time.process_time() - start


before = peak()
first, cold = run(2)
sizes, warm = run(files)
print(
    json.dumps(
        {
            "rows": count * len(sizes),
            "cpuSeconds": warm,
            "coldRate": len(first) * count / cold,
            "fileBytes": sum(sizes),
            "rawBytes": 0,
            "peakRssMiB": peak() - before,
        }
    )
)
