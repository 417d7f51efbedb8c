from django.apps import AppConfig


class XapiConfig(AppConfig):
    name = "xapi"

    def ready(self) -> None:
        """What is recorded is queued for the stores that it is forwarded to."""
        from .forwarding import queue
        from .services import on_recorded

        on_recorded(queue)
