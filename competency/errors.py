"""What a person, a file or a machine may get wrong about competence, each in a sentence."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from people.errors import Conflict, DomainError, NotAllowed, NotFound

MOST_FAULTS = 50


class RuleError(DomainError):
    """A rule, claim or requirement that means nothing: unknown words, levels off the scale, dates out of order."""

    code = "rule"


class FrameworkError(DomainError):
    """A framework file that cannot be used. The message names the file and every place in it; nothing was changed."""

    code = "framework"

    @classmethod
    def of(cls, name: str, faults: Iterable[tuple[str, str]]) -> FrameworkError:
        """Return the error that tells of all `faults`, each a place in the file and what is wrong there."""
        lines = [
            gettext("%(place)s: %(problem)s.") % {"place": f"{name}: {place}" if place else name, "problem": problem}
            for place, problem in faults
        ]
        return cls("\n".join([*lines[:MOST_FAULTS], gettext("Nothing was changed.")]))


class StartUpFileError(DomainError):
    """A start-up file that cannot be read at all. Rows that are wrong are reported one by one instead."""

    code = "start_up_file"


class UnknownCompetency(NotFound):
    default_message = _("There is no competency with that code.")


class NotEntitled(NotAllowed):
    """The assessor does not hold the role or the licence that the rule asks for, at the moment of recording."""

    code = "not_entitled"
    default_message = _("You do not hold the role or licence that this needs.")


class NobodyAssessesHerself(NotAllowed):
    code = "own_assessment"
    default_message = _("Nobody assesses herself. Ask your manager, or the chief nurse, to do it.")


class AlreadyReplied(Conflict):
    code = "already_replied"
    default_message = _("You have already answered. An answer stands as it is; talk to the one who assessed you.")


class ChangedMeanwhile(Conflict):
    """What is to be signed is no longer what was shown."""

    code = "changed_meanwhile"
    default_message = _("Something changed while you were reading. Look through it once more, and then sign.")
