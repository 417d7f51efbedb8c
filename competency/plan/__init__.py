"""The individual development plan: proposed from the gap, agreed in the medarbetarsamtal, followed up.

What follows from the gap is worked out each time it is shown. Kept is only what people have said and signed: goals of
their own, dates, notes and signatures, as a log of events that is folded by `life`.
"""
