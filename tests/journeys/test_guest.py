"""A doctor without an account, on a telephone without script, in her own language: link, code, and a referral answered."""

from __future__ import annotations

import pytest

from network.referrals import labels
from network.referrals.states import Move, Outcome, Status
from network.web import Kopuro
from tests.journeys.conftest import VILLAGE, Sit
from tests.journeys.words import words_of
from tests.referrals.conftest import Valley
from tests.referrals.guests import sent_to_guest
from tests.referrals.pictures import pdf


@pytest.mark.parametrize("language", ["ru", "ky"])
def test_a_referral_is_answered_with_link_and_code_on_a_phone_without_script(
    app: Kopuro, sit: Sit, valley: Valley, language: str
) -> None:
    sent, said = sent_to_guest(valley), words_of(app, language)
    path = f"/{language}/guest/{sent.issued.token}"
    doctor = sit(VILLAGE)
    doctor.open(path)
    doctor.fits()
    doctor.sees(said("Enter the code"))
    doctor.sees_nothing_of("CANARY", sent.referral.code, valley.osh.name)
    doctor.page.locator("main [name=code]").fill("0000 0000 0000")
    doctor.page.locator("main form:has([name=code]) button").click()
    doctor.sees(said("This code does not open it."))
    doctor.page.locator("main [name=code]").fill(sent.issued.code.lower())
    doctor.page.locator("main form:has([name=code]) button").click()
    doctor.sees(sent.referral.code, "CANARY-service")
    doctor.sees_nothing_of("CANARY-health", "CANARY-identity", sent.case.code)
    doctor.fits()
    doctor.click(said(labels.MOVES[Move.ACCEPT]))
    doctor.sees("CANARY-health", "CANARY-identity")
    doctor.sees_nothing_of("CANARY-account", "CANARY-location")
    doctor.fits()
    doctor.page.locator("main [name=text]").fill("CANARY-answer: Дүйшөмбүдө күтөбүз")
    doctor.click(said("Send the message"))
    doctor.sees("CANARY-answer: Дүйшөмбүдө күтөбүз")
    doctor.click(said("Add a file"))
    doctor.fits()
    doctor.page.locator("main [name=category][value=health]").check()
    doctor.page.locator("main [name=file]").set_input_files(
        {"name": "анализ.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    )
    doctor.click(said("Send the file"))
    doctor.sees("анализ.pdf")
    doctor.click(said(labels.MOVES[Move.START]))
    doctor.click(said(labels.MOVES[Move.REPORT_OUTCOME]))
    doctor.fits()
    doctor.tick(said(labels.OUTCOMES[Outcome.PROVIDED]))
    doctor.click(said(labels.MOVES[Move.REPORT_OUTCOME]))
    doctor.sees(said(labels.STATUSES[Status.OUTCOME_REPORTED]))
    doctor.click(said("Close this page"))
    doctor.sees(said("Enter the code"))
    doctor.page.go_back()
    doctor.sees_nothing_of("CANARY")
    told = valley.caseworker.visitor().open(f"/en/referrals/{sent.referral.id}").main
    assert "CANARY-answer" in told and "анализ.pdf" in told and "Help was given" in told
