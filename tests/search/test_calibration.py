import json
import logging
import os
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from kb.config import Settings
from kb.health import Check, run
from search.calibration import (
    FILE_NAME,
    MAX_ANSWERED_WEAK,
    SCALE,
    CalibratedFloors,
    CalibrationInvalid,
    Choice,
    Effect,
    Observation,
    calibrate,
    choose_floor,
    effect,
    read,
    write,
)
from search.confidence import DEFAULT_FLOOR
from search.engine import SearchEngine

SHARES = st.lists(st.floats(0, 1), min_size=1, max_size=40)


def observed(language: str, answered: list[float], unanswered: list[float]) -> list[Observation]:
    return [
        *(Observation(language, value, is_answered=True) for value in answered),
        *(Observation(language, value, is_answered=False) for value in unanswered),
    ]


def spread(low: float, high: float, count: int) -> list[float]:
    return [low + (high - low) * number / (count - 1) for number in range(count)]


def chosen(floor: float = 0.6, language: str = "fr") -> Choice:
    return Choice(language, 40, 40, 0.45, floor, Effect(0.1, 0.2), Effect(0.05, 0.6))


@given(SHARES, SHARES)
def test_a_floor_is_a_share_whatever_was_observed(
    answered: list[float], unanswered: list[float]
) -> None:
    assert 0.0 <= choose_floor(answered, unanswered) <= 1.0


@given(SHARES, SHARES, st.randoms())
def test_the_order_of_the_observations_does_not_matter(
    answered: list[float], unanswered: list[float], chance: object
) -> None:
    shuffled = list(answered)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert choose_floor(shuffled, unanswered) == choose_floor(answered, unanswered)


@given(SHARES, SHARES, st.floats(0, 1), st.floats(0, 1))
def test_a_higher_floor_calls_no_less_weak(
    answered: list[float], unanswered: list[float], one: float, other: float
) -> None:
    low = effect(answered, unanswered, min(one, other))
    high = effect(answered, unanswered, max(one, other))
    assert low.answered_weak <= high.answered_weak
    assert low.unanswered_weak <= high.unanswered_weak


def test_a_floor_parts_what_can_be_parted() -> None:
    floor = choose_floor(spread(0.7, 0.9, 50), spread(0.1, 0.5, 50))
    assert 0.5 < floor <= 0.7


@pytest.mark.parametrize(("present", "floor"), [(0.3, 0.3), (0.7, 0.7), (0.2, 0.5), (0.9, 0.5)])
def test_a_floor_moves_only_where_a_better_one_is_known(present: float, floor: float) -> None:
    assert choose_floor([0.75] * 40, [0.25] * 40, present) == floor


def test_a_floor_hides_few_answers_however_much_it_would_catch() -> None:
    answered = [*spread(0.2, 0.3, 30), *spread(0.7, 0.9, 70)]
    floor = choose_floor(answered, spread(0.25, 0.5, 100))
    assert effect(answered, [], floor).answered_weak <= MAX_ANSWERED_WEAK


def test_each_language_has_a_floor_of_its_own() -> None:
    observations = [
        *observed("fr", spread(0.5, 0.8, 60), spread(0.1, 0.4, 60)),
        *observed("en", spread(0.85, 0.95, 60), spread(0.5, 0.8, 60)),
    ]
    english, french = calibrate(observations, {"fr": 0.9})
    assert (english.language, french.language) == ("en", "fr")
    assert french.floor < 0.5
    assert english.floor > 0.8
    assert french.before.answered_weak == 1.0
    assert french.after.answered_weak < 0.1


def test_few_observations_choose_nothing() -> None:
    (choice,) = calibrate(observed("fr", spread(0.6, 0.9, 29), spread(0.1, 0.4, 200)), {})
    assert not choice.is_new
    assert "too few to tell" in choice.reason
    assert choice.floor == DEFAULT_FLOOR


def test_a_confidence_that_tells_nothing_chooses_nothing() -> None:
    same = spread(0.1, 0.9, 100)
    (choice,) = calibrate(observed("fr", same, same), {})
    assert not choice.is_new


def test_a_floor_that_is_as_good_stays() -> None:
    observations = observed("fr", spread(0.7, 0.9, 60), spread(0.1, 0.4, 60))
    (choice,) = calibrate(observations, {"fr": 0.6})
    assert (choice.floor, choice.is_new) == (0.6, False)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "search" / "calibration.json"
    write(path, [chosen(0.6)], model="hashing")
    assert read(path, model="hashing") == {"fr": 0.6}


def test_languages_that_were_not_chosen_keep_their_floor(tmp_path: Path) -> None:
    path = tmp_path / "calibration.json"
    write(path, [chosen(0.6, "fr")], model="hashing")
    write(path, [chosen(0.4, "en")], model="hashing")
    assert read(path, model="hashing") == {"fr": 0.6, "en": 0.4}


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", '{"format": 1}', '{"format": 9, "model": "m", "scale": 1, "floors": {}}']
    + [
        f'{{"format": 1, "model": "m", "scale": {SCALE}, "floors": {{"fr": {value}}}}}'
        for value in ("2", "NaN", '"x"')
    ],
)
def test_a_damaged_file_is_refused(content: str, tmp_path: Path) -> None:
    path = tmp_path / "calibration.json"
    path.write_text(content)
    with pytest.raises(CalibrationInvalid):
        read(path, model="m")


def test_floors_of_another_model_are_left_aside_with_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "calibration.json"
    write(path, [chosen()], model="another")
    with caplog.at_level(logging.WARNING, "search"):  # whatever an application has set
        assert dict(CalibratedFloors(path, model="m")) == {}
    assert "for the model another" in caplog.text


def test_the_health_of_the_site_tells_which_floors_hold(app: Flask, settings: Settings) -> None:
    def told() -> Check:
        return next(each for each in run(app) if each.name == "floors")

    path = settings.home / "search" / FILE_NAME
    assert (told().state, told().detail) == ("ok", "the defaults")
    write(path, [chosen(0.6)], model="off")
    assert told().detail == "fr 0.60"
    path.write_text("{")
    assert told().state == "degraded"


def test_floors_of_an_older_confidence_are_left_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "calibration.json"
    write(path, [chosen()], model="m")
    monkeypatch.setattr("search.calibration.SCALE", SCALE + 1)
    with pytest.raises(CalibrationInvalid, match="kb calibrate"):
        read(path, model="m")


def test_a_changed_file_takes_part_at_once(tmp_path: Path) -> None:
    path = tmp_path / "calibration.json"
    floors = CalibratedFloors(path, model="m")
    assert floors.get("fr", 0.45) == 0.45
    write(path, [chosen(0.6)], model="m")
    assert floors.get("fr", 0.45) == 0.6
    write(path, [chosen(0.3)], model="m")
    assert floors.get("fr", 0.45) == 0.3
    path.unlink()
    assert floors.get("fr", 0.45) == 0.45


def test_who_reads_the_file_while_it_is_written_has_the_floors_of_before(tmp_path: Path) -> None:
    path = tmp_path / "calibration.json"
    write(path, [chosen(0.6)], model="m")
    with path.open() as reading:
        write(path, [chosen(0.3)], model="m")
        assert json.load(reading)["floors"] == {"fr": 0.6}


def test_a_write_that_fails_leaves_the_floors_of_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "calibration.json"
    write(path, [chosen(0.6)], model="m")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write(path, [chosen(0.3)], model="m")
    assert json.loads(path.read_text())["floors"] == {"fr": 0.6}


def test_floors_are_not_for_words_alone_where_the_model_is_only_missing(
    engine: SearchEngine,
) -> None:
    strict = SearchEngine(engine.index, None, engine.encoder, floors={"en": 1.0})
    assert strict.search("delivery times", locale="en").degraded
    assert not strict.search("delivery times", locale="en").weak


def test_floors_are_for_words_alone_where_the_site_has_no_model(engine: SearchEngine) -> None:
    strict = SearchEngine(engine.index, floors={"en": 1.1})
    assert strict.search("delivery times", locale="en").weak
