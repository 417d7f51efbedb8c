"""Assignments: what a manager or chief nurse asks somebody, or a whole team, to learn by a day, and why."""
