import gc

from django.apps import AppConfig, apps
from django.conf import settings
from django.db.models.signals import post_migrate


class LmsConfig(AppConfig):
    name = "lms"

    def ready(self) -> None:
        from lms.database import grant_to_application, partition_when_empty
        from lms.translations import compile_outdated

        for folder in settings.LOCALE_PATHS:
            compile_outdated(folder)
        # Sent once, when every table exists, for each app that has models; this one has none.
        post_migrate.connect(partition_when_empty, sender=apps.get_app_config("people"))
        post_migrate.connect(grant_to_application, sender=apps.get_app_config("people"))
        if settings.BROKER_URL:
            _wake_celery()
        # What is loaded by now stays as long as the process. Looked through again and again for what could be thrown
        # away, it would cost a rebuild a fifth of its time, and processes that fork would no longer share its memory.
        gc.freeze()


def _wake_celery() -> None:
    """Tell the workers whenever there may be something to do. Without a broker, Celery is not even loaded."""
    from lms.celery import wake_after_commit, wake_forwards_after_commit
    from people.api import on_people_changed
    from xapi.api import on_queued, on_recorded

    on_recorded(wake_after_commit)
    on_people_changed(wake_after_commit)
    on_queued(wake_forwards_after_commit)
