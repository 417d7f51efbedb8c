"""The inspection pack: what a unit was asked for, could do and was permitted on a day, with its evidence.

It is a file of lines, each bound to the one before it by its hash, and a document that refers to the lines by number.
"""
