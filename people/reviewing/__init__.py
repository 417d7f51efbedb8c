"""A staff file that would end many employments, or suspend something delegated, waits for somebody (semantics 23).

What the file says outright, a last day, holds at once. While the rest waits, the live answer for those concerned is no.
"""
