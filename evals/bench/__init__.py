"""Benchmarks: retrieval, answers, ingestion. Each gives a dict of figures and prints nothing."""
