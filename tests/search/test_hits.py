from collections.abc import Callable
from pathlib import Path

import pytest

from search.engine import SearchEngine
from search.keyword import KeywordIndex
from search.passages import Document, Section
from search.results import Mode

SUMMARY = (
    "How to invite up to six people to control your home from their own phones, how to choose "
    "what they may change, and how to remove somebody."
)
LEAD = (
    "Each product belongs to one account, and that account can invite up to six people. Everyone "
    "keeps an e-mail address and a password of their own, and signs in with these."
)
INVITE = (
    "Open the app, then Home and Members. Type the e-mail address of the person. Choose one of "
    "the roles, and send the invitation, which is valid for seven days."
)
REMOVE = (
    "In Home, Members, tap the name, then Remove. The phone is signed out at once, while the "
    "account stays. Whoever pays the bill of the home stays in it for good."
)
FAMILY = Document(
    "family",
    "en",
    "Share the lamps with your family",
    SUMMARY,
    (
        Section("", (), LEAD),
        Section("invite", ("Invite somebody",), INVITE),
        Section("remove", ("Remove somebody",), REMOVE),
        Section("prices", ("Fees",), "Fee – France – Belgium\n" + "Monthly – one – two\n" * 8),
    ),
)

Quoted = Callable[[str], tuple[str, str]]


@pytest.fixture
def quoted(tmp_path: Path) -> Quoted:
    """Ask by words alone; return the anchor and the sentence that is quoted."""
    index = KeywordIndex(tmp_path / "index")
    index.build([FAMILY, Document("other", "en", "Delivery", "", (Section("", (), "Two days."),))])
    engine = SearchEngine(index)

    def ask(query: str) -> tuple[str, str]:
        results = engine.search(query, locale="en", mode=Mode.KEYWORD)
        assert results.has_answer
        return results.hits[0].anchor, results.hits[0].sentence

    return ask


def test_a_title_is_answered_by_the_opening_below_the_summary(quoted: Quoted) -> None:
    anchor, sentence = quoted("Share the lamps with your family")
    assert (anchor, sentence) == ("", LEAD.partition(". ")[0] + ".")


def test_words_of_the_title_lead_to_no_section(quoted: Quoted) -> None:
    assert quoted("family lamps remove")[0] == "remove"


def test_a_heading_leads_to_the_opening_of_its_section(quoted: Quoted) -> None:
    assert quoted("family remove") == ("remove", "In Home, Members, tap the name, then Remove.")


def test_where_a_table_would_be_quoted_the_opening_is(quoted: Quoted) -> None:
    assert quoted("family fees")[0] == ""
