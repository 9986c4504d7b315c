"""Connects clients of relational databases to a PostgreSQL server: one module for each library."""
