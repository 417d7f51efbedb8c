"""The design system on one page: what `tests/test_design.py` looks at."""
