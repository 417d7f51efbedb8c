"""The resources, at `/xapi/` for every version and at `/xapi/1.0.3/` for that one alone."""

from __future__ import annotations

from django.urls import include, path

from .endpoints.about import about
from .endpoints.activities import activities
from .endpoints.agents import agents
from .endpoints.documents import activity_profile, agent_profile, state
from .endpoints.slashes import with_single_slashes
from .endpoints.statements import more, statements

app_name = "xapi"

resources = [
    path("about", about, name="about"),
    path("statements", statements, name="statements"),
    path("statements/more/<str:token>", more, name="more"),
    path("activities", activities, name="activities"),
    path("activities/state", state, name="state"),
    path("activities/profile", activity_profile, name="activity_profile"),
    path("agents", agents, name="agents"),
    path("agents/profile", agent_profile, name="agent_profile"),
]
urlpatterns = [
    *resources,
    path("1.0.3/", include((resources, "version_1")), {"spoken": ("1.0.3",)}),
    path("", with_single_slashes),
    path("<path:rest>", with_single_slashes),
]
