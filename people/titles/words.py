"""The words for how somebody stands."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

from people.titles.right import State

STATE_LABELS = {
    State.UNKNOWN: pgettext_lazy("title right", "Nothing is known"),
    State.NONE: pgettext_lazy("title right", "No right to the title"),
    State.WAITING: pgettext_lazy("title right", "Has applied and waits, must not carry the title"),
    State.TRANSITION: pgettext_lazy("title right", "Transition rule until 30 June 2033, needs a certificate by then"),
    State.CERTIFICATE: pgettext_lazy("title right", "Has a certificate"),
    State.UNPROTECTED: pgettext_lazy("title right", "The title was not protected yet"),
}
