"""What an older competency showed counts for the one that takes over from it, and no more and no earlier."""

from __future__ import annotations

from competency.examining import examine
from competency.law import Inputs, Law
from competency.standing import INHERITED, Folded, fold

from .law_examples import (
    GRANVIK,
    LINEAGES,
    PLATFORM,
    claim,
    course,
    day,
    inputs,
    law,
    observed,
    quiz,
    review,
    rule,
    rules,
    succession,
)

SEEN = observed(10, 3, "seen")


def held(folded: dict[str, Folded], code: str, at: float) -> int:
    segment = folded.get(code, Folded()).at(day(at))
    return segment.level if segment else 0


def test_what_was_shown_of_the_old_counts_for_the_new_from_the_stated_day():
    folded = fold([SEEN], law(successions=(succession(at=100),)))
    assert (held(folded, "HYG-10", 99), held(folded, "HYG-10", 101)) == (0, 3)
    segment = folded["HYG-10"].at(day(101))
    old = folded["HYG-01"].at(day(101))
    assert segment.reasons == ("seen",)
    assert (segment.start, segment.rule_version) == (day(100), INHERITED)
    assert segment.ends == old.ends
    assert segment.end == old.end


def test_a_split_carries_each_level_over_as_stated():
    split = (succession(new="HYG-11", levels={1: 1, 3: 2}), succession(new="HYG-12", levels={3: 3, 4: 4}))
    folded = fold([SEEN, observed(500, 4, "top", by="mas")], law(successions=split))
    assert [held(folded, code, 11) for code in ("HYG-11", "HYG-12")] == [2, 3]
    assert [held(folded, code, 501) for code in ("HYG-11", "HYG-12")] == [2, 4]


def test_a_level_without_an_equivalent_counts_as_the_nearest_below_or_not_at_all():
    both = [course(5, "c"), quiz(5, "q")]
    folded = fold(both, law(successions=(succession(levels={1: 1, 3: 3}),)))
    assert (held(folded, "HYG-01", 6), held(folded, "HYG-10", 6)) == (2, 1)
    assert "HYG-10" not in fold(both, law(successions=(succession(levels={3: 3}),)))


def test_what_took_over_is_taken_over_in_its_turn():
    chain = (succession(at=50), succession("HYG-10", "HYG-20", levels={3: 2}, at=100))
    folded = fold([SEEN], law(successions=chain))
    assert [held(folded, "HYG-20", at) for at in (60, 101)] == [0, 2]


def test_equivalences_in_a_circle_come_to_an_end():
    circle = (succession(), succession("HYG-10", "HYG-01"))
    folded = fold([SEEN], law(successions=circle))
    assert [held(folded, code, 11) for code in ("HYG-01", "HYG-10")] == [3, 3]


def test_a_failed_observation_of_the_old_takes_its_level_from_the_new_too():
    failed = observed(200, 2, "failed", positive=False)
    folded = fold([SEEN, failed], law(successions=(succession(at=100),)))
    assert [held(folded, "HYG-10", at) for at in (150, 201)] == [3, 1]
    again = fold([SEEN, failed, observed(300, 3, "again")], law(successions=(succession(at=100),)))
    assert held(again, "HYG-10", 301) == 3


def test_a_failed_observation_of_the_new_takes_away_what_was_carried_over():
    own = rules(code="HYG-10")
    failed = observed(200, 2, "failed", positive=False, competency="HYG-10")
    folded = fold([SEEN, failed], law(rules=(*rules(), *own), successions=(succession(at=100),)))
    assert [held(folded, code, 201) for code in ("HYG-01", "HYG-10")] == [3, 1]


def test_what_is_shown_of_the_new_itself_counts_beside_what_is_carried_over():
    own = (rule(3, code="HYG-10"), rule(4, code="HYG-10"))
    top = observed(200, 4, "top", by="mas", competency="HYG-10")
    folded = fold([SEEN, top], law(rules=(*rules(), *own), successions=(succession(at=100),)))
    assert [folded["HYG-10"].at(day(at)).reasons for at in (150, 201)] == [("seen",), ("top",)]


def test_an_equivalence_withdrawn_ends_what_it_carried_over_and_the_past_stands():
    rows = (succession(at=100), succession(at=200, withdrawn=True))
    folded = fold([SEEN], law(successions=rows))
    assert [held(folded, "HYG-10", at) for at in (150, 201)] == [3, 0]
    assert folded["HYG-10"].at(day(150)).ends == folded["HYG-01"].at(day(150)).ends


def test_the_last_word_on_a_pair_is_in_force():
    rows = (succession(at=100), succession(at=200, levels={3: 1}))
    folded = fold([SEEN], law(successions=rows))
    assert [held(folded, "HYG-10", at) for at in (150, 201)] == [3, 1]


def test_the_reason_names_the_statement_and_the_equivalence_by_which_it_counts():
    judged = law(successions=(succession(at=100),))
    found = examine("HYG-10", [SEEN, observed(20, 3, "not entitled", by="enhetschef")], judged, day(150))
    (finding,) = found.counted
    assert (finding.evidence.statement_id, finding.level) == ("seen", 3)
    assert (finding.taken_over.old, finding.taken_over.since, finding.taken_over.reason) == (
        "HYG-01",
        day(100),
        "delad",
    )
    assert found.findings == (finding,)


def test_the_reason_names_no_equivalence_where_the_statement_counts_by_itself():
    both = inputs(
        rules=(*rules(), *rules(code="HYG-10")),
        claims=(claim(), claim(code="HYG-10")),
        reviews=(review(),),
        successions=(succession(),),
    )
    found = examine("HYG-10", [course(5, "c"), quiz(5, "q")], Law(both, GRANVIK, LINEAGES, PLATFORM), day(6))
    assert {finding.taken_over for finding in found.counted} == {None}


def test_before_the_equivalence_holds_there_is_nothing_to_explain():
    judged = Law(inputs(successions=(succession(at=100),)).known(day(50), None), GRANVIK, LINEAGES, PLATFORM)
    assert examine("HYG-10", [SEEN], judged, day(50)).findings == ()


def test_all_that_a_competency_took_over_from_is_found_through_others():
    world = Inputs(successions=(succession("A", "B"), succession("B", "C"), succession("C", "A"), succession("X", "Y")))
    assert Law(world, GRANVIK, LINEAGES, PLATFORM).older_than("C") == {"A", "B"}
