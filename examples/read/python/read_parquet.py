"""Reads the Parquet files of an archive: DuckDB for questions, pyarrow for vectors.

    pip install -r requirements.txt
    python read_parquet.py archive-data/objects/parquet
"""

import json
import sys

import duckdb
import pyarrow.dataset as ds


def labels(folder: str) -> dict:
    """Accepted labels of the newest revision of every document."""
    rows = duckdb.sql(
        """
        WITH newest AS (
          SELECT document_id, max(revision) AS revision
          FROM read_parquet($documents, hive_partitioning = true, union_by_name = true) GROUP BY ALL)
        SELECT label, count(DISTINCT document_id) AS documents
        FROM read_parquet($classifications, hive_partitioning = true, union_by_name = true)
        JOIN newest USING (document_id, revision) WHERE accepted GROUP BY label ORDER BY label
        """,
        params={
            "documents": f"{folder}/documents/**/*.parquet",
            "classifications": f"{folder}/classifications/**/*.parquet",
        },
    ).fetchall()
    return dict(rows)


def vectors(folder: str, tenant: str):
    """Chunk ids and a matrix with a row for each of them. Folders of other tenants are not opened."""
    dataset = ds.dataset(f"{folder}/embeddings", format="parquet", partitioning="hive")
    table = dataset.to_table(columns=["chunk_id", "embedding"], filter=ds.field("tenant") == tenant)
    numbers = table.column("embedding").combine_chunks().flatten().to_numpy()
    return table.column("chunk_id").to_pylist(), numbers.reshape(table.num_rows, -1)


def main(folder: str, tenant: str = "default") -> None:
    ids, matrix = vectors(folder, tenant)
    nearest = None
    if len(ids) > 1:
        # Vectors have length 1, so their product is the cosine.
        closeness = matrix[1:] @ matrix[0]
        nearest = ids[1 + int(closeness.argmax())]
    found = {"labels": labels(folder), "vectors": list(matrix.shape), "nearestToFirst": nearest}
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
