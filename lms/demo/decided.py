"""What chiefs and a manager of the demo have decided: rules, what others' findings are worth, what is to be learnt.

All of it by those who may, at their moments; seeded only by who is there.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid5

from competency.api import (
    accept_equivalent,
    accept_source,
    assign_competency,
    change_rule,
    competency,
    levels_of,
    set_checklist,
    steps_in,
)
from people.api import Organisation, Person, staff_of, today
from xapi.api import create_credential

from . import region
from .history import NAMESPACE

UNIT = "granvik-hemtjanst-norr"
CHECKLISTS = {
    "LMD-04": """
        Läser signeringslistan och ordinationen först av allt
        * Kontrollerar att det är rätt person, rätt insulin, rätt dos och rätt tid
        Mäter blodsockret om det är ordinerat och vet när det är dags att ringa sjuksköterskan
        * Sprutar ut två enheter i luften och ser att det kommer en droppe
        Växlar mellan injektionsställen
        * Håller kvar nålen i tio sekunder
        Lägger nålen direkt i behållaren för stickande avfall
        * Signerar på en gång
    """,
    "LMD-03": """
        Kontrollerar att dosen är iordningställd och märkt
        * Jämför namn och tid på dosen med signeringslistan
        Berättar för personen vad det är och väntar tills det är svalt
        * Signerar efteråt, aldrig i förväg
        Vet vad som ska göras om en dos saknas eller personen säger nej
    """,
    "LMD-06": """
        Tar på handskar och gör i ordning remsa, lansett och tork
        * Kontrollerar att remsorna inte har gått ut
        Låter personen tvätta händerna eller torkar fingret med vatten
        Sticker på sidan av fingertoppen och torkar bort första droppen
        * Lägger lansetten i behållaren för stickande avfall
        * Skriver upp värdet och ringer sjuksköterskan när det ligger utanför gränserna
    """,
    "OMV-02": """
        * Har korta ärmar och varken ringar, klocka eller armband
        * Spritar händerna före och efter varje moment nära personen
        Använder plastförkläde när kläderna kan bli smutsiga
        * Tar på handskar vid risk för kroppsvätskor och byter mellan rent och orent
        Spritar händerna när handskarna är av
    """,
}
ASSIGNED = ("SAK-04", "SAK-02", "DIG-02", "KOM-04")
"""The first of these that she, or else somebody at the unit, lacks is assigned."""


def decide_at_the_start(at: datetime) -> None:
    """What was in place from the beginning: checklists, and what counts from other municipalities and systems."""
    chief = region.employment(region.REGION, "R3").person
    for code, text in CHECKLISTS.items():
        set_checklist(competency(code), steps_in(text), chief, at)
    granvik, lyngfors, sundaker = (Organisation.objects.get(slug=slug) for slug in region.MUNICIPALITIES)
    mas = region.employment("granvik", "M1").person
    accept_equivalent(
        granvik,
        lyngfors,
        3,
        at,
        competency=competency("OMV-02"),
        freshness_months=12,
        reason="Vi har samma hygienrutiner och samma checklista.",
        decided_by=mas,
    )
    reason = "Gäller kurser och prov. Det som någon ska ha sett bedömer vi själva."
    accept_equivalent(granvik, sundaker, 2, at, reason=reason, decided_by=mas)
    made, _secret = create_credential(
        "Övningsrummet i Granvik", scopes=["statements/write"], organisation=granvik, at=at
    )
    accept_source(granvik, made.authority_key, "https://ovningsrummet.example.org/scenarier/", at)


def change_rules(now: datetime) -> None:
    """Two changes of the last months: one that opens another way, and one that ends what was shown earlier."""
    chief = region.employment(region.REGION, "R3").person
    seen = [{"type": "observation", "by": ["sjukskoterska"]}, {"type": "confirmation", "by": ["enhetschef"]}]
    change_rule(
        competency("DIG-02"),
        3,
        {"any_of": seen},
        now - timedelta(days=75),
        validity_months=12,
        reason="Chefen ser i signeringssystemet hur det går och kan också intyga det.",
        decided_by=chief,
    )
    change_rule(
        competency("DIG-06"),
        2,
        {"all_of": [{"type": "course"}, {"type": "quiz"}]},
        now - timedelta(days=20),
        validity_months=24,
        ends_earlier_on=today(now) + timedelta(days=45),
        reason="Vi har bytt SITHS-kort. Provet behöver göras om med de nya frågorna.",
        decided_by=chief,
    )


def assign(now: datetime) -> None:
    """The manager asks four of her staff to learn what they lack, whoever can sign in first. Needs the standings."""
    at, unit = now - timedelta(days=6), Organisation.objects.get(slug=UNIT)
    manager, usk = region.employment("granvik", "100206").person, region.employment("granvik", "900101").person
    lacking = {code: _who_lack(unit, code, at) for code in ASSIGNED}
    code = max(ASSIGNED, key=lambda code: (usk in lacking[code], bool(lacking[code])))
    assign_competency(
        manager,
        unit,
        sorted(lacking[code], key=lambda person: person != usk)[:4],
        competency(code),
        2,
        today(now) + timedelta(days=30),
        "Vi har haft två avvikelser som hade kunnat undvikas. Gå kursen, så pratar vi om den på nästa möte.",
        at,
        key=uuid5(NAMESPACE, f"assigned/{code}"),
    )


def _who_lack(unit: Organisation, code: str, at: datetime) -> list[Person]:
    held = staff_of(unit, today(at))
    return [each.person for each in held if levels_of(each.person, each.organisation, today(at)).get(code, 0) < 2]
