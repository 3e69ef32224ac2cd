"""Reasons: what the outbox stores as a code, staff read in plain words."""

import pytest

from bot.models import BroadcastState, Language, Reason
from tests.content.samples_staff import broadcast

PAUSED = broadcast(BroadcastState.PAUSED)


@pytest.mark.parametrize("language", list(Language))
def test_every_reason_has_words_of_its_own(library, language):
    said = {
        library.words.render("staff/storm", language, broadcast=PAUSED, reason=reason)
        for reason in (*Reason, None)
    }
    assert len(said) == len(Reason) + 1
    codes = [reason for reason in Reason if "-" in reason]
    assert not [code for code in codes for text in said if f"({code})" in text]
