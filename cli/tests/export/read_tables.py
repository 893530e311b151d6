"""Queries a directory of Parquet files with DuckDB."""

import json
import sys

import duckdb

folder = sys.argv[1]
database = duckdb.connect()
for table in ["runs", "functions", "frames", "blocks", "events", "pointers"]:
    database.sql(f"CREATE VIEW {table} AS SELECT * FROM '{folder}/{table}/*.parquet'")


def rows(query):
    result = database.sql(query)
    return [list(row) for row in result.fetchall()]


json.dump(
    {
        "runs": rows("SELECT run, host, program, year(started) > 2000, lost, threads FROM runs ORDER BY run"),
        "totals": rows(
            "SELECT allocs, allocated_bytes, frees, live_blocks, live_bytes, peak_bytes, events FROM runs"
        ),
        "events": rows("SELECT count(*), count(DISTINCT seq) FROM events GROUP BY run"),
        "kinds": dict(rows("SELECT event, count(*) FROM events GROUP BY event")),
        "blocks": rows(
            """SELECT count(*), sum(allocated_bytes)::BIGINT, count(free_ns), count(*) - count(free_ns),
                (sum(last_bytes) FILTER (free_ns IS NULL))::BIGINT FROM blocks GROUP BY run"""
        ),
        "sites": rows(
            """SELECT function, count(*), sum(allocated_bytes)::BIGINT,
                coalesce(sum(last_bytes) FILTER (free_ns IS NULL), 0)::BIGINT
                FROM blocks WHERE function IS NOT NULL GROUP BY function, run ORDER BY function"""
        ),
        "owners": rows(
            """SELECT DISTINCT owner, owner_type, owner_function, dropped_with, reallocs, first_bytes, last_bytes
                FROM blocks WHERE owner IN ('seven', 'moved', 'bytes') ORDER BY ALL"""
        ),
        "frames": dict(rows("SELECT function, count(*) FROM frames GROUP BY function")),
        "ends": dict(rows("SELECT how, count(*) FROM frames GROUP BY how")),
        "async": rows("SELECT DISTINCT function FROM frames WHERE async"),
        "functions": rows(
            "SELECT function, calls, returned, unwound, allocs, allocated_bytes FROM functions ORDER BY function"
        ),
        "own": rows("SELECT sum(allocs)::BIGINT, sum(allocated_bytes)::BIGINT FROM frames GROUP BY run"),
        "pointers": rows(
            """SELECT DISTINCT e.type, p.region, p.owns FROM pointers p JOIN events e USING (run, seq)
                WHERE p.local = 'seven' AND e.event = 'bind'"""
        ),
        "types": rows("SELECT column_name, column_type FROM (DESCRIBE runs) LIMIT 6"),
    },
    sys.stdout,
)
