"""The rules that show a level: seen, changed as alternatives, tried and published; and what is accepted from others."""
