"""The commands say where and why, and write nothing when they should not."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from people import register
from people.models import EmploymentTerms, Organisation, Person
from tests.people import hr
from tests.people.conftest import Land

DATA = Path(register.__file__).parent / "data"


def run(*arguments: object) -> list[str]:
    out = io.StringIO()
    call_command(*map(str, arguments), stdout=out, stderr=out)
    return out.getvalue().splitlines()


@pytest.fixture
def staff(tmp_path: Path) -> Path:
    path = tmp_path / "staff.csv"
    path.write_bytes(hr.file(hr.line(), hr.line(anställningsnummer="2", enhet="Nowhere")))
    return path


@pytest.fixture(autouse=True)
def _in_english(settings: object) -> None:
    settings.LANGUAGE_CODE = "en"  # type: ignore[attr-defined]


def test_an_import_reports_line_field_outcome_and_sentence(land: Land, staff: Path) -> None:
    assert run("people", "import", staff) == [
        f"{staff}:3\tenhet\trejected\tThe unit “Nowhere” is not in the register. Units are never made by an import.",
        "2 lines imported: 1 new, 0 changed, 0 unchanged, 1 rejected.",
    ]
    assert Person.objects.count() == 1


def test_a_dry_run_writes_nothing(land: Land, staff: Path) -> None:
    summary = run("people", "import", staff, "--dry-run")[-1]
    assert summary == "2 lines read (dry run, nothing was written): 1 new, 0 changed, 0 unchanged, 1 rejected."
    assert Person.objects.count() == 0


def test_the_day_of_an_import_can_be_told(land: Land, staff: Path) -> None:
    staff.write_bytes(hr.file(hr.line(startdatum="2026-05-01")))
    run("people", "import", staff, "--on", "2026-04-01")
    assert EmploymentTerms.objects.get().valid_from.isoformat() == "2026-04-01"


def test_a_refused_file_and_one_that_is_not_there_end_in_an_error(land: Land, staff: Path, tmp_path: Path) -> None:
    staff.write_bytes(b"a;b\n")
    for path in (staff, tmp_path / "nowhere.csv", tmp_path):
        with pytest.raises(CommandError):
            run("people", "import", path)
    assert Person.objects.count() == 0


def test_units_are_imported_below_a_region_of_the_given_name(db: None) -> None:
    assert run("units", "import", DATA / "units.csv", "--region", "Regionen") == ["14 units are new or changed."]
    assert run("units", "import", DATA / "units.csv") == ["0 units are new or changed."]
    assert Organisation.objects.filter(depth=1).get().name == "Regionen"


def test_a_wrong_register_of_units_says_where(db: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "units.csv"
    path.write_text("kod;enhet;arbetsgivare;ansvarig vårdgivare;verksamhet\nnorr;Norr;G;G;kiosk\n", encoding="utf-8")
    err = io.StringIO()
    with pytest.raises(CommandError, match="refused whole"):
        call_command("units", "import", str(path), stderr=err)
    assert err.getvalue().startswith(f"{path}:2\tverksamhet\trefused\t“kiosk” is not a setting we know.")
    assert Organisation.objects.count() == 0


def test_people_without_units_are_all_rejected(db: None, staff: Path) -> None:
    assert run("people", "import", staff)[-1].endswith("2 rejected.")


def test_a_complete_file_that_ends_many_is_put_aside_and_says_who_decides(land: Land, tmp_path: Path) -> None:
    everybody, few = tmp_path / "alla.csv", tmp_path / "nagra.csv"
    names = [hr.line(anställningsnummer=str(number), förnamn=f"P{number}", e_post="") for number in range(3)]
    everybody.write_bytes(hr.file(*names))
    few.write_bytes(hr.file(names[0]))
    run("people", "import", everybody)
    tried = " ".join(run("people", "import", few, "--complete", "--dry-run"))
    assert "2 employments end by silence, 0 lose something delegated. It would wait for HR to decide." in tried
    told = " ".join(run("people", "import", few, "--complete"))
    assert "1 lines put aside until somebody has looked" in told
    assert "HR decides: /personal/granskning/" in told
    assert "1 lines imported: 0 new, 0 changed, 1 unchanged" in run("people", "import", few)[0]
