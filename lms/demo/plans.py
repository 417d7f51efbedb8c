"""Three development plans of the demo: one that both have signed, one that waits for her signature, one just begun.

Made when the standings are there, since a plan is signed as it was on the day.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import uuid5

from competency.api import (
    PlanGoal,
    PlanSide,
    PlanToday,
    WhosePlan,
    protect_time,
    set_plan_goal,
    sign_plan,
    write_plan_note,
)
from people.api import Employment, Organisation, Person, staff_of, start_of_day, today

from . import region
from .decided import UNIT
from .history import NAMESPACE
from .staff import terms_of


def talk_about_plans(now: datetime) -> None:
    manager = region.employment("granvik", "100206").person
    agreed, begun = _colleagues(today(now))
    _Talk(agreed, manager, _morning(now, 78)).agreed()
    _Talk(region.employment("granvik", "900101"), manager, _morning(now, 9)).waiting()
    _Talk(begun, manager, _morning(now, 3)).begun()


def _morning(now: datetime, days_ago: int) -> datetime:
    return start_of_day(today(now) - timedelta(days=days_ago)) + timedelta(hours=9, minutes=30)


def _colleagues(on: date) -> list[Employment]:
    """Return two who have worked at the unit for a year, the same each time."""
    held = sorted(staff_of(Organisation.objects.get(slug=UNIT), on), key=lambda each: each.employee_number)
    fits = [
        each
        for each in held
        if terms_of(each).profession == "underskoterska"
        and each.employee_number != "900101"
        and terms_of(each).starts_on < on - timedelta(days=400)
    ]
    return fits[:2]


class _Talk:
    """One conversation about a plan, and what came of it."""

    def __init__(self, held: Employment, manager: Person, at: datetime) -> None:
        self.her, self.manager, self.at = held.person, manager, at
        self.whose = WhosePlan(held.person, held.organisation)

    def agreed(self) -> None:
        self._goal(
            "Visa gruppen hur vi använder den nya personlyften",
            "Alla i gruppen har provat den en gång tillsammans med mig.",
            days=120,
        )
        self._note(
            self.manager,
            "Du är den som kollegorna frågar om förflyttning. Det vill vi ta vara på: du visar den nya lyften på två "
            "arbetsplatsträffar. Du får tjugo minuter i veckan och lägger dem på onsdagar.",
        )
        protect_time(self.whose, self.manager, 20, today(self.at), self._later(40))
        self._sign(self.manager, self._later(60))
        self._sign(self.her, self.at + timedelta(days=2))

    def waiting(self) -> None:
        self._goal(
            "Handleda en ny kollega under introduktionen",
            "Kollegan har gått bredvid i fyra pass, och vi har pratat igenom varje pass efteråt.",
            days=100,
        )
        self._goal(
            "",
            "Jag kan beskriva tre sätt att möta oro och har provat dem på mina besök.",
            days=150,
            code="SPC-01",
            level=2,
        )
        self._note(
            self.her,
            "Jag trivs och känner mig trygg i det mesta. Insulin vill jag öva mer på innan delegeringen går ut.",
        )
        self._note(
            self.manager,
            "Du vill lära dig mer om demens och du vill handleda. Du får en halvtimme i veckan, på torsdagar efter "
            "lunch, och bokar en plats på övningen i insulin.",
        )
        protect_time(self.whose, self.manager, 30, today(self.at), self._later(45))
        self._sign(self.manager, self.at + timedelta(days=7))

    def begun(self) -> None:
        self._goal(
            "Bli tryggare i att skriva social dokumentation", "Två kollegor har läst och tycker att den är klar.", 90
        )
        self._note(self.her, "Jag vill gärna sitta med någon som skriver bra en halv dag.")

    def _goal(self, title: str, measure: str, days: int, code: str = "", level: int = 0) -> None:
        key = self.whose.key_of(code) if code else str(uuid5(NAMESPACE, title))
        due_on = today(self.at) + timedelta(days=days)
        goal = PlanGoal(key, title, code, level, measure, due_on, PlanSide.EMPLOYEE)
        set_plan_goal(self.whose, self.her, goal, self._later(10))

    def _note(self, writer: Person, text: str) -> None:
        key = str(uuid5(NAMESPACE, text))
        write_plan_note(self.whose, writer, key, text, today(self.at), self._later(30))

    def _sign(self, who: Person, at: datetime) -> None:
        sign_plan(self.whose, who, PlanToday(self.whose, today(at)).hash, at)

    def _later(self, minutes: int) -> datetime:
        return self.at + timedelta(minutes=minutes)
