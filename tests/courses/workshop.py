"""Small makers of what an educator makes: pages in the workshop, through Wagtail's own revision and publish."""

from __future__ import annotations

from typing import Any

from competency.models import Area, Competency, Framework, Profession
from courses.models import CatalogueIndex, CoursePage, CourseTeaching, GlossaryTerm, ModulePage
from people.api import Organisation, User, create_account, now
from tests.people import factories as make

Block = dict[str, Any]


def framework(*codes: str) -> None:
    """A framework with these competencies and two professions."""
    frame = Framework.objects.create(code="ram", version="1", title_sv="Ram", imported_at=now())
    area = Area.objects.create(framework=frame, code="HYG", title_sv="Hygien")
    for code in codes or ("HYG-01", "PER-01"):
        Competency.objects.create(code=code, area=area, title_sv=f"Om {code}", kind="knowledge")
    for code in ("underskoterska", "vardbitrade"):
        Profession.objects.create(code=code, title_sv=code.title())


def region() -> Organisation:
    return Organisation.objects.filter(slug="region").first() or make.region()


def text(html: str = "<p>Sprita händerna.</p>") -> Block:
    return {"type": "text", "value": html}


def question(words: str = "Vad gör du?", right: int = 0, options: tuple[str, ...] = ("Sprita", "Vänta")) -> Block:
    rows = [
        {"type": "item", "id": str(place), "value": {"text": option, "is_correct": place == right, "feedback": ""}}
        for place, option in enumerate(options)
    ]
    return {"type": "question", "value": {"text": words, "options": rows, "feedback": "Därför."}}


def term(word: str = "smitta", explanation: str = "<p>Det som sprids.</p>") -> GlossaryTerm:
    return GlossaryTerm.objects.create(term=word, explanation=explanation)


def course(slug: str = "handhygien", owner: Organisation | None = None, **fields: Any) -> CoursePage:
    """A draft of a course without modules."""
    page = CoursePage(
        slug=slug,
        live=False,
        owner_node=owner or region(),
        **{"title": slug.title(), "summary": f"Om {slug}.", "minutes": 5, "focus_area": "halsoframjande", **fields},
    )
    page.teaches = [CourseTeaching(competency="HYG-01", level=2)]
    CatalogueIndex.objects.get().add_child(instance=page)
    page.save_revision()
    return page


def module(of: CoursePage, title: str = "Händerna", *blocks: Block, minutes: int = 3) -> ModulePage:
    """A draft of a module."""
    page = ModulePage(title=title, minutes=minutes, live=False)
    page.body = page._meta.get_field("body").stream_block.to_python(list(blocks) or [text(), question()])
    CoursePage.objects.get(pk=of.pk).add_child(instance=page)
    page.save_revision()
    return page


def publish(page: CoursePage | ModulePage, user: User | None = None) -> None:
    # A fresh row: a revision publishes on top of the page that it was asked through, tree fields and all.
    type(page).objects.get(pk=page.pk).get_latest_revision().publish(user=user)
    page.refresh_from_db()


def published(slug: str = "handhygien", *modules: str, **fields: Any) -> CoursePage:
    """A live course with live modules."""
    page = course(slug, **fields)
    for title in modules or ("Händerna",):
        publish(module(page, title))
    publish(page)
    return page


def change(page: CoursePage | ModulePage, **fields: Any) -> None:
    """Change a page and publish it, as an educator does."""
    page = type(page).objects.get(pk=page.pk).get_latest_revision_as_object()
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()


def account(role: str = "", node: Organisation | None = None, name: str = "Kim") -> User:
    """Somebody with an account, and perhaps a role on a node."""
    person = make.person(name)
    user = create_account(person, f"{name.lower()}-{person.pk}@example.org", "en hemlig mening")
    if role:
        make.holds(role, node or region(), person)
    return user
