from django.apps import AppConfig


class CompetencyConfig(AppConfig):
    name = "competency"

    def ready(self) -> None:
        """Listen to the rooms below: new statements and changed people put standings out of date."""
        from people.api import on_people_changed
        from xapi.api import on_recorded

        from .services import rebuilding

        on_recorded(rebuilding.on_recorded)
        on_people_changed(rebuilding.on_people_changed)
