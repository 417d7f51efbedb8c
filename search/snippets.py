"""The part of a text that shows why it was found, with what was found in it marked. Pure.

Marks lie on whole words as they are written. What is shown is never HTML until it has been escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LONGEST = 220
BEFORE = 60
MORE = "…"

Mark = tuple[int, int]


@dataclass(frozen=True)
class Piece:
    text: str
    is_hit: bool


def pieces(text: str, marks: Iterable[Mark], longest: int = LONGEST) -> tuple[Piece, ...]:
    """Return the stretch of the text with most in it that is marked, cut between words."""
    merged = _merged(marks)
    start = _start(text, merged, longest)
    end = _end(text, start, longest)
    found: list[Piece] = [Piece(MORE + " ", False)] if start else []
    place = start
    for first, last in merged:
        if first < start or last > end:
            continue
        found += [Piece(text[place:first], False), Piece(text[first:last], True)]
        place = last
    found.append(Piece(text[place:end] + (" " + MORE if end < len(text.rstrip()) else ""), False))
    return tuple(Piece(" ".join(piece.text.split("\n")), piece.is_hit) for piece in found if piece.text)


def _merged(marks: Iterable[Mark]) -> list[Mark]:
    """Return the marks in order; those that overlap are one."""
    found: list[Mark] = []
    for start, end in sorted(set(marks)):
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _start(text: str, marks: Sequence[Mark], longest: int) -> int:
    """Return where the stretch begins that holds most marks: a little before one of them, at the start of a word."""
    if len(text) <= longest or not marks:
        return 0
    room = longest - BEFORE
    best = max(
        marks, key=lambda mark: (sum(mark[0] <= each[0] and each[1] <= mark[0] + room for each in marks), -mark[0])
    )
    if best[0] <= BEFORE:
        return 0
    sentence = max(text.rfind(sign, best[0] - BEFORE, best[0]) for sign in (". ", "? ", "! ", "\n"))
    place = sentence if sentence >= 0 else text.find(" ", best[0] - BEFORE, best[0])
    if place < 0:
        return best[0]
    return place + len(text[place : best[0]]) - len(text[place : best[0]].lstrip(".?! \n"))


def _end(text: str, start: int, longest: int) -> int:
    if len(text) - start <= longest:
        return len(text)
    blank = max(text.rfind(" ", start + 1, start + longest), text.rfind("\n", start + 1, start + longest))
    return blank if blank > start else start + longest
