"""The activities resource: what is known of one activity."""

from __future__ import annotations

import json
from datetime import datetime

from django.http import HttpRequest, HttpResponse

from ..models import Credential
from ..parameters import Parameters
from ..queries import activity_object
from .resource import NotThisMethod, resource, tagged

NAMES = frozenset({"activityId"})


@resource
def activities(request: HttpRequest, credential: Credential, version: str, at: datetime) -> HttpResponse:
    """The activities resource (2.0: 4.1.6.4, 1.0.3: Communication 2.5).

    Open to every credential: it tells no more than the id that was asked for, unless statements may be read.
    """
    if request.method not in ("GET", "HEAD"):
        raise NotThisMethod("GET, HEAD")
    asked = Parameters({name: request.GET.getlist(name) for name in request.GET}, version, names=NAMES)
    asked.require("activityId")
    body = activity_object(asked.iri("activityId") or "", credential=credential)
    return tagged(request, json.dumps(body, ensure_ascii=False).encode())
