"""Settings are read once, and a malformed one is told in one line."""

from pathlib import Path

import pytest

from network.config import SettingError, Settings, one_slip

PRODUCTION = {
    "BASE_URL": "https://kopuro.example",
    "SECRET_KEY": "k" * 32,
    "KEYRING_FILE": "/etc/kopuro/keyring",
}


def test_nothing_needs_to_be_set() -> None:
    settings = Settings.from_environ({})
    assert settings.base_url == "http://127.0.0.1:8000"
    assert settings.network_name == "Ferghana Valley Network"
    assert settings.embedded
    assert not settings.production
    assert settings.require_mfa is None
    assert settings.warnings == ()
    assert (settings.kdf_memory_kib, settings.kdf_passes) == (65536, 3)


def test_the_address_follows_the_port() -> None:
    assert Settings.from_environ({"PORT": "8123"}).base_url == "http://127.0.0.1:8123"


def test_an_empty_variable_counts_as_unset() -> None:
    assert Settings.from_environ({"PORT": "", "DATABASE_URL": ""}) == Settings.from_environ({})


def test_every_spelling_of_a_database_url_becomes_one() -> None:
    for scheme in ("postgres", "postgresql", "postgresql+psycopg"):
        settings = Settings.from_environ({"DATABASE_URL": f"{scheme}://kopuro:pw@db:5432/kopuro"})
        assert settings.database_url == "postgresql+psycopg://kopuro:pw@db:5432/kopuro"
    socket = Settings.from_environ({"DATABASE_URL": "postgresql:///kopuro?host=/run/postgresql"})
    assert socket.database_url == "postgresql+psycopg:///kopuro?host=/run/postgresql"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "٨٠"),
        ("DATABASE_URL", "mysql://root@localhost/kopuro"),
        ("DATABASE_URL", "postgresql://localhost:port/kopuro"),
        ("DATABASE_URL", "postgresql://localhost/"),
        ("DATABASE_URL", "kopuro"),
        ("DATABASE_URL", "postgresql://[::1/kopuro"),
        ("DATABASE_APP_URL", "sqlite:///x"),
        ("BASE_URL", "kopuro.example"),
        ("BASE_URL", "http://kopuro.example"),
        ("BASE_URL", "ftp://kopuro.example"),
        ("BASE_URL", "https://kopuro.example/site"),
        ("KEYRING_FILE", "keyring"),
        ("SECRET_KEY", "short"),
        ("TRUSTED_PROXIES", "-1"),
        ("MAIL_URL", "mail.example"),
        ("MAIL_URL", "smtp://host:0"),
        ("MAIL_FROM", "nobody"),
        ("MAIL_FROM", "a@b.example\nBcc: all@example"),
        ("REDIS_URL", "http://x"),
        ("REQUIRE_MFA", "perhaps"),
        ("NETWORK_NAME", "n" * 201),
        ("DEFAULT_LANGUAGE", "de"),
        ("LOG_LEVEL", "LOUD"),
    ],
)
def test_a_malformed_setting_is_one_line_that_names_it_and_keeps_the_value_quiet(
    variable: str, value: str
) -> None:
    with pytest.raises(SettingError) as told:
        Settings.from_environ({variable: value})
    line = str(told.value)
    assert line.startswith(f"{variable} takes ")
    assert "\n" not in line
    assert len(value) < 6 or value not in line


def test_an_https_address_is_production_and_demands_its_keys() -> None:
    settings = Settings.from_environ(PRODUCTION)
    assert settings.production
    assert settings.keyring_file == Path("/etc/kopuro/keyring")
    for variable in ("SECRET_KEY", "KEYRING_FILE"):
        with pytest.raises(SettingError, match=f"^{variable} must be set"):
            Settings.from_environ({**PRODUCTION, variable: ""})


def test_production_says_that_it_asks_for_a_second_factor_all_the_same() -> None:
    settings = Settings.from_environ({**PRODUCTION, "REQUIRE_MFA": "off"})
    assert settings.require_mfa
    assert settings.warnings[0].startswith("REQUIRE_MFA=off is not followed")


@pytest.mark.parametrize("host", ["127.0.0.1:9000", "localhost", "[::1]:8000"])
def test_plain_http_is_for_this_machine_alone(host: str) -> None:
    assert not Settings.from_environ({"BASE_URL": f"http://{host}/"}).production


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("DATABSE_URL", "DATABASE_URL"),
        ("database_url", "DATABASE_URL"),
        ("MIAL_URL", "MAIL_URL"),
        ("PORTS", "PORT"),
    ],
)
def test_a_name_one_slip_away_is_warned_of(typed: str, meant: str) -> None:
    assert Settings.from_environ({typed: "x"}).warnings == (
        f"{typed} is not a setting of Kopuro; did you mean {meant}?",
    )


def test_names_further_away_are_nobody_s_business() -> None:
    environ = {
        "PATH": "/bin",
        "HOME": "/root",
        "PGHOST": "db",
        "HOST": "x",
        "DATABASE_APP_URL": "postgresql://a@b/c",
    }
    assert Settings.from_environ(environ).warnings == ()
    assert not one_slip("DATABASES_URLS", "DATABASE_URL")


def test_secrets_stay_out_of_what_is_printed() -> None:
    settings = Settings.from_environ(
        {**PRODUCTION, "DATABASE_URL": "postgresql://o:hush@h/d", "MAIL_URL": "smtp://u:hush@h"}
    )
    assert "hush" not in repr(settings)
    assert "k" * 32 not in repr(settings)


def test_every_setting_has_its_sentence() -> None:
    rows = Settings.described()
    assert len(rows) == 18
    for row in rows:
        assert row.takes
        assert row.default
        assert row.sentence.endswith(".")
