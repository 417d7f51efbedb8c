"""Which passages are worth scoring: some out of a hundred thousand, found in a few short questions.

Those that answer everything come first, then those that answer all but the most common word, and so on down to the
rarest word alone. A word that stands in nearly every passage tells little, so it is only looked for in names unless
there is nothing rarer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from search.storage import Question, storage
from search.storage.base import Group
from search.swedish import Sought, Vocabulary, Wanted

MOST = 160
FEW = 60
MOST_GROUPS = 8
COMMON_SHARE = 0.05


def candidates(
    sought: Sought,
    signs: Mapping[str, str],
    vocabulary: Vocabulary,
    most: int = MOST,
    hidden: frozenset[int] = frozenset(),
) -> list[int]:
    """Return the numbers of at most `most` passages, those that answer more of the query first.

    So many more are asked for as are `hidden`, or what somebody may not see would take the room of what she may.
    """
    groups = _rarest_first(sought, signs, vocabulary)
    found: dict[int, None] = {}
    asked: set[Question] = set()
    for question, limit in _questions(groups, vocabulary.texts, most):
        if len(found) >= most:
            break
        if question in asked:
            continue
        asked.add(question)
        room = min(limit, most)
        matching = storage().matching(question, room + len(hidden))
        found.update(dict.fromkeys([pk for pk in matching if pk not in hidden][:room]))
    return list(found)[:most]


def _rarest_first(sought: Sought, signs: Mapping[str, str], vocabulary: Vocabulary) -> list[tuple[int, Group]]:
    """Return the groups that can be answered, each with how many passages may hold it."""
    groups = [(_how_many(wanted, vocabulary), _group(wanted, signs)) for wanted in sought.wanted]
    return sorted((each for each in groups if each[1]), key=lambda each: each[0])[:MOST_GROUPS]


def _group(wanted: Wanted, signs: Mapping[str, str]) -> Group:
    alternatives = (each.terms for each in wanted.alternatives)
    return tuple(tuple(signs[term] for term in terms) for terms in alternatives if all(term in signs for term in terms))


def _how_many(wanted: Wanted, vocabulary: Vocabulary) -> int:
    return sum(min(map(vocabulary.frequency, each.terms), default=0) for each in wanted.alternatives)


def _questions(groups: list[tuple[int, Group]], texts: int, most: int) -> Iterator[tuple[Question, int]]:
    """Return what to ask, most telling first, each with how many answers are wanted."""
    only = tuple(group for _count, group in groups)
    if not only:
        return
    yield Question(only, in_names=True), most // 2
    yield Question(only), most
    for left_out in range(len(only) - 1, -1, -1) if len(only) > 2 else ():
        yield Question(only[:left_out] + only[left_out + 1 :]), most // 2
    for count, group in groups:
        yield Question((group,), in_names=True), most // 3
        if count <= max(FEW, texts * COMMON_SHARE):
            yield Question((group,)), most
    for _count, group in groups:
        yield Question((group,)), FEW
