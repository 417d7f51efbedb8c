from __future__ import annotations

import pytest
from django.core.cache import cache

from people.api import Organisation, Person, Role
from tests.courses.codes.making import holder, two_courses
from tests.people import factories as make


@pytest.fixture
def granvik(db: None) -> Organisation:
    cache.clear()
    two_courses()
    return make.municipality("granvik", make.below(None, "region", "vast"))


@pytest.fixture
def norr(granvik: Organisation) -> Organisation:
    return make.unit("norr", granvik)


@pytest.fixture
def manager(norr: Organisation) -> Person:
    return holder(Role.MANAGER, norr, "Karin")


@pytest.fixture
def educator(granvik: Organisation) -> Person:
    return holder(Role.EDUCATOR, granvik, "Eva")
