"""A region with two municipalities and a private provider that works for both of them."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from people.models import Organisation
from tests.people import factories as make


@dataclass(frozen=True)
class Land:
    """Granvik has a home care and a care home with a ward; Lyngfors a care home; Omsorg works for both."""

    region: Organisation
    granvik: Organisation
    lyngfors: Organisation
    omsorg: Organisation
    home_care: Organisation
    care_home: Organisation
    ward: Organisation
    ekbacken: Organisation
    omsorg_granvik: Organisation
    omsorg_lyngfors: Organisation


@pytest.fixture
def land(db: None) -> Land:
    region = make.region()
    granvik, lyngfors = make.municipality("granvik", region), make.municipality("lyngfors", region)
    omsorg = make.private_provider("omsorg", region)
    care_home = make.unit("solrosen", granvik)
    land = Land(
        region=region,
        granvik=granvik,
        lyngfors=lyngfors,
        omsorg=omsorg,
        home_care=make.unit("norr", granvik, "hemtjänst"),
        care_home=care_home,
        ward=make.unit("solrosen-avdelning", care_home),
        ekbacken=make.unit("ekbacken", lyngfors),
        omsorg_granvik=make.unit("omsorg-granvik", omsorg, "hemtjänst"),
        omsorg_lyngfors=make.unit("omsorg-lyngfors", omsorg, "hemtjänst"),
    )
    make.answers_for(granvik, land.omsorg_granvik)
    make.answers_for(lyngfors, land.omsorg_lyngfors)
    return land
