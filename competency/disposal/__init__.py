"""Disposal of what people have agreed and decided: delegations, the words of plans, occasions with their bookings.

The one way by which such rows go: `dispose`, under a permit that the database writes down as used only when the rows
are gone (semantics 10). What somebody has shown lies in the record store, whose own disposal it is.
"""
