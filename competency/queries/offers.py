"""What teaches what: offers in force, their reviews, and the requirements that none of them reaches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime

from people.api import Organisation, end_of_day, today
from xapi.api import PLATFORM_AUTHORITY

from ..book import Book, book, lineages, major_of
from ..law import Claim, Law
from ..models import Competency, Offer
from ..shapes import OfferLine, Teaches, Unreached

NOBODY = 0
"""The organisation of those who belong to none: its law is rules and claims, without reviews."""


def claims_of(activity_iri: str, as_of: date | None = None) -> list[Teaches]:
    """Return what an activity claims to teach on a day (default: today), by competency code."""
    moment = end_of_day(as_of or today())
    claims = _law(book(), None).claims_of(activity_iri, None, moment)
    return sorted((Teaches(claim.competency, claim.level) for claim in claims), key=lambda each: each.competency)


def is_reviewed(activity_iri: str, revision: str, organisation: Organisation | None, as_of: date) -> bool:
    """True when a chief nurse has reviewed this major version at the organisation or above it (None: anywhere)."""
    nodes = reviewed_nodes(activity_iri, revision, as_of)
    return bool(nodes) if organisation is None else any(organisation.path.startswith(node.path) for node in nodes)


def reviewed_nodes(activity_iri: str, revision: str, as_of: date) -> list[Organisation]:
    """Return the nodes whose chief nurse has reviewed this major version, in the order of the tree."""
    moment, major = end_of_day(as_of), major_of(revision)
    pks = {
        review.node
        for review in book().inputs.reviews
        if review.activity == activity_iri and review.major == major and review.valid_from < moment
    }
    return list(Organisation.objects.filter(pk__in=pks)) if pks else []


def reviewed_courses(as_of: date) -> dict[tuple[str, int], list[Organisation]]:
    """Return whose chief nurse has said yes to each (activity, major version): two queries for all of them."""
    moment = end_of_day(as_of)
    reviews = [review for review in book().inputs.reviews if review.valid_from < moment]
    nodes = Organisation.objects.in_bulk({review.node for review in reviews})
    found: dict[tuple[str, int], list[Organisation]] = defaultdict(list)
    for review in reviews:
        found[review.activity, review.major].append(nodes[review.node])
    return dict(found)


def offers_that_teach(
    competency: Competency, *, organisation: Organisation | None = None, as_of: date | None = None
) -> list[OfferLine]:
    """Return the offers that teach a competency, highest level first, then shortest."""
    law_book = book()
    law = _law(law_book, organisation)
    shelf = Shelf(law_book, law, end_of_day(as_of or today()), organisation)
    return shelf.lines(competency.code, above=0, asked=4, professions=())


def unreached_requirements(as_of: date) -> list[Unreached]:
    """Return every requirement of the framework that no offer reaches by itself, in the framework's order."""
    law_book = book()
    law, moment = _law(law_book, None), end_of_day(as_of)
    shelf = Shelf(law_book, law, moment, None)
    found = []
    for profession, rows in law_book.profiles(as_of).items():
        for row in rows:
            code = law_book.by_pk[row.competency].code
            offered = max((reach for _offer, reach, _claim in shelf.by_competency.get(code, ())), default=0)
            if offered < row.level:
                meetable = law.is_meetable(code, row.level, moment)
                found.append(Unreached(profession, code, row.setting, row.level, offered, meetable))
    professions = {row.code: place for place, row in enumerate(law_book.professions)}
    places = {row.code: place for place, row in enumerate(law_book.competencies)}
    return sorted(found, key=lambda each: (professions[each.profession], places[each.competency], each.setting))


def offers_at(organisation: Organisation, moment: datetime) -> list[Offer]:
    """Return what is on offer to those who work for an employer, by title."""
    found = [offer for offer in book().offers if _is_offered(offer, moment, organisation)]
    return sorted(found, key=lambda offer: offer.title.casefold())


class Shelf:
    """The offers that an organisation may use on a day, by what they teach."""

    def __init__(self, law_book: Book, law: Law, moment: datetime, organisation: Organisation | None) -> None:
        self.law = law
        self.moment = moment
        self.by_competency: dict[str, list[tuple[Offer, int, Claim]]] = defaultdict(list)
        offers = {offer.activity_iri: offer for offer in law_book.offers if _is_offered(offer, moment, organisation)}
        for code, claims in law.claims_at(moment).items():
            for claim in claims:
                reach = law.reach_of(claim, moment)
                if reach and claim.activity in offers:
                    self.by_competency[code].append((offers[claim.activity], reach, claim))

    def lines(self, code: str, *, above: int, asked: int, professions: Collection[str]) -> list[OfferLine]:
        """Return the offers that show more than level `above`: first those meant for the professions, then those that
        come closest to what is asked, then the shortest."""
        found = [self._line(*each, professions) for each in self.by_competency.get(code, ()) if each[1] > above]
        return sorted(
            found, key=lambda line: (not line.is_for_profession, -min(line.level, asked), line.minutes, line.title)
        )

    def _line(self, offer: Offer, reach: int, claim: Claim, professions: Collection[str]) -> OfferLine:
        meant_for = set(offer.target_professions)
        return OfferLine(
            activity_iri=offer.activity_iri,
            title=offer.title,
            path=offer.path,
            minutes=offer.minutes,
            kind=offer.kind,
            level=reach,
            focus_area=offer.focus_area,
            is_for_profession=not professions or not meant_for or not meant_for.isdisjoint(professions),
            is_reviewed=self.law.is_reviewed(offer.activity_iri, claim.major, self.moment),
        )


def _is_offered(offer: Offer, moment: datetime, organisation: Organisation | None) -> bool:
    if offer.retired_at is not None and offer.retired_at < moment:
        return False
    if offer.node is None or organisation is None:
        return True
    return organisation.path.startswith(offer.node.path)


def _law(law_book: Book, organisation: Organisation | None) -> Law:
    if organisation is None:
        return Law(law_book.inputs, NOBODY, {}, PLATFORM_AUTHORITY)
    return law_book.law(organisation.pk, lineages())
