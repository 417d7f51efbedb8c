from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class LmsConfig(AppConfig):
    name = "lms"

    def ready(self) -> None:
        from lms.database import grant_to_application

        # Sent once, when every table exists, for each app that has models; this one has none.
        post_migrate.connect(grant_to_application, sender=apps.get_app_config("people"))
