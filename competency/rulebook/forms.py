"""The forms by which a rule is changed, and by which is said what is accepted from other organisations."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.api import Organisation, refuse_personnummer

from ..book import Book
from ..dry_run.proposals import ACCEPTANCE, RULE, Proposal
from ..models import TOP_LEVEL, Competency
from ..queries.assessors import ROLES
from ..trees import (
    CERTIFICATE,
    CONFIRMATION,
    COURSE,
    EQUIVALENT,
    FEWEST_ANSWERS,
    FEWEST_DAYS,
    MOST_ANSWERS,
    MOST_DAYS,
    OBSERVATION,
    QUALIFICATION,
    QUIZ,
    RETENTION,
    USUAL_DAYS,
    Leaf,
)
from ..words import KIND_LABELS, ROLE_LABELS
from .alternatives import Alternative, tree_of

PLAIN = (COURSE, QUIZ, CERTIFICATE, EQUIVALENT)
LONGEST_MONTHS = 240


def _boxes(label: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, required=False, widget=forms.CheckboxSelectMultiple)


class AlternativeForm(forms.Form):
    """One alternative of a rule. Whatever is filled in is needed; an empty one is passed over."""

    plain = _boxes(_("Courses and papers"))
    observed_by = _boxes(_("Somebody has seen it done"))
    in_person = forms.BooleanField(label=_("in person, not over video"), required=False)
    checklist = forms.BooleanField(label=_("by the checklist"), required=False)
    confirmed_by = _boxes(_("Somebody confirms it after a conversation"))
    licence = _boxes(_("Any of these licences or degrees"))
    answers = forms.IntegerField(
        label=_("Questions answered rightly again, on so many days"),
        required=False,
        min_value=FEWEST_ANSWERS,
        max_value=MOST_ANSWERS,
    )
    days = forms.IntegerField(
        label=_("with at least so many days between them"),
        required=False,
        min_value=FEWEST_DAYS,
        max_value=MOST_DAYS,
    )

    def __init__(self, *args: Any, law_book: Book, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        licensed = [(each.code, each.title) for each in law_book.professions if each.licensed]
        judges = list(judge_labels(law_book).items())
        choices: dict[str, list[tuple[str, Any]]] = {
            "plain": [(kind, KIND_LABELS[kind]) for kind in PLAIN],
            "observed_by": judges,
            "confirmed_by": judges,
            "licence": licensed,
        }
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if (said.get("in_person") or said.get("checklist")) and not said.get("observed_by"):
            self.add_error("observed_by", _("Say who is to have seen it."))
        if said.get("days") and not said.get("answers"):
            self.add_error("answers", _("Say on how many days, or leave both empty."))
        return said

    @property
    def more(self) -> bool:
        """Whether something is filled in, or wrong, of what is folded away."""
        names = ("confirmed_by", "licence", "answers", "days")
        return any(self[name].value() or self[name].errors for name in names)

    @property
    def parts(self) -> Alternative:
        said = self.cleaned_data
        found = [Leaf(kind) for kind in said["plain"]]
        if said["observed_by"]:
            by = frozenset(said["observed_by"])
            found.append(Leaf(OBSERVATION, by, in_person=said["in_person"], checklist=said["checklist"]))
        if said["confirmed_by"]:
            found.append(Leaf(CONFIRMATION, frozenset(said["confirmed_by"])))
        if said["licence"]:
            found.append(Leaf(QUALIFICATION, licences=frozenset(said["licence"])))
        if said["answers"]:
            found.append(Leaf(RETENTION, answers=said["answers"], days=said["days"] or USUAL_DAYS))
        return tuple(found)


def judge_labels(law_book: Book) -> dict[str, Any]:
    """Return the name of every role and licence that a rule may let judge, by its code."""
    licensed = {each.code: each.title for each in law_book.professions if each.licensed}
    return {code: ROLE_LABELS.get(code, title) for code, title in ({code: code for code in ROLES} | licensed).items()}


def filled_with(parts: Alternative) -> dict[str, Any]:
    """Return the initial values by which an alternative is shown in its form."""
    by_kind = {part.kind: part for part in parts}
    seen = by_kind.get(OBSERVATION, Leaf(OBSERVATION))
    remembered = by_kind.get(RETENTION)
    return {
        "plain": [kind for kind in PLAIN if kind in by_kind],
        "observed_by": sorted(seen.by),
        "in_person": seen.in_person,
        "checklist": seen.checklist,
        "confirmed_by": sorted(by_kind.get(CONFIRMATION, Leaf(CONFIRMATION)).by),
        "licence": sorted(by_kind.get(QUALIFICATION, Leaf(QUALIFICATION)).licences),
        "answers": remembered and remembered.answers,
        "days": remembered and remembered.days,
    }


class RuleForm(forms.Form):
    """From when the new version holds, for how long what it counts, and what becomes of earlier evidence."""

    validity_months = forms.IntegerField(
        label=_("For how many months does the level hold?"),
        help_text=_("Leave it empty if it does not end by itself."),
        required=False,
        min_value=1,
        max_value=LONGEST_MONTHS,
    )
    valid_from = forms.DateField(
        label=_("From which day?"),
        help_text=_("What happens from this day on is judged by the new version."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    ends_earlier_on = forms.DateField(
        label=_("Last day for what was shown earlier"),
        help_text=_("Leave it empty, and it counts as long as it would have. A day ends it for everybody then."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    reason = forms.CharField(
        label=_("Why is it changed?"),
        help_text=_("Stands in the rule's history. It is needed when earlier evidence ends."),
        required=False,
        max_length=1000,
        validators=[refuse_personnummer],
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, today: date, may_end_earlier: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["valid_from"].widget.attrs["min"] = today.isoformat()
        if not may_end_earlier:
            del self.fields["ends_earlier_on"]

    def clean_valid_from(self) -> date:
        day: date = self.cleaned_data["valid_from"]
        if day < self.today:
            raise ValidationError(_("The day has passed. Choose today or a later day."))
        return day

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        begins, ends = said.get("valid_from"), said.get("ends_earlier_on")
        if begins and ends and ends < begins:
            self.add_error("ends_earlier_on", _("Earlier evidence cannot end before the new version begins."))
        if ends and not said.get("reason", "").strip():
            self.add_error("reason", _("Give the reason for ending earlier evidence before its time."))
        return said

    def proposal(self, competency: Competency, level: int, alternatives: list[Alternative]) -> Proposal:
        said = self.cleaned_data
        ends = said.get("ends_earlier_on")
        return {
            "kind": RULE,
            "competency": competency.code,
            "level": level,
            "tree": tree_of(alternatives),
            "validity_months": said["validity_months"],
            "valid_from": said["valid_from"].isoformat(),
            "ends_earlier_on": ends.isoformat() if ends else None,
            "reason": said["reason"],
        }


class AcceptanceForm(forms.Form):
    """Whose findings count where, of what, up to which level and how fresh."""

    node = forms.TypedChoiceField(label=_("Where is it to count?"), coerce=int)
    giver = forms.TypedChoiceField(label=_("Shown with whom?"), coerce=int)
    competency = forms.ChoiceField(label=pgettext_lazy("noun", "Competency"), required=False)
    level = forms.TypedChoiceField(label=_("Up to which level?"), coerce=int, widget=forms.RadioSelect)
    freshness_months = forms.IntegerField(
        label=_("For how many months after it was shown?"),
        help_text=_("Leave it empty, and it holds as long as it does there."),
        required=False,
        min_value=1,
        max_value=LONGEST_MONTHS,
    )
    reason = forms.CharField(
        label=_("Why?"),
        required=False,
        max_length=1000,
        validators=[refuse_personnummer],
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self,
        *args: Any,
        nodes: list[Organisation],
        givers: list[Organisation],
        law_book: Book,
        level_names: dict[int, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.law_book = law_book
        self.nodes = {node.pk: node for node in nodes}
        self.givers = {giver.pk: giver for giver in givers}
        living = [each for each in law_book.competencies if each.retired_at is None]
        choices: dict[str, list[tuple[Any, Any]]] = {
            "node": [(pk, node.name) for pk, node in self.nodes.items()],
            "giver": [(pk, giver.name) for pk, giver in self.givers.items()],
            "competency": [("", _("All competencies")), *((each.code, each.title) for each in living)],
            "level": [(level, f"{level} {level_names.get(level, '')}") for level in range(1, TOP_LEVEL + 1)],
        }
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]

    @property
    def receiver(self) -> Organisation:
        return self.nodes[self.cleaned_data["node"]]

    @property
    def proposal(self) -> Proposal:
        said = self.cleaned_data
        names = ("node", "giver", "competency", "level", "freshness_months", "reason")
        return {"kind": ACCEPTANCE} | {name: said[name] for name in names}
