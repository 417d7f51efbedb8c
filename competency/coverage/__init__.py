"""Coverage: what a unit needs somebody to be able to do, who can, and what happens if some of them are not there.

It counts people, and claims nothing about the schedule: that two can by night does not say that one of them works.
"""
