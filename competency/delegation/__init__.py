"""Delegations: a licensed person's signed decision that a named colleague may do a task, somewhere, for a time.

A delegation never proves competence, and a course never gives permission. The rules are those of SOSFS 1997:14 and the
patient safety act (2010:659) 6 kap. 3 §; what is decided within them stands in docs/delegations.md.
"""
