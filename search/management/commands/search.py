"""`manage.py search rebuild|status|explain`: the index read anew, what it holds, and how a query is understood."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from people.api import now
from search.services import rebuild
from search.status import Status, status
from search.swedish import explained, the_lexicon
from search.vocabulary import words


class Command(BaseCommand):
    help = "The index of the search: reads it anew, says what it holds, or explains how a query is understood."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("rebuild", help="reads all that is published anew; searches and publishing go on meanwhile")
        actions.add_parser("status", help="says what the index holds; ends with 1 if it is not what is published")

        explain = actions.add_parser("explain", help="prints each step of the analysis of a query")
        explain.add_argument("query")

    def handle(self, *, action: str, query: str = "", **options: Any) -> None:
        if action == "explain":
            self.stdout.write("\n".join(explained(query, the_lexicon(), words().vocabulary)))
            return
        if action == "rebuild":
            rebuild(now(), self._progress)
        found = status(now())
        self._tell(found)
        if not found.is_whole:
            sys.exit(1)

    def _progress(self, done: int, total: int) -> None:
        self.stdout.write(f"{done} of {total} courses")
        self.stdout.flush()

    def _tell(self, found: Status) -> None:
        for kind, count in sorted(found.sources.items()):
            self.stdout.write(f"{kind}: {count}")
        self.stdout.write(f"passages: {found.passages}, terms: {found.terms}")
        size = f"{found.index_bytes:,} bytes for {found.text_signs:,} signs of text ({found.ratio:.1f} times)"
        self.stdout.write(f"size: {size}")
        for name, keys in (("missing", found.missing), ("left over", found.left_over)):
            if keys:
                self.stdout.write(f"{name}: {len(keys)}, such as {' '.join(min(keys))}")
        if not found.is_of_this_version:
            self.stdout.write("An earlier version made it; a rebuild is due, and the worker does it by itself.")
