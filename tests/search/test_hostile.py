"""Whatever is typed gets a clear answer: no exception, no list of everything, no markup."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.engine import SearchEngine
from search.keyword import KeywordIndex
from tests.search.conftest import DOCUMENTS

HOSTILE = {
    "10,000 characters": "password " * 1_112,
    "one word of 10,000 letters": "a" * 10_000,
    "10,000 quotation marks": '"' * 10_000,
    "10,000 dashes": "- " * 5_000,
    "an open phrase of 10,000 characters": '"' + "password " * 1_112,
    "1,000 phrases": '"a" ' * 1_000,
    "1,000 excluded words": "lamp " + "-word " * 1_000,
    "control characters": "pass\x00word\x01\x02\x1b[31m\x7f",
    "right-to-left marks": "\u202epassword\u200f \u2066reset\u2069",
    "only stop words": "how do I the of and",
    "wildcards": "* ? pass* %_% .* [a-z]+ (",
    "Whoosh's own language": "title:password AND (body:* OR NOT lamp)^2 ~3 [a TO z]",
    "an emoji": "🤷🏽‍♀️",
    "an emoji beside a word": "🔑 password",
    "combining marks": "p\u0301\u0301\u0301a\u0308ssword" + "\u0301" * 500,
    "a lone surrogate": "pass\ud800word",
    "full-width letters": "ｐａｓｓｗｏｒｄ",
    "numbers": "1234567890" * 50,
    "a dash alone": "-",
    "an excluded word alone": "-foo",
    "an empty phrase": '""',
    "a phrase of stop words": '"of the"',
    "a phrase of punctuation": '"?!"',
    "an excluded phrase alone": '-"reset your password"',
    "everything excluded": "password -password",
    "SQL": "'; DROP TABLE articles; --",
    "markup": "<script>alert(1)</script><mark>password</mark>",
    "spaces": " \t\n\u00a0\u3000",
    "nothing": "",
    "zero-width joiners": "pass\u200dword\u200b",
    "other alphabets": "пароль 密码 كلمة السر סיסמה",
    "joined words": "resetyourpasswordwithouttheapp" * 20,
    "unknown words": " ".join(f"zzqx{chr(97 + n)}" for n in range(26)),
}
TAGS = re.compile(r"<(?!/?mark>)")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    index = KeywordIndex(Path(tmp_path_factory.mktemp("hostile")))
    index.build(DOCUMENTS)
    return SearchEngine(index)


def _check(site: SearchEngine, query: str) -> None:
    for locale in ("en", "fr", "xx"):
        results = site.search(query, locale=locale)
        assert results.total >= len(results.hits)
        assert len(results.query) <= 1_000
        for hit in results.hits:
            assert 0.0 < hit.score <= 1.5
            assert not TAGS.search(hit.snippet + hit.title_html)


@pytest.mark.parametrize("query", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_query_gets_an_answer(site: SearchEngine, query: str) -> None:
    _check(site, query)


@pytest.mark.parametrize("query", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_query_gets_suggestions(site: SearchEngine, query: str) -> None:
    assert isinstance(site.suggest(query, locale="en"), list)


@pytest.mark.parametrize(
    "name",
    [
        "an emoji beside a word", "right-to-left marks", "full-width letters",
        "10,000 characters", "markup", "an open phrase of 10,000 characters",
    ],
)  # fmt: skip
def test_the_word_among_noise_is_found(site: SearchEngine, name: str) -> None:
    assert site.search(HOSTILE[name], locale="en").hits[0].document_id == "1"


@pytest.mark.parametrize(
    "name", ["an emoji", "a dash alone", "an empty phrase", "spaces", "everything excluded"]
)
def test_what_says_nothing_finds_nothing(site: SearchEngine, name: str) -> None:
    results = site.search(HOSTILE[name], locale="en")
    assert results.hits == ()
    assert results.weak


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.text(max_size=300)
    | st.text(alphabet="pasword lamp-\"'«»“”*?:().\u202e\u200b-E21", max_size=120)
)
def test_any_query_gets_an_answer(site: SearchEngine, query: str) -> None:
    _check(site, query)
