"""Pages below /koder/, for those who put up codes. The codes themselves are followed at /q/ (lms.urls)."""

from __future__ import annotations

from django.urls import path

from courses.codes import views

urlpatterns = [
    path("", views.codes, name="codes"),
    path("ny/", views.choose, name="code_choose"),
    path("ny/<uuid:module>/", views.new, name="code_new"),
    path("etiketter/", views.as_labels, name="code_labels"),
    path("<str:text>/", views.code, name="code_page"),
    path("<str:text>/affisch/<str:size>/", views.as_poster, name="code_poster"),
    path("<str:text>/avsluta/", views.retire, name="code_retire"),
]
