"""All that the rooms above may import from `people`."""

from __future__ import annotations

from people.changes import on_people_changed, on_permissions_asked
from people.clock import STOCKHOLM, end_of_day, now, start_of_day, today
from people.csv_file import Unreadable as UnreadableTable
from people.csv_file import read_table, write_table
from people.days import DayField
from people.errors import Conflict, DomainError, NotAllowed, NotFound
from people.freshness import ask_again, is_fresh, signs
from people.hr_import import import_people
from people.hr_report import ImportReport, ReportLine
from people.iri import activity_iri, iri_base
from people.models import Employment, EmploymentTerms, Organisation, Person, Role, RoleGrant, User
from people.notices import Notice, put_away
from people.numbers import whole_number
from people.paging import PAGES, BadQuery, LostPlace, cursor_of, limit_of, page, paged, place_after
from people.personnummer import holds_personnummer
from people.printing import pdf_response, printed
from people.problems import problem
from people.queries import (
    actor_keys_of,
    actor_keys_of_all,
    actor_of,
    chosen_employment,
    employments_of,
    people_with_hsa_id,
    person_by_actor_key,
    person_of,
    staff_of,
    staff_signature,
)
from people.ready import Kept, fill, hole
from people.register import InvalidFile, import_units, load_titles, map_title
from people.reviewing.models import WaitingImport
from people.reviewing.rules import waiting_for as waiting_files_for
from people.reviewing.waiting import employers_reviewed
from people.served import Answered, Served, answered_for, served_by
from people.service import Stretch, service_from
from people.services import (
    change_employment,
    create_account,
    create_person,
    end_role,
    grant_role,
    hire,
    link_identity,
    mark_absent,
    unlink_identity,
)
from people.titles.queries import title_right_of
from people.titles.right import Right as TitleRight
from people.titles.rules import reads_titles
from people.titles.services import register_title_right
from people.validators import refuse_personnummer
from people.visibility import (
    employments_visible_to,
    has_role,
    held_grants,
    people_visible_to,
    responsible_provider,
    roles_of,
    units_visible_to,
    visible_person,
)
from people.wording import driver_rows, moment_of, worded_once

__all__ = [
    "PAGES",
    "STOCKHOLM",
    "Answered",
    "BadQuery",
    "Conflict",
    "DayField",
    "DomainError",
    "Employment",
    "EmploymentTerms",
    "ImportReport",
    "InvalidFile",
    "Kept",
    "LostPlace",
    "NotAllowed",
    "NotFound",
    "Notice",
    "Organisation",
    "Person",
    "ReportLine",
    "Role",
    "RoleGrant",
    "Served",
    "Stretch",
    "TitleRight",
    "UnreadableTable",
    "User",
    "WaitingImport",
    "activity_iri",
    "actor_keys_of",
    "actor_keys_of_all",
    "actor_of",
    "answered_for",
    "ask_again",
    "change_employment",
    "chosen_employment",
    "create_account",
    "create_person",
    "cursor_of",
    "driver_rows",
    "employers_reviewed",
    "employments_of",
    "employments_visible_to",
    "end_of_day",
    "end_role",
    "fill",
    "grant_role",
    "has_role",
    "held_grants",
    "hire",
    "holds_personnummer",
    "hole",
    "import_people",
    "import_units",
    "iri_base",
    "is_fresh",
    "limit_of",
    "link_identity",
    "load_titles",
    "map_title",
    "mark_absent",
    "moment_of",
    "now",
    "on_people_changed",
    "on_permissions_asked",
    "page",
    "paged",
    "pdf_response",
    "people_visible_to",
    "people_with_hsa_id",
    "person_by_actor_key",
    "person_of",
    "place_after",
    "printed",
    "problem",
    "put_away",
    "read_table",
    "reads_titles",
    "refuse_personnummer",
    "register_title_right",
    "responsible_provider",
    "roles_of",
    "served_by",
    "service_from",
    "signs",
    "staff_of",
    "staff_signature",
    "start_of_day",
    "title_right_of",
    "today",
    "units_visible_to",
    "unlink_identity",
    "visible_person",
    "waiting_files_for",
    "whole_number",
    "worded_once",
    "write_table",
]
