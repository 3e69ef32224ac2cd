"""Hours as people write them; what could be read in two ways is not read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.plainhours import read_hours
from bot.hours import is_valid

READ = [
    ("Mon-Fri 9am-5pm", "Mo-Fr 09:00-17:00"),
    ("Monday to Friday 9 am to 5 pm", "Mo-Fr 09:00-17:00"),
    ("Mon - Fri: 9:30 AM – 5 PM; Sat 10-2pm", "Mo-Fr 09:30-17:00; Sa 10:00-14:00"),
    ("Mon, Wed and Fri 12pm-8pm, Sun closed", "Mo,We,Fr 12:00-20:00; Su off"),
    ("Tues & Thurs noon to 6 p.m.", "Tu,Th 12:00-18:00"),
    ("daily 9-9pm", "Mo-Su 09:00-21:00"),
    ("weekdays 1-5pm", "Mo-Fr 13:00-17:00"),
    ("Every day 9-11am, 1pm-4pm", "Mo-Su 09:00-11:00,13:00-16:00"),
    ("Sat 8pm - midnight", "Sa 20:00-24:00"),
    ("Fri 10pm-2am", "Fr 22:00-02:00"),
    ("Mo-Fr 09:00-17:00", "Mo-Fr 09:00-17:00"),
    ("wed 13:00-17:00", "We 13:00-17:00"),
    ("lunes a viernes de 9am a 5pm", "Mo-Fr 09:00-17:00"),
    (
        "Lunes, miércoles y viernes 9 a.m. a 1 p.m.; domingo cerrado",
        "Mo,We,Fr 09:00-13:00; Su off",
    ),
    ("sábado de mediodía a 4pm", "Sa 12:00-16:00"),
    ("lun-vie 9am-5pm; sáb 10am-2pm", "Mo-Fr 09:00-17:00; Sa 10:00-14:00"),
    ("todos los días 10am-6pm", "Mo-Su 10:00-18:00"),
]
NOT_READ = [
    *("Mon-Fri 9-5", "Mon-Fri 9:00-5:00", "Mon-Fri 1:00-5:00", "9am-5pm", "Mon", "banana", ""),
    *("Mon-Fri 9am-5pm by appointment", "call first", "Mon-Fri 13pm-5pm", "Mon 9:75am-5pm"),
    *("every other Monday 9am-5pm", "Mon-Fri 9am-5pm except holidays", "Mon-Fri 0am-5pm"),
    *("first Monday 9am-5pm", "Mon-Fri 9am", "Mar 5 9am-5pm"),
]


@pytest.mark.parametrize(("text", "hours"), READ)
def test_what_is_clear_is_read(text, hours):
    assert read_hours(text) == hours
    assert is_valid(hours)


@pytest.mark.parametrize("text", NOT_READ)
def test_what_is_not_clear_is_not_read(text):
    assert read_hours(text) is None


@given(st.text(alphabet="monfritu 0123456789:-,apm;y", max_size=40))
def test_no_text_breaks_it(text):
    hours = read_hours(text)
    assert hours is None or is_valid(hours)
