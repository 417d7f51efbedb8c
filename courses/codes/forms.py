"""What is chosen to make a code, and what to print."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.codes.models import LONGEST_PLACE, Code
from courses.codes.queries import Target, name_of, sections_in
from courses.sections import Section
from people.api import Organisation, refuse_personnummer

WHOLE = ""
LABELS_ON_A_SHEET = 24


class CodeForm(forms.Form):
    """A code for a module. Whose it is is asked of whoever makes codes in several places."""

    section = forms.ChoiceField(label=_("What does the code open?"), required=False, widget=forms.RadioSelect)
    place = forms.CharField(
        label=_("Where does it hang?"),
        help_text=_(
            "If you like, for example “the lift in the hall”. Codes in different places are counted by themselves."
        ),
        max_length=LONGEST_PLACE,
        required=False,
        validators=[refuse_personnummer],
    )
    node = forms.ChoiceField(label=_("Whose code is it?"))

    def __init__(self, *args: Any, target: Target, nodes: Sequence[Organisation], code: Code | None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.target = target
        self.nodes = {node.slug: node for node in nodes}
        found = sections_in([target.course])[target.module.key]
        self.sections: dict[str, Section] = {section.anchor: section for section in found}
        parts = [(anchor, name_of(section)) for anchor, section in self.sections.items()]
        self.fields["section"].choices = [(WHOLE, _("The whole module")), *parts]
        self.fields["node"].choices = [(slug, node.name) for slug, node in self.nodes.items()]
        self.initial = {"section": WHOLE, "node": next(iter(self.nodes)), "place": code.place if code else ""}
        if code is not None or len(self.nodes) == 1:
            del self.fields["node"]

    @property
    def chosen(self) -> Target:
        section = self.sections.get(self.cleaned_data["section"])
        return Target(self.target.course, self.target.module, section)

    @property
    def owner(self) -> Organisation:
        return self.nodes[self.cleaned_data.get("node") or next(iter(self.nodes))]


class LabelsForm(forms.Form):
    """Which codes go on a sheet of labels, and how many of each."""

    code = forms.MultipleChoiceField(
        label=_("Codes"),
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose at least one code.")),
    )
    copies = forms.IntegerField(label=_("Labels of each"), min_value=1, max_value=LABELS_ON_A_SHEET, initial=1)

    def __init__(self, *args: Any, codes: Sequence[Code], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = [(code.text, code.text) for code in codes]
