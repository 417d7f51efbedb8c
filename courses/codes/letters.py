"""The letters of a code: those that nobody takes for another, read from a wall or typed with a cold thumb.

Left out are 0, O and Q; 1, I and L; 2 and Z; 5 and S; 8 and B; 6 and G; U and V; A, E and Y, so that no code is a word.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

LETTERS = "3479CDFHJKMNPRTWX"
LENGTH = 5
LONGEST_TYPED = 40


def draw(choose: Callable[[Sequence[str]], str]) -> str:
    """Return a code of letters that `choose` takes, one at a time."""
    return "".join(choose(LETTERS) for _ in range(LENGTH))


def read(typed: str) -> str | None:
    """Return the code that somebody means by what she typed, in any case, with any gaps; None if it is none."""
    if len(typed) > LONGEST_TYPED:
        return None
    code = "".join(each for each in typed.upper() if each not in " -–.·/")
    return code if len(code) == LENGTH and all(each in LETTERS for each in code) else None
