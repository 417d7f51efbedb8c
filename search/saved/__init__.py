"""Searches that somebody wants to make again: hers, and kept because she asked for it."""
