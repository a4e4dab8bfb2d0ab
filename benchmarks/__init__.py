"""How fast the package is, measured against what a learner would pick instead.

``python -m benchmarks`` measures everything, prints the tables and writes ``results.json``.
"""
