"""What holds for every template, style sheet and script, without running the site."""

import re
from pathlib import Path

import pytest
from pygments.token import STANDARD_TYPES

from kb.assets import STYLE_LAYERS

ROOT = Path(__file__).parents[1]
STATIC = ROOT / "kb" / "static"
PACKAGES = ("kb", "articles", "search", "feedback")
ALL = sorted(path for name in PACKAGES for path in (ROOT / name).glob("templates/**/*.html"))
TEMPLATES = [
    path for path in ALL if path.parent.name != "mail"
]  # mail programs load no style sheet
MODULES = sorted(path for name in PACKAGES for path in (ROOT / name).rglob("*.py"))
SCRIPTS = sorted((STATIC / "js").rglob("*.js"))
SHEETS = sorted((STATIC / "css").rglob("*.css"))
MAX_SCRIPT_LINES = 80
MAX_STYLE_BYTES = 25_600
MAX_SCRIPT_BYTES = 12_000
# No weight for who reads: the form, and the page of one request.
SCRIPTS_OF_ONE_PAGE = {
    "announcements.js", "attach.js", "contact.js", "drop.js", "reference.js", "sending.js",
    "standing.js", "thread.js", "topics.js", "unsent.js",
}  # fmt: skip
# Classes that JavaScript, Markdown, Pygments or charts write, where the templates cannot show them.
PYGMENTS = set(STANDARD_TYPES.values())
PYGAL = {"nofill", "serie-0", "serie-1", "serie-2"}
WRITTEN_ELSEWHERE = [
    *(ROOT / "articles" / "markdown").glob("*.py"),
    *(ROOT / "feedback" / "reports").glob("*.py"),
    ROOT / "feedback" / "outcomes.py",
    ROOT / "search" / "findability.py",
    ROOT / "articles" / "studio" / "publishing" / "pagediff.py",
]


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("template", TEMPLATES, ids=_name)
def test_no_template_has_inline_style_or_script(template: Path) -> None:
    found = re.findall(r"\sstyle=|\son[a-z]+=|<style|<script(?![^>]*\ssrc=)", template.read_text())
    assert found == [], "the content security policy forbids them"


@pytest.mark.parametrize("path", [*TEMPLATES, *SCRIPTS, *SHEETS], ids=_name)
def test_nothing_is_asked_of_third_parties(path: Path) -> None:
    found = re.findall(
        r"(?:src|href|action)=\"https?:|url\(|@import|fetch\(\s*[\"'`]http", path.read_text()
    )
    assert found == []


@pytest.mark.parametrize("script", SCRIPTS, ids=_name)
def test_every_script_is_one_small_behaviour(script: Path) -> None:
    lines = script.read_text().splitlines()
    assert len(lines) <= MAX_SCRIPT_LINES
    assert lines[0].startswith("// "), "the first line says what it adds"


def test_styles_and_scripts_stay_light() -> None:
    assert (
        sum((STATIC / "css" / f"{name}.css").stat().st_size for name in STYLE_LAYERS)
        <= MAX_STYLE_BYTES
    )
    public = sorted((STATIC / "js").glob("*.js"))  # the studio's lie in a folder of their own
    read_by_all = [path for path in public if path.name not in SCRIPTS_OF_ONE_PAGE]
    assert sum(path.stat().st_size for path in read_by_all) <= MAX_SCRIPT_BYTES


def test_every_asset_that_templates_name_exists() -> None:
    text = "".join(path.read_text() for path in TEMPLATES)
    named = set(re.findall(r"asset\('([\w.-]+)'\)", text)) - {"site.css"}
    there = {
        path.name for folder in ("css", "js", "img") for path in (STATIC / folder).rglob("*.*")
    }
    assert named <= there


def test_every_class_that_has_a_style_is_used() -> None:
    sheets = "".join(
        re.sub(r"/\*.*?\*/|\"[^\"]*\"", "", path.read_text(), flags=re.DOTALL) for path in SHEETS
    )
    styled = {
        name for name in re.findall(r"\.([a-z][\w-]*)", sheets) if name not in PYGMENTS | PYGAL
    }
    places = [*TEMPLATES, *SCRIPTS, *WRITTEN_ELSEWHERE]
    text = "".join(path.read_text() for path in places)
    used = set(re.findall(r"[a-z][\w-]*", text))
    # Written as f"callout-{kind}", f"align-{side}" and "standing-{{ standing }}".
    used |= {f"{prefix}-{word}" for prefix in ("callout", "align", "standing") for word in used}
    assert styled - used == set()


def test_every_token_that_is_used_is_defined() -> None:
    text = "".join(path.read_text() for path in SHEETS)
    assert set(re.findall(r"var\((--[\w-]+)\)", text)) <= set(re.findall(r"(--[\w-]+):", text))


# Rooms whose pages are the same for everybody, or whose session is not the studio's: `kb.security`
# refuses what pages of other sites send there.
WITHOUT_TOKENS = {
    name
    for module in MODULES
    if "csrf.exempt(blueprint)" in (text := module.read_text())
    for name in re.findall(r"Blueprint\(\s*\"(\w+)\"", text)
}
SAID_BY_A_SIGNATURE = {("digests", "stop_now")}


@pytest.mark.parametrize("template", TEMPLATES, ids=_name)
def test_every_form_that_posts_carries_a_token_or_goes_where_origins_are_checked(
    template: Path,
) -> None:
    text = template.read_text()
    for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", text, re.DOTALL):
        asked = re.search(r"url_for\('(\w+)\.(\w+)", form)
        is_public = asked and (asked[1] in WITHOUT_TOKENS or asked.groups() in SAID_BY_A_SIGNATURE)
        assert "csrf_token" in form or "hidden_tag()" in form or is_public


@pytest.mark.parametrize("template", TEMPLATES, ids=_name)
def test_no_words_stand_outside_the_catalogue(template: Path) -> None:
    text = re.sub(
        r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<!doctype html>",
        " ",
        template.read_text(),
        flags=re.DOTALL,
    )
    between_tags = re.findall(r">([^<>]*)<", text)
    words = [each for each in between_tags if re.search(r"[^\W\d_]{3,}", each)]
    spoken = re.findall(
        r"(?:aria-label|alt|title|placeholder)=\"([^\"]*[^\W\d_]{3,}[^\"]*)\"", text
    )
    assert [*words, *spoken] == []
