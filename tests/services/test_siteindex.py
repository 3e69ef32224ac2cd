"""The index against a look at everything: the same sites in the same order."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.hours import Hours
from bot.models.sites import SUPPLIES, Need, Opening, Place, Search, Trait
from bot.services import siteindex
from bot.services.siteindex import FAR_KM, NEAR_KM, SiteIndex, kilometres
from bot.storage.sitenews import IndexRow

ZONE = ZoneInfo("America/Chicago")
HOURS = Hours(ZONE)
NOW = datetime(2026, 11, 18, 18, tzinfo=UTC)
TODAY = date(2026, 11, 18)

rows = st.builds(
    lambda latitude, longitude, needs, traits, hours, age: IndexRow(
        0, latitude, longitude, ",".join(sorted(needs)), traits, hours,
        None if age is None else (TODAY - timedelta(days=age)).isoformat(), None,
    ),
    st.floats(41.0, 42.8), st.floats(-88.7, -87.0),
    st.sets(st.sampled_from(sorted(SUPPLIES)), min_size=1, max_size=3),
    st.sampled_from([0, 2, 6, 34]),
    st.sampled_from(["", "24/7", "We 10:00-14:00", "Fr 10:00-14:00"]),
    st.sampled_from([None, 0, 89, 90, 91, 180, 181]),
)  # fmt: skip


OLD_BUT_NEARER = [
    IndexRow(1, 42.0, -88.0, "naloxone", 0, "", None, None),
    IndexRow(2, 42.0, -87.0, "naloxone", 0, "", "2026-11-18", None),
]


@example(OLD_BUT_NEARER, Need.NALOXONE, 0, 1, 0)
@given(
    st.lists(rows, max_size=60),
    st.sampled_from([Need.NALOXONE, Need.ANY]),
    st.sampled_from([0, 1, 2, 3]),
    st.integers(1, 8),
    st.sampled_from([0, 4000]),
)
@settings(max_examples=150, deadline=None)
def test_it_finds_what_a_look_at_everything_finds(given_rows, need, traits, count, few):
    siteindex._FEW_OPEN = few  # both ways of looking for what is open
    numbered = [IndexRow(n, *_fields(row)[1:]) for n, row in enumerate(given_rows, 1)]
    index = SiteIndex(ZONE, HOURS)
    index.put(numbered)
    search = Search(need, Place("", "", 41.88, -87.72), Trait(traits))
    found = index.nearest(search, count, NOW)
    everything = sorted(
        (key, row.site_id) for row in numbered if (key := _rank(row, search)) is not None
    )
    assert found == [site_id for _, site_id in everything][:count]


@given(
    st.lists(st.tuples(st.integers(1, 12), st.one_of(st.none(), rows)), max_size=40),
    st.sampled_from([0, 1, 2, 3]),
)
@settings(max_examples=150, deadline=None)
def test_after_changes_it_finds_what_a_new_one_finds(changes, traits):
    """Sites are put in, changed and taken out, one after the other, as staff do it."""
    index, now = SiteIndex(ZONE, HOURS), {}
    search = Search(Need.ANY, Place("", "", 41.88, -87.72), Trait(traits))
    for site_id, row in changes:
        if row is None:
            index.remove(site_id)
            now.pop(site_id, None)
        else:
            now[site_id] = IndexRow(site_id, *_fields(row)[1:])
            index.put([now[site_id]])
        anew = SiteIndex(ZONE, HOURS)
        anew.put(now.values())
        found, expected = (each.nearest(search, 12, NOW) for each in (index, anew))
        assert sorted(found) == sorted(expected)
    assert len(index) == len(now)


@given(st.lists(st.integers(-3, 9 * 24 * 60), min_size=1, max_size=12))
@settings(max_examples=100, deadline=None)
def test_what_is_open_follows_the_clock_wherever_it_goes(minutes):
    given_rows = [
        IndexRow(n, 41.88, -87.72, "naloxone", 0, hours, "2026-11-18", None)
        for n, hours in enumerate(["", "24/7", "We 10:00-14:00", "Fr 10:00-14:00; PH off"], 1)
    ]
    index = SiteIndex(ZONE, HOURS)
    index.put(given_rows)
    search = Search(Need.ANY, Place("", "", 41.88, -87.72), Trait.OPEN_NOW)
    for minute in minutes:
        now = NOW + timedelta(minutes=minute)
        is_open = {r.site_id for r in given_rows if HOURS.opening(r.hours, now) is Opening.OPEN}
        assert set(index.nearest(search, 9, now)) == is_open


def _fields(row):
    return [getattr(row, name) for name in IndexRow.__slots__]


def _rank(row, search):
    needs = {Need(n) for n in row.needs.split(",")}
    wanted = SUPPLIES if search.need is Need.ANY else {search.need}
    others = int(search.traits) & ~1
    if not needs & wanted or row.traits & others != others:
        return None
    if search.traits & Trait.OPEN_NOW and HOURS.opening(row.hours, NOW) is not Opening.OPEN:
        return None
    # Flat, as the index ranks: over 80 km the earth's curve makes less than 0.1 %.
    up = (row.latitude - 41.88) * 111.195
    narrow = kilometres(41.88, 0, 41.88, 1)
    flat = (up * up + ((row.longitude + 87.72) * narrow) ** 2) ** 0.5
    if flat > FAR_KM:
        return None
    age = (TODAY - date.fromisoformat(row.assured_on)).days if row.assured_on else 9999
    far = flat > NEAR_KM  # beyond, what is nearer comes first, however old
    return far, not far and (age > 90) + (age > 180), flat
