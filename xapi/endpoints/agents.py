"""The agents resource: an agent as a Person object."""

from __future__ import annotations

import json
from datetime import datetime

from django.http import HttpRequest, HttpResponse

from ..identity import IFI_NAMES
from ..models import Credential
from ..parameters import Parameters
from .resource import NotThisMethod, resource, tagged

NAMES = frozenset({"agent"})


@resource
def agents(request: HttpRequest, credential: Credential, version: str, at: datetime) -> HttpResponse:
    """The agents resource (2.0: 4.1.6.3, 1.0.3: Communication 2.4).

    Says what was asked and no more. This store keeps no register of names, and which identifiers are one person's is
    for people to say, not for a credential to ask.
    """
    if request.method not in ("GET", "HEAD"):
        raise NotThisMethod("GET, HEAD")
    asked = Parameters({name: request.GET.getlist(name) for name in request.GET}, version, names=NAMES)
    agent = asked.agent_object(may_be_group=False)
    person = {"objectType": "Person"} | {name: [agent[name]] for name in ("name", *IFI_NAMES) if name in agent}
    return tagged(request, json.dumps(person, ensure_ascii=False).encode())
