"""The real front page, as a stranger gets it in each language."""

import pytest

from network.i18n.languages import LANGUAGES


@pytest.mark.parametrize("path", ["/nowhere", "/ky/nowhere", "/uz/nowhere", "/tg/nowhere", "/ru/nowhere"])
def test_a_page_that_is_not_there_says_so_in_the_language_of_its_address(client, path):
    words = {
        "ky": "Мындай барак жок",
        "uz": "Bunday sahifa yoʻq",
        "tg": "Чунин саҳифа нест",
        "ru": "Такой страницы нет",
    }
    answer = client.get(path, headers={"Accept-Language": "tg-TJ"})
    assert answer.status_code == 404
    code = path.split("/")[1] if path.split("/")[1] in words else "tg"
    assert words[code] in answer.text
    assert f'<html lang="{LANGUAGES[code].tag}"' in answer.text
    assert ("Accept-Language" in answer.headers["Vary"]) == (path == "/nowhere")
