"""A bad course file is refused with file and place, all of its problems at once."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from courses.course_file import CourseFileError, Vocabulary, read_collection, read_own_file

DATA = Path("courses/data")
VOCABULARY = Vocabulary(frozenset({"PER-01", "HYG-01"}), frozenset({"underskoterska", "vardbitrade"}))
NAME = "kurs.json"


@pytest.fixture
def own() -> dict[str, Any]:
    return json.loads((DATA / "exempelkurs.json").read_text("utf-8"))


def problems_of(data: Any) -> list[str]:
    content = data if isinstance(data, bytes) else json.dumps(data).encode()
    with pytest.raises(CourseFileError) as caught:
        read_own_file(content, NAME, VOCABULARY)
    return [f"{problem.file} {problem.place}" for problem in caught.value.problems]


def at(data: dict[str, Any], *path: str | int) -> Any:
    for step in path:
        data = data[step]  # type: ignore[index]
    return data


def test_the_example_is_a_whole_course(own: dict[str, Any]) -> None:
    whole = read_own_file(json.dumps(own).encode(), NAME, VOCABULARY)
    assert whole.course.slug == "ta-emot-en-ny-kollega"
    assert [len(module.blocks) for module in whole.body.modules] == [8]


def test_a_file_that_is_not_json_is_named_by_line_and_column() -> None:
    assert problems_of(b'{"course":\n {"slug" "x"}}') == [f"{NAME} line 2, column 10"]


def test_a_file_that_is_not_text_is_refused() -> None:
    assert problems_of(b"\xff\xfe\x00") == [f"{NAME} "]


def test_a_file_nested_beyond_reason_is_refused() -> None:
    assert problems_of(b"[" * 200_000) == [f"{NAME} "]


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        (("course", "slug"), "Ta emot", "course.slug"),
        (("course", "minutes"), "4", "course.minutes"),
        (("course", "minutes"), 0, "course.minutes"),
        (("course", "focus_area"), "annat", "course.focus_area"),
        (("course", "pass_percent"), 101, "course.pass_percent"),
        (("course", "target_professions"), ["riddare"], "course.target_professions[0]"),
        (("course", "teaches", 0, "competency"), "XYZ-99", "course.teaches[0].competency"),
        (("course", "teaches", 0, "level"), 5, "course.teaches[0].level"),
        (("course", "teaches", 0, "level"), 0, "course.teaches[0].level"),
        (("course", "quiz", 0, "options"), ["ett"], "course.quiz[0].options"),
        (("course", "quiz", 0, "options"), ["a", "b", "A "], "course.quiz[0].options"),
        (("course", "quiz", 0, "correct_index"), 3, "course.quiz[0].correct_index"),
        (("course", "quiz", 0, "module"), 1, "course.quiz[0].module"),
        (("course", "quiz", 0, "option_feedback"), ["en"], "course.quiz[0].option_feedback"),
        (("course", "quiz", 0, "feedback"), " ", "course.quiz[0].feedback"),
        (("course", "review", "next_review"), "snart", "course.review.next_review"),
        (("course", "summary"), "Ring 850712-1234", "course.summary"),
        (("course", "colour"), "blå", "course.colour"),
        (("body", "slug"), "en-annan", "body.slug"),
        (("body", "modules"), [], "body.modules"),
        (("body", "modules", 0, "minutes"), None, "body.modules[0].minutes"),
        (("body", "modules", 0, "blocks", 0, "type"), "film", "body.modules[0].blocks[0]"),
        (("body", "modules", 0, "blocks", 0, "markdown"), "", "body.modules[0].blocks[0].markdown"),
        (("body", "modules", 0, "blocks", 1, "items"), [], "body.modules[0].blocks[1].items"),
        (("body", "modules", 0, "blocks", 6, "alt"), "", "body.modules[0].blocks[6].alt"),
    ],
)
def test_each_mistake_is_named_by_its_place(
    own: dict[str, Any], path: tuple[str | int, ...], value: Any, place: str
) -> None:
    at(own, *path[:-1])[path[-1]] = value
    assert problems_of(own) == [f"{NAME} {place}"]


def test_a_missing_field_is_named(own: dict[str, Any]) -> None:
    del own["course"]["title"], own["body"]["modules"][0]["title"]
    assert problems_of(own) == [f"{NAME} course.title", f"{NAME} body.modules[0].title"]


def test_a_competency_and_a_question_are_listed_once(own: dict[str, Any]) -> None:
    own["course"]["teaches"] *= 2
    own["course"]["quiz"].append(deepcopy(own["course"]["quiz"][0]))
    assert problems_of(own) == [
        f"{NAME} course.teaches[0].competency",
        f"{NAME} course.teaches[1].competency",
        f"{NAME} course.quiz[0].id",
        f"{NAME} course.quiz[1].id",
    ]


def test_the_message_is_whole_sentences_and_says_that_nothing_was_changed(own: dict[str, Any]) -> None:
    own["course"]["minutes"] = "4"
    with pytest.raises(CourseFileError) as caught:
        read_own_file(json.dumps(own).encode(), NAME, VOCABULARY)
    assert str(caught.value.message).splitlines() == [
        "The file was not imported, and nothing was changed.",
        "kurs.json: course.minutes: Write a whole number here, without quotation marks.",
    ]


def test_a_collection_names_the_file_of_each_problem(tmp_path: Path, own: dict[str, Any]) -> None:
    first, second, third = (deepcopy(own["course"]) | {"slug": slug} for slug in ("ett", "tva", "tre"))
    for place, course in enumerate((first, second, third)):
        course["quiz"][0]["id"] = str(place)
    second["modules"] = [{"title": "En"}, {"title": "Två"}]
    (tmp_path / "courses.json").write_text(json.dumps({"courses": [first, second, third]}), "utf-8")
    (tmp_path / "ett.json").write_text('{"lead": ]}', "utf-8")
    (tmp_path / "tva.json").write_text(json.dumps(own["body"]), "utf-8")
    with pytest.raises(CourseFileError) as caught:
        read_collection(tmp_path / "courses.json", tmp_path, VOCABULARY)
    assert [(problem.file, problem.place) for problem in caught.value.problems] == [
        ("ett.json", "line 1, column 10"),
        ("tva.json", "modules"),
        ("tre.json", ""),
    ]


def test_the_same_slug_twice_in_a_collection_is_refused(tmp_path: Path, own: dict[str, Any]) -> None:
    course = own["course"] | {"quiz": []}
    (tmp_path / "courses.json").write_text(json.dumps({"courses": [course, course]}), "utf-8")
    (tmp_path / f"{course['slug']}.json").write_text(json.dumps(own["body"]), "utf-8")
    with pytest.raises(CourseFileError) as caught:
        read_collection(tmp_path / "courses.json", tmp_path, VOCABULARY)
    assert [problem.place for problem in caught.value.problems] == ["courses[0].slug", "courses[1].slug"]
