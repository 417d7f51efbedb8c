"""The dry run: who would gain or lose what, from when, if a rule, a requirement or a course were published.

What is tried is a list of drafts: rows of the law book, checked as publishing checks them and not saved. The real
history is folded by the book as it is and by the book with the drafts in it, and the two are compared (`comparing`,
pure). Nothing is written but the run itself and what it found.
"""
