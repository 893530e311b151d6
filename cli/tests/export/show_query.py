"""Runs a query in the current folder and prints its result as the database's own shell does."""

import sys

import duckdb

duckdb.sql(sys.argv[1]).show()
