from django.apps import AppConfig


class CompetencyConfig(AppConfig):
    name = "competency"

    def ready(self) -> None:
        """Listen to the rooms below: new statements and changed people put standings out of date, and may
        suspend delegations."""
        from people.api import on_people_changed, on_permissions_asked
        from xapi.api import on_recorded

        from .delegation import calendar
        from .services import rebuilding

        on_recorded(rebuilding.on_recorded)
        on_people_changed(rebuilding.on_people_changed)
        on_recorded(calendar.on_recorded)
        on_people_changed(calendar.on_people_changed)
        on_permissions_asked(calendar.permitted)
