"""Files of places: what is taken, what is refused and why, and that a refusal changes nothing."""

import csv
import io
import tracemalloc
import zipfile
from dataclasses import replace
from datetime import date
from operator import attrgetter
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.files import DEFAULT_DIR
from bot.content.places import Places
from bot.content.sitetable import COLUMNS, FileRefusedError, FormulaError, RowError, SiteTable
from bot.models.sites import Need, Rejected, Site
from bot.services import sitefiles
from bot.services.hsdsexport import NAMES, write_package
from bot.services.sitefiles import read_sites, write_csv

TODAY = date(2026, 11, 21)
TABLE = SiteTable(Places())
HEAD = "name,needs,address,city,zip,hours,walk_in,checked_on,phone\n"
GOOD = 'Van,narcan; strips,3200 W. Madison St.,Chicago,60612,"Mo-Fr 09:00-17:00",yes,11/20/2026,\n'


@pytest.fixture
def read(tmp_path):
    def read(content, name="sites.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return contents(path)

    return read


def contents(path):
    rows = list(read_sites(path, TABLE, "idhs", TODAY))
    return SimpleNamespace(
        sites=[row for row in rows if isinstance(row, Site)],
        rejected=[row for row in rows if isinstance(row, Rejected)],
    )


def test_a_row_of_a_spreadsheet_becomes_a_site(read):
    (site,) = read("\ufeff" + HEAD.title() + GOOD).sites
    assert site.name == "Van"
    assert site.needs == {Need.NALOXONE, Need.TEST_STRIPS}
    assert site.key == "idhs/van-3200-w-madison-st"
    assert site.assured_on == date(2026, 11, 20)
    assert site.walk_in is True
    assert site.no_id is None
    assert (round(site.latitude, 2), round(site.longitude, 2)) == (41.88, -87.71)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",narcan,,,60624,,,,", "there is no name"),
        ("A,,,,60624,,,,", "it does not say what is given there"),
        ("A,cookies,,,60624,,,,", "“cookies” among the needs is not known"),
        ("A,narcan,,,,,,,", "it cannot be told where it is"),
        ("A,narcan,,,60624,9 to 5,,,", "the hours are not clear"),
        ("A,narcan,,,60624,Mo-Fr 9:00-5:00,,,", "“9:00-5:00” would go on all night"),
        ("A,narcan,,,60624,,perhaps,,", "the column walk_in is neither yes nor no"),
        ("A,narcan,,,60624,,,2026-11-22,", "the date in checked_on has not come yet"),
        ("A,narcan,,,60624,,,soon,", "not a date such as"),
        ("A,narcan,,,60624,,,,call us", "the phone is not a phone number"),
        (f"{'A' * 200},narcan,,,60624,,,,", "longer than 120"),
    ],
)
def test_a_row_that_cannot_be_taken_is_told_by_its_line(read, row, reason):
    parsed = read(f"{HEAD}{GOOD}{row}\n")
    assert len(parsed.sites) == 1
    assert [(each.line, reason in each.reason) for each in parsed.rejected] == [(3, True)]


def test_the_same_place_twice_is_taken_once(read):
    parsed = read(HEAD + GOOD + GOOD)
    assert len(parsed.sites) == 1
    assert "twice" in parsed.rejected[0].reason


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "no column name and needs"),
        (b"\x00\x01\x02\xff\xfe", "not UTF-8"),
        (HEAD.encode("utf-16"), "not UTF-8"),
        ((HEAD + "Caf\u00e9,narcan,,,60624,,,,\n").encode("latin-1"), "not UTF-8"),
        (f'{HEAD}"Van,narcan', "not a table"),
        (f"{HEAD}A,narcan,=HYPERLINK(1),,60624,,,,\n", "a formula: in line 2 the column address"),
        (f"{HEAD}@SUM(A1),narcan,,,60624,,,,\n", "a formula"),
        (f"{HEAD}-2+cmd|' /C calc'!A0,narcan,,,60624,,,,\n", "a formula"),
        (f"{HEAD}A,cookies,,,60624,,,,\n", "no place that can be taken. Line 2"),
        (b"PK\x03\x04 this is no zip", "damaged"),
        (b"PK\x03\x04", "damaged"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_what_it_says_is_refused_as_a_whole(read, content, sentence):
    with pytest.raises(FileRefusedError, match=sentence):
        read(content)


def test_a_phone_with_a_plus_and_a_degree_with_a_minus_are_no_formulas(read):
    (site,) = read(
        "name,needs,latitude,longitude,phone\nA,narcan,41.9,-87.7,+1 312-555-0100\n"
    ).sites
    assert site.phone == "+1 312-555-0100"
    assert site.longitude == -87.7


def package(files):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, text in files.items():
            zipped.writestr(name, text)
    return file.getvalue()


HSDS = {
    "organizations.csv": "id,name,description\no1,Recovery Alliance,x\n",
    "services.csv": "id,organization_id,name,description,status,assured_date\n"
    "s1,o1,Naloxone distribution,Free narcan,active,2026-10-01\n"
    "s2,o1,Syringe access,Clean needles,active,2026-09-01\n"
    "s3,o1,Wound care,,inactive,2026-09-01\n",
    "locations.csv": "id,location_type,name,latitude,longitude\n"
    "l1,physical,Storefront,41.88,-87.72\nl2,physical,Office,41.9,-87.7\n",
    "service_at_locations.csv": "id,service_id,location_id\n1,s1,l1\n2,s2,l1\n3,s3,l2\n",
    "addresses.csv": "id,location_id,address_1,city,postal_code\n1,l1,1 N. Main,Chicago,60624\n",
    "phones.csv": "id,location_id,number\n1,l1,312-555-0100\n",
    "schedules.csv": "id,location_id,freq,byday,opens_at,closes_at\n"
    '1,l1,WEEKLY,"MO,TU",09:00,17:00\n2,l1,MONTHLY,2WE,18:00,20:00\n',
}


def test_an_hsds_package_becomes_sites(read, tmp_path):
    read_from_zip = read(package(HSDS), "hsds.zip")
    (site,) = read_from_zip.sites
    assert site.key == "idhs/l1"
    assert site.needs == {Need.NALOXONE, Need.SYRINGES}
    assert site.organization == "Recovery Alliance"
    assert site.assured_on == date(2026, 9, 1)  # the oldest of its services
    assert site.hours == "Mo,Tu 09:00-17:00, We[2] 18:00-20:00"
    assert site.phone == "312-555-0100"
    (rejected,) = read_from_zip.rejected
    assert (rejected.table, rejected.line) == ("locations.csv", 3)
    folder = tmp_path / "package"
    folder.mkdir()
    for name, text in HSDS.items():
        (folder / name).write_text(text)
    assert contents(folder) == read_from_zip


def test_a_package_without_its_tables_is_refused(read):
    with pytest.raises(FileRefusedError, match=r"no services\.csv"):
        read(package({"locations.csv": "id\n"}), "hsds.zip")


@pytest.mark.parametrize(
    ("limit", "value", "sentence"),
    [("MOST_ROWS", 2, "more than 2 rows"), ("LARGEST_FILE", 100, "larger than")],
)
def test_a_file_that_is_too_large_is_refused(read, monkeypatch, limit, value, sentence):
    others = "".join(GOOD.replace("Van", f"Van {n}") for n in range(2))
    assert len(read(HEAD + GOOD + others).sites) == 3
    monkeypatch.setattr(sitefiles, limit, value)
    with pytest.raises(FileRefusedError, match=sentence):
        read(HEAD + GOOD + others)
    with pytest.raises(FileRefusedError, match=sentence):
        read(package(HSDS | {"locations.csv": HSDS["locations.csv"] + "x,y,1,1\n" * 40}), "h.zip")


def test_a_line_without_an_end_is_refused_before_it_is_read(read):
    tracemalloc.start()
    with pytest.raises(FileRefusedError, match="not a table"):
        read(HEAD + GOOD + "x" * 15_000_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 35_000_000  # the text twice in this test, and not once more


def test_a_bomb_is_refused_before_it_is_unpacked(read):
    bomb = package({"locations.csv": "id,name\n" + "0" * 60_000_000})
    assert len(bomb) < 100_000
    with pytest.raises(FileRefusedError, match="unpacks to far more"):
        read(bomb, "hsds.zip")


def test_what_is_exported_is_read_back_the_same(read, tmp_path, library):
    write_csv(library.sites, tmp_path / "out.csv")
    again = contents(tmp_path / "out.csv")
    assert again.rejected == []
    assert again.sites == list(library.sites)


def test_what_is_exported_as_a_package_is_read_back(tmp_path, library):
    sites = [
        replace(library.sites[0], key="idhs/x", languages=frozenset({"es"}), wheelchair=True),
        *library.sites,
        replace(library.sites[0], key="idhs/y", needs=frozenset(NAMES), hours="", phone=""),
    ]
    out = tmp_path / "out.zip"
    assert write_package(sites, out) == len(sites)
    again = contents(out)
    # A place that is closed for good comes as one that gives nothing, so it is not taken.
    assert [each.line for each in again.rejected] == [
        n for n, s in enumerate(sites, 2) if s.closed
    ]
    said = attrgetter(
        "key", "name", "needs", "latitude", "longitude", "organization", "address", "city",
        "zip_code", "hours", "wheelchair", "languages", "phone", "url", "assured_on",
    )  # fmt: skip
    kept = [site for site in sites if not site.closed]
    assert [said(site) for site in again.sites] == [said(site) for site in kept]


@given(st.dictionaries(st.sampled_from(COLUMNS), st.text(max_size=40)))
def test_no_row_breaks_the_parser(row):
    try:
        site = TABLE.site(row, "idhs", TODAY)
    except RowError as error:
        assert str(error)  # noqa: PT017 - one or the other
    else:
        assert site.name
        assert site.needs


@given(st.sampled_from("=@|%"), st.text(max_size=20))
def test_no_cell_that_could_run_gets_through(sign, rest):
    row = {"name": f"{sign}{rest}x", "needs": "narcan", "zip": "60624"}
    with pytest.raises(FormulaError):
        TABLE.site(row, "idhs", TODAY)


def test_the_columns_are_those_of_the_table_that_ships():
    with (DEFAULT_DIR / "sites/sites.csv").open(encoding="utf-8") as file:
        assert tuple(next(csv.reader(file))) == COLUMNS
