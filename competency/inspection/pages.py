"""The pages of packs, for those who may take them; for anyone else they are not there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from people.api import NotFound, Organisation, Person

from ..teampages import unit_of
from .models import InspectionPack, InspectionTaking
from .rules import may_inspect

TAKINGS_SHOWN = 50


@dataclass(frozen=True)
class UnitPacks:
    """A unit's packs that the reader has asked for, and who has taken any of them."""

    unit: Organisation
    packs: Iterable[InspectionPack]
    takings: Iterable[InspectionTaking]


def inspected_unit(reader: Person, slug: str, on: date) -> Organisation:
    """Return a unit whose packs the reader may take. Raises NotFound."""
    unit = unit_of(reader, slug, on)
    if not may_inspect(reader, unit, on):
        raise NotFound
    return unit


def packs_of(reader: Person, unit: Organisation) -> UnitPacks:
    """Return what there is of a unit, the newest first. Another reader's pack may hold what this one may not see."""
    packs = InspectionPack.objects.filter(unit=unit, asked_by=reader, cancelled_at=None).defer("document")
    takings = InspectionTaking.objects.filter(unit=unit).select_related("person").order_by("-recorded_at", "-pk")
    return UnitPacks(unit, packs, takings[:TAKINGS_SHOWN])


def pack_of(reader: Person, slug: str, uuid: UUID, on: date) -> InspectionPack:
    """Return a pack that the reader asked for and may still take. Raises NotFound."""
    packs = InspectionPack.objects.select_related("unit", "asked_by")
    pack = packs.filter(unit=inspected_unit(reader, slug, on), uuid=uuid, asked_by=reader).first()
    if pack is None:
        raise NotFound
    return pack
