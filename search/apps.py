from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "search"
    verbose_name = _("Search")

    def ready(self) -> None:
        from competency.api import on_occasion_changed
        from courses.api import on_edition_changed, on_term_changed
        from search import services

        on_edition_changed(services.edition_changed)
        on_term_changed(services.term_changed)
        on_occasion_changed(services.occasion_changed)
