"""What HR is told about an import: one sentence for each finding, and the counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from people.hr_file import Finding, Outcome
from people.reviewing.consequences import Consequences

SENTENCES: Mapping[str, str | Promise] = MappingProxyType(
    {
        # The file is refused whole.
        "empty_file": _("The file is empty. Export it again from the HR system."),
        "not_text": _("This is not a text file. Save it as CSV with semicolons and try again."),
        "missing_column": _("The column is missing. Add it to the export and try again."),
        "repeated_column": _("The column occurs more than once. Keep one of them and try again."),
        "broken_quotes": _("A quotation mark is not closed as it should be, so the cells cannot be told apart."),
        "personnummer_column": _(
            "The file has a column for personal identity numbers. They must not be stored here: remove the column "
            "and try again."
        ),
        "personnummer_value": _(
            "The line holds what looks like a personal identity number. They must not be stored here: remove it and "
            "try again."
        ),
        "unknown_setting": _("“%(value)s” is not a setting we know. Use one of: %(known)s."),
        "repeated_code": _("Line %(other_line)s already uses the code “%(value)s”. Give each unit one of its own."),
        "not_a_code": _("“%(value)s” is not a code. Use small letters a to z, figures and hyphens."),
        "other_employer": _("The unit is registered with %(employer)s. Moving it to another employer is done by hand."),
        "unknown_provider": _(
            "“%(value)s” is not a municipality among the employers, so it cannot answer for health care."
        ),
        "title_has_two_professions": _("Line %(other_line)s gives “%(value)s” another profession. Keep one of them."),
        # The line is rejected.
        "wrong_cell_count": _("The line has too many or too few cells, so they cannot be told apart."),
        "missing_value": _("The value is missing, and the line cannot be imported without it."),
        "too_long": _("The value is longer than %(longest)s characters."),
        "not_a_day": _("“%(value)s” is not a date. Write it as YYYY-MM-DD."),
        "ends_before_start": _("The last day, %(ends_on)s, comes before the first day, %(starts_on)s."),
        "unknown_unit": _("The unit “%(unit)s” is not in the register. Units are never made by an import."),
        "other_municipality": _(
            "“%(municipality)s” is not the municipality of %(unit)s. Did you mean %(suggestion)s? Correct it in the "
            "HR system; nothing is changed without your confirmation."
        ),
        "not_your_organisation": _("You may not import employees of %(organisation)s."),
        "number_used_in_file": _(
            "Line %(other_line)s gives employee number %(number)s to %(other_name)s, and line %(line)s gives it to "
            "%(name)s. Find out whose it is; line %(line)s was not imported."
        ),
        "number_is_another_persons": _(
            "Employee number %(number)s belongs to %(other_name)s, but the line gives it to %(name)s. Use a new "
            "number for a new person."
        ),
        "address_used_in_file": _(
            "Line %(other_line)s gives the address to %(other_name)s. Two people cannot sign in with the same "
            "address: give %(name)s one of her own."
        ),
        "address_is_another_persons": _(
            "The address belongs to another person. Two people cannot sign in with the same address: give %(name)s "
            "one of her own."
        ),
        # The title waits.
        "unknown_title": _(
            "The title “%(title)s” is not known. The person was imported without a profession until you choose one."
        ),
        # A value is left out.
        "not_an_address": _(
            "“%(value)s” is not an e-mail address. The person was imported without one and cannot be invited until "
            "it is corrected."
        ),
        "namesake_has_address": _(
            "Another employment with the same name has the address. If it is the same person, the two can be joined "
            "later; until then this one was imported without an address."
        ),
        "missing_title": _("The title is missing. The person was imported without a profession."),
        "not_complete": _(
            "Lines were rejected, so the file is not complete: nobody was ended because the file leaves her out. "
            "Correct the lines and import it again."
        ),
        "aid_contradicts_title": _(
            "AID code %(aid_code)s does not fit the title “%(title)s”. The code was left out: look at both."
        ),
        "not_an_aid_code": _("“%(value)s” is not an AID code of six figures. It was left out."),
        "unknown_manager": _(
            "No employee of %(organisation)s has number %(number)s. The person was imported without a manager."
        ),
        "own_manager": _("Nobody can be her own manager. The person was imported without a manager."),
        "not_a_share": _("“%(value)s” is not more than 0 and at most 100 per cent of full time. It was left out."),
        # Imported as it is.
        "unknown_column": _("The column is not known and was not read."),
        "separator_in_name": _("The name “%(value)s” holds a semicolon. Check that it is right."),
        "name_changed": _("%(before)s is now called %(name)s. Check that it is the same person."),
        "has_ended": _(
            "The employment ended on %(ends_on)s. It was imported with its history; nobody is invited to sign in."
        ),
        "other_setting": _("The title “%(title)s” names another setting than %(unit)s. The unit was followed."),
        "kept_for_joint_person": _(
            "The person has several employers and is called or reached otherwise there. What we had was kept."
        ),
    }
)


def sentence(finding: Finding) -> str:
    """Return what to tell HR about a finding, in the language in force."""
    return str(SENTENCES[finding.code]) % {"line": finding.line, **finding.values}


@dataclass(frozen=True)
class ReportLine:
    """One finding as it is shown: where, what became of it, and why."""

    line: int
    field: str
    outcome: Outcome
    code: str
    sentence: str


@dataclass(frozen=True)
class ImportReport:
    """What an import did, or would do. `created`, `changed`, `unchanged` and `rejected` add up to `line_count`."""

    is_refused: bool
    is_applied: bool
    line_count: int
    created: int
    changed: int
    unchanged: int
    rejected: int
    lines: tuple[ReportLine, ...]
    consequences: Consequences = field(default_factory=Consequences)
    """Whom it ends by silence, or would suspend."""
    waits_as: UUID | None = None
    """The file waits for somebody's decision; then it is not applied."""

    def with_outcome(self, outcome: Outcome) -> tuple[ReportLine, ...]:
        return tuple(line for line in self.lines if line.outcome is outcome)


def report_lines(findings: list[Finding]) -> tuple[ReportLine, ...]:
    """Return the findings as they are shown, in the file's order."""
    ordered = sorted(findings, key=lambda finding: finding.line)
    return tuple(ReportLine(f.line, f.field, f.outcome, f.code, sentence(f)) for f in ordered)
