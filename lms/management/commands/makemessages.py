"""Django's command with the project's habits, so that everyone's catalogues come out alike."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import makemessages

# No texts for people in these.
NOT_SHOWN = ["bench", "docs", "tests", "var"]


class Command(makemessages.Command):
    help = f"{makemessages.Command.help} Here: no line numbers, no guesses, nothing obsolete, no wrapped lines."
    # A guess that nobody reads is worse than a missing text, which the tests find.
    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]

    def handle(self, *args: Any, **options: Any) -> None:
        options["locale"] = options["locale"] or ["sv"]
        options["ignore_patterns"] = [*options["ignore_patterns"], *NOT_SHOWN]
        options.update(no_location=True, no_obsolete=True, no_wrap=True)
        super().handle(*args, **options)
