"""Pages about competence: my own, my team's, and what each role asks for."""

from __future__ import annotations

from django.urls import include, path

from . import views
from .assignment.views import put_notice_away as put_assignment_notice_away
from .coverage import views as coverage
from .dry_run import views as dry_run
from .observing import views as observing
from .plan import views as plan_views
from .rollup import views as rollup
from .rulebook import views as rulebook

urlpatterns = [
    path("plan/", include("competency.plan.urls")),
    path("plan/<uuid:uuid>/kompetens/", views.competence, name="competence"),
    path("plan/<uuid:uuid>/kompetens/<slug:code>/", views.reason, name="reason"),
    path("kompetens/", views.competence, name="competence"),
    path("kompetens/<slug:code>/", views.reason, name="reason"),
    path("kompetens/<slug:code>/ovat/", observing.practice, name="practice"),
    path("kompetens/<slug:code>/svar/<uuid:statement_id>/", views.reply, name="reply"),
    path("uppdrag/besked/<uuid:uuid>/", put_assignment_notice_away, name="assignment_notice"),
    path("team/", views.teams, name="teams"),
    path("team/<slug:slug>/", views.team, name="team"),
    path("team/<slug:slug>/enheter/", rollup.area, name="area"),
    path("team/<slug:slug>/lista/", views.team_list, name="team_list"),
    path("team/<slug:slug>/tackning/", coverage.coverage, name="coverage"),
    path("team/<slug:slug>/tackning/behov/", coverage.need, name="coverage_need"),
    path("team/<slug:slug>/uppdrag/", include("competency.assignment.urls")),
    path("team/<slug:slug>/tillsyn/", include("competency.inspection.urls")),
    path("team/<slug:slug>/planer/", plan_views.unit_plans, name="unit_plans"),
    path("team/<slug:slug>/bedom/<uuid:uuid>/<slug:code>/", views.assess, name="assess"),
    path("roller/", views.roles, name="roles"),
    path("roller/<slug:code>/", views.role, name="role"),
    path("regler/", rulebook.rules, name="rules"),
    path("regler/godtagna/", rulebook.acceptances, name="acceptances"),
    path("regler/godtagna/avsluta/", rulebook.end_acceptance, name="end_acceptance"),
    path("regler/<slug:code>/", rulebook.rule, name="rule"),
    path("regler/<slug:code>/checklista/", observing.checklist, name="checklist"),
    path("regler/<slug:code>/bedomare/", observing.own_level, name="own_level"),
    path("regler/<slug:code>/<int:level>/", rulebook.new_rule, name="new_rule"),
    path("krav/", dry_run.requirements, name="requirements"),
    path("krav/raknas/", rollup.recomputing, name="recomputing"),
    path("krav/nytt/", dry_run.new_requirement, name="new_requirement"),
    path("krav/avsluta/", dry_run.end_requirement, name="end_requirement"),
    path("krav/prov/<uuid:uuid>/", dry_run.dry_run, name="dry_run"),
    path("krav/prov/<uuid:uuid>/beslut/", dry_run.decide_dry_run, name="decide_dry_run"),
]
