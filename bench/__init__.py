"""Benchmarks: each compares the register with a named limit in one run. `python -m bench --help`."""
