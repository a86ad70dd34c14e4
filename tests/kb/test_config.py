"""Settings are typed, documented, and wrong ones are refused with a reason."""

import stat
from pathlib import Path

import pytest
from pydantic import ValidationError

from kb.config import Settings

README = Path(__file__).parents[2] / "README.md"


def test_every_setting_is_described() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_every_setting_is_in_the_readme() -> None:
    text = README.read_text()
    missing = [name for name in Settings.model_fields if f"`KB_{name.upper()}`" not in text]
    assert missing == []


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_LOCALES", "de, fr")
    monkeypatch.setenv("KB_SITE_NAME", "Hilfe")
    settings = Settings()
    assert (settings.locales, settings.site_name) == (("de", "fr"), "Hilfe")


@pytest.mark.parametrize(
    ("name", "value"),
    [("accent_hue", 400), ("workers", 0), ("indexer", "sometimes"), ("locales", ",")],
)
def test_a_wrong_value_is_refused(name: str, value: object) -> None:
    with pytest.raises(ValidationError, match=name):
        Settings.model_validate({name: value})


def test_the_default_locale_is_the_first() -> None:
    assert Settings(locales=("en", "fr")).default_locale == "en"


def test_a_made_key_is_kept(tmp_path: Path) -> None:
    first = Settings(home=tmp_path).resolved_secret_key()
    assert len(first) > 40
    assert Settings(home=tmp_path).resolved_secret_key() == first


def test_a_made_key_is_private(tmp_path: Path) -> None:
    Settings(home=tmp_path).resolved_secret_key()
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
