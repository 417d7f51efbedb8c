"""The educators' forms in the workshop: choices from the framework, and addresses that never clash."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.choices import CallableChoiceIterator
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.forms.pages import CopyForm
from wagtail.models import Page

from courses.framework import competency_choices, profession_choices
from courses.rules import first_owner, may_end_earlier_versions, owners_for
from people.api import Organisation, today

ENDING = ("earlier_until", "earlier_reason")


class CompetencySelect(forms.Select):
    """The competencies of the framework in force, read each time the form is shown."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, choices=CallableChoiceIterator(competency_choices))


class CourseForm(WagtailAdminPageForm):
    target_professions = forms.MultipleChoiceField(
        label=_("Professions"),
        choices=profession_choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("For whom the course is suggested first. Everyone may take it."),
    )
    must_retake = forms.BooleanField(
        label=_("Learners must take this again"),
        required=False,
        help_text=_("Tick when what was right before is wrong now. The next publish gets a new main version."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["must_retake"].initial = self.instance.asks_for_retake
        if self.instance.owner_node_id is None:
            self.initial["owner_node"] = first_owner(self.for_user, today())
        owner = self.fields["owner_node"]
        owner.queryset = owners_for(self.for_user, today()) | Organisation.objects.filter(
            pk=self.instance.owner_node_id
        )

        self._leave_ending_to_chiefs()

    def _leave_ending_to_chiefs(self) -> None:
        """Who may not decide the last day sees it and cannot change it; what belonged to an earlier tick is gone."""
        if not self.instance.asks_for_retake:
            self.initial |= {"earlier_until": None, "earlier_reason": ""}
        owner = self.instance.owner_node_id and self.instance.owner_node
        if not (owner and may_end_earlier_versions(self.for_user, owner, today())):
            for name in ENDING:
                self.fields[name].disabled = True
            self.fields["earlier_until"].help_text = _(
                "Decided by a chief nurse or chief for rehabilitation of the owner, as when she reviews the draft."
            )

    def clean_slug(self) -> str:
        """Return the address asked for, or the nearest free one: a clash is settled silently (semantics 29)."""
        return self.instance.nearest_free_slug(self.cleaned_data["slug"], self.parent_page)

    def save(self, commit: bool = True) -> Any:
        self.instance.ask_for_retake(self.cleaned_data["must_retake"])
        if not self.cleaned_data["must_retake"]:
            self.instance.earlier_until, self.instance.earlier_reason = None, ""
        return super().save(commit=commit)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self._refuse_doubled_claims()
        self._check_ending(cleaned)
        return cleaned

    def _check_ending(self, cleaned: dict[str, Any]) -> None:
        until = cleaned.get("earlier_until")
        if not until or self.fields["earlier_until"].disabled:
            return
        if not cleaned.get("must_retake"):
            self.add_error("earlier_until", _("It can only end when learners must take the course again. Tick that."))
        if "earlier_until" in self.changed_data and until < today():
            self.add_error("earlier_until", _("The day has passed. Choose today or a later day."))
        if not (cleaned.get("earlier_reason") or "").strip():
            self.add_error("earlier_reason", _("Give the reason for ending earlier evidence before its time."))

    def _refuse_doubled_claims(self) -> None:
        formset = self.formsets.get("teaches")
        if formset is None or not formset.is_valid():
            return
        seen: set[str] = set()
        for row in formset.cleaned_data:
            code = row.get("competency")
            if not code or row.get("DELETE"):
                continue
            if code in seen:
                raise ValidationError(_("%(code)s is listed twice. Keep the highest level.") % {"code": code})
            seen.add(code)


class ModuleForm(WagtailAdminPageForm):
    def clean_slug(self) -> str:
        return self.instance.nearest_free_slug(self.cleaned_data["slug"], self.parent_page)


class ContentCopyForm(CopyForm):
    """A copy is put where the educator may see; what she copies from others becomes a draft that is hers."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        from courses.visibility import shown_to

        super().__init__(*args, **kwargs)
        self.fields["new_parent_page"].queryset = shown_to(self.user, Page.objects.all())
        # An alias would follow its original's owner, and a live copy would go out in the owner's name.
        if not self.page.permissions_for_user(self.user).is_hers:
            self.fields.pop("alias", None)
            self.fields.pop("publish_copies", None)
