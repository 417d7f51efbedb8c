"""Counts of many units at once: what each person adds to her unit's counts from which day on, summed when asked.

`deltas.py` is pure; `parts.py` reads what it needs, `services.py` writes beside a person's standings, and `queries.py`
sums.
"""
