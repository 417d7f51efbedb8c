"""The form by which a requirement is added, raised or ended."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.api import Organisation

from ..book import Book
from ..framework_file import EVERYWHERE
from ..models import TOP_LEVEL
from .proposals import REQUIREMENT, Proposal
from .requirements import asked_above


class RequirementForm(forms.Form):
    """Level of a competency, asked of a profession at a node and below, from a day on."""

    node = forms.TypedChoiceField(label=_("Who asks for it?"), coerce=int)
    profession = forms.ChoiceField(label=_("Of whom?"))
    competency = forms.ChoiceField(label=pgettext_lazy("noun", "Competency"))
    level = forms.TypedChoiceField(label=_("Which level?"), coerce=int, widget=forms.RadioSelect)
    setting = forms.ChoiceField(label=_("Where do they work?"), required=False)
    valid_from = forms.DateField(
        label=_("From which day?"),
        help_text=_("Give people time to learn. From this day the requirement counts in their plans."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(
        self, *args: Any, nodes: list[Organisation], law_book: Book, level_names: dict[int, str], today: date, **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        self.law_book, self.today = law_book, today
        self.nodes = {node.pk: node for node in nodes}
        living = [each for each in law_book.competencies if each.retired_at is None]
        areas = {area.pk: area.title for area in law_book.areas}
        by_area = {pk: [(each.code, each.title) for each in living if each.area_id == pk] for pk in areas}
        choices = {
            "node": [(node.pk, node.name) for node in nodes],
            "profession": [(each.code, each.title) for each in law_book.professions if each.retired_at is None],
            "competency": [(areas[pk], each) for pk, each in by_area.items() if each],
            "level": [(level, f"{level} {level_names.get(level, '')}") for level in range(1, TOP_LEVEL + 1)],
            "setting": [("", _("Everywhere")), *((code, each.title) for code, each in law_book.settings.items())],
        }
        for name, offered in choices.items():
            self.fields[name].choices = offered
        self.fields["valid_from"].widget.attrs["min"] = today.isoformat()

    def clean_valid_from(self) -> date:
        day: date = self.cleaned_data["valid_from"]
        if day < self.today:
            raise ValidationError(_("The day has passed. Choose today or a later day."))
        return day

    def clean(self) -> dict[str, Any]:
        """A requirement adds or raises: one that is asked already, here or above, would change nothing."""
        values: dict[str, Any] = super().clean() or {}
        if self.errors:
            return values
        known = asked_above(
            self.law_book,
            values["profession"],
            self.law_book.competency(values["competency"]),
            self.nodes[values["node"]],
            values["setting"] or EVERYWHERE,
            values["valid_from"],
        )
        if known >= values["level"]:
            self.add_error(
                "level",
                _("Level %(level)s is asked already. Choose a higher level, or leave it as it is.") % {"level": known},
            )
        return values

    @property
    def proposal(self) -> Proposal:
        said = self.cleaned_data
        return {
            "kind": REQUIREMENT,
            "profession": said["profession"],
            "competency": said["competency"],
            "level": said["level"],
            "setting": said["setting"] or EVERYWHERE,
            "node": said["node"],
            "valid_from": said["valid_from"].isoformat(),
        }
