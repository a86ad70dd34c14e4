import logging
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.engine import SearchEngine
from search.keyword import KeywordIndex
from search.reading.queries import Wanted, query_terms
from search.taught.synonyms import (
    Fault,
    FileInvalid,
    Rule,
    RuleInvalid,
    Rules,
    SynonymBook,
    dump,
    format_file,
    parse_file,
    parse_rule,
    replace_file,
)
from tests.search.conftest import document


def rules(*lines: str, language: str = "en") -> Rules:
    return Rules([parse_rule(line, language) for line in lines], language=language)


def said(query: str, known: Rules, language: str = "en") -> list[set[tuple[str, ...]]]:
    """Return, for each thing a query asks for, the forms that say it."""
    expanded = known.expand(query_terms(query, language))
    return [{form.stems for form in each.forms} for each in expanded]


def test_a_two_way_rule_finds_each_word_by_the_other() -> None:
    known = rules("refund, reimbursement")
    assert said("refund", known) == [{("refund",), ("reimburs",)}]
    assert said("reimbursements", known) == [{("refund",), ("reimburs",)}]


def test_a_one_way_rule_does_not_lead_back() -> None:
    known = rules("aurora => lamp")
    assert said("aurora", known) == [{("aurora",), ("lamp",)}]
    assert said("lamp", known) == [{("lamp",)}]


def test_a_phrase_is_found_by_a_word_and_a_word_by_the_phrase() -> None:
    known = rules("remboursement, retour d'argent", language="fr")
    assert said("remboursement", known, "fr") == [{("rembours",), ("retour", "argent")}]
    assert said("un retour d’argent ?", known, "fr") == [
        {("retour",), ("rembours",)},
        {("argent",), ("rembours",)},
    ]


def test_a_phrase_is_no_phrase_where_its_words_stand_apart() -> None:
    known = rules("money back, refund")
    assert said("back pain costs money", known) == [
        {(stem,)} for stem in ("back", "pain", "cost", "money")
    ]


def test_the_longest_phrase_wins() -> None:
    known = rules("password, code", "master password, recovery key")
    assert said("master password", known)[1] == {("password",), ("recoveri", "key")}


def test_a_word_in_two_rules_has_the_meanings_of_both() -> None:
    known = rules("bill, invoice", "bill => payment")
    assert said("bill", known) == [{("bill",), ("invoic",), ("payment",)}]


def test_a_compound_is_known_however_it_is_written() -> None:
    known = rules("wi-fi, wireless")
    assert ("wireless",) in said("wifi", known)[0]
    assert ("wifi",) in said("wireless", known)[0]


def test_accents_and_elisions_make_no_other_word() -> None:
    known = rules("l’été, saison chaude", language="fr")
    assert said("ete", known, "fr") == [{("ete",), ("saison", "chaud")}]


def test_a_corrected_word_has_its_synonyms_too() -> None:
    wanted = [Wanted.of("refnd").or_as("refund", weight=0.6)]
    (thing,) = rules("refund, reimbursement").expand(wanted)
    assert {form.stems: round(form.weight, 2) for form in thing.forms}[("reimburs",)] == 0.57


def test_without_rules_a_query_stays_as_it_is() -> None:
    wanted = query_terms("reset a lamp", "en")
    assert Rules().expand(wanted) == wanted


@given(
    st.lists(
        st.lists(st.sampled_from("abcdefg"), min_size=1, max_size=3).map(" ".join), max_size=6
    ),
    st.lists(st.sampled_from("abcdefg"), max_size=8),
)
def test_expansion_keeps_every_typed_form_first_and_adds_no_weight(
    phrases: list[str], typed: list[str]
) -> None:
    known = Rules([Rule(tuple(phrases))] if phrases else [], language="xx")
    wanted = [Wanted.of(word) for word in dict.fromkeys(typed)]
    expanded = known.expand(wanted)
    assert [each.typed for each in expanded] == [each.typed for each in wanted]
    assert all(form.weight < 1.0 for each in expanded for form in each.forms[1:])


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("refund", Fault.ALONE),
        ("", Fault.EMPTY),
        ("refund,, money", Fault.EMPTY),
        ("refund =>", Fault.EMPTY),
        ("a => b => c", Fault.ARROWS),
        ("refund, ?!", Fault.NO_WORD),
        ("lamp, lamps", Fault.SAME),
        ("Lamp, lamp", Fault.ALONE),
        ("x" * 101 + ", y", Fault.TOO_LONG),
        (", ".join(f"w{number}" for number in range(31)), Fault.TOO_MANY),
    ],
)
def test_a_rule_that_cannot_be_kept_says_why(text: str, fault: Fault) -> None:
    with pytest.raises(RuleInvalid) as refused:
        parse_rule(text, "en")
    assert refused.value.fault is fault


def test_order_capitals_and_accents_make_no_other_rule() -> None:
    assert parse_rule("Été, saison", "fr").key == parse_rule("saison,  ete", "fr").key
    assert parse_rule("a => b", "en").key != parse_rule("b => a", "en").key


FILE = """\
# what our customers say
[fr]
remboursement, retour d'argent

[en]
refund, money back   \n\
aurora => lamp, Aurora 2\\,5
"""


def test_a_file_is_read_by_language() -> None:
    assert [(locale, str(rule)) for locale, rule in parse_file(FILE, ("fr", "en"))] == [
        ("fr", "remboursement, retour d'argent"),
        ("en", "refund, money back"),
        ("en", r"aurora => lamp, Aurora 2\,5"),
    ]


def test_a_file_that_was_written_is_read_back_the_same() -> None:
    found = parse_file(FILE, ("fr", "en"))
    again = parse_file(format_file(found), ("fr", "en"))
    assert sorted(map(str, again)) == sorted(map(str, found))


def test_every_line_at_fault_is_told_with_its_number() -> None:
    with pytest.raises(FileInvalid) as refused:
        parse_file("a, b\n[de]\nc, d\n[en]\nalone\n# fine\nx =>\n", ("fr", "en"))
    assert [(each.line, each.fault) for each in refused.value.problems] == [
        (1, Fault.NO_LANGUAGE),
        (2, Fault.UNKNOWN_LANGUAGE),
        (5, Fault.ALONE),
        (7, Fault.EMPTY),
    ]


def write(path: Path, *lines: str) -> None:
    replace_file(path, dump([("en", parse_rule(line, "en")) for line in lines]))


def test_a_book_follows_its_file(tmp_path: Path) -> None:
    path = tmp_path / "search" / "synonyms.json"
    book = SynonymBook(path)
    assert len(book.rules("en")) == 0
    write(path, "refund, money back")
    assert len(book.rules("en")) == 2
    path.unlink()
    assert len(book.rules("en")) == 0


def test_a_damaged_file_leaves_the_rules_that_were_read_before(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "synonyms.json"
    book = SynonymBook(path)
    write(path, "refund, money back")
    assert len(book.rules("en")) == 2
    with caplog.at_level(logging.CRITICAL, logger="search.taught.synonyms"):
        path.write_text('{"version": 1, "rules": [["en"')
        assert len(book.rules("en")) == 2
    assert book.trouble


def test_the_same_rules_leave_the_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "synonyms.json"
    write(path, "refund, money back")
    assert not replace_file(path, path.read_bytes())


def test_an_article_is_found_by_the_customer_s_word(tmp_path: Path) -> None:
    index = KeywordIndex(tmp_path / "index")
    index.build(
        [
            document("1", "Returns", "We give a reimbursement within two weeks."),
            document("2", "Delivery", "Parcels arrive within two days."),
        ]
    )
    path = tmp_path / "synonyms.json"
    engine = SearchEngine(index, synonyms=SynonymBook(path))
    assert engine.search("money back", locale="en").hits == ()
    write(path, "money back, reimbursement")
    assert [hit.title for hit in engine.search("money back", locale="en").hits] == ["Returns"]


def test_what_says_the_typed_word_comes_before_what_says_a_synonym(tmp_path: Path) -> None:
    index = KeywordIndex(tmp_path / "index")
    index.build(
        [
            document("1", "Bills", "The bill is sent by post."),
            document("2", "Invoices", "The invoice is sent by post."),
            document("3", "Lamps", "A lamp is sent by post."),
        ]
    )
    path = tmp_path / "synonyms.json"
    write(path, "invoice, bill")
    engine = SearchEngine(index, synonyms=SynonymBook(path))
    assert [hit.document_id for hit in engine.search("invoice", locale="en").hits] == ["2", "1"]
    assert [hit.document_id for hit in engine.search("bill", locale="en").hits] == ["1", "2"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("reset my zapper", "reset my remote control"),
        ("reset my lamp", "reset my lamp"),
        ("the round gadget, please", "the remote control, please"),
        ("zapper zapper", "remote control remote control"),
    ],
)
def test_words_that_no_article_says_are_put_as_rules_mean_them(query: str, said: str) -> None:
    texts = [
        "zapper, clicker, remote control",
        "round gadget => remote control",
        "lamp => remote control",
    ]
    rules = Rules((parse_rule(text, "en") for text in texts), language="en")
    known = {"lamp", "remote control"}
    assert rules.reworded(query, known.__contains__) == said


def test_words_that_no_rule_leads_to_words_of_the_articles_stay() -> None:
    rules = Rules([parse_rule("zapper, clicker", "en")], language="en")
    assert rules.reworded("zapper", lambda _words: False) == "zapper"


@pytest.mark.parametrize(("words", "language"), [("le, la", "fr"), ("the => of, a", "en")])
def test_a_rule_of_nothing_but_common_words_is_refused(words: str, language: str) -> None:
    with pytest.raises(RuleInvalid) as refused:
        parse_rule(words, language)
    assert refused.value.fault is Fault.COMMON


@pytest.mark.parametrize("words", ['"bedside lamp", nightlight', "“bedside lamp”, «nightlight»"])
def test_quotation_marks_make_no_other_rule(words: str) -> None:
    assert parse_rule(words, "en") == parse_rule("bedside lamp, nightlight", "en")


def test_lines_after_an_unknown_language_are_checked_too() -> None:
    with pytest.raises(FileInvalid) as refused:
        parse_file("[xx]\nalone\n[en]\nrefund, money back\n", ["en"])
    assert [(each.line, each.fault) for each in refused.value.problems] == [
        (1, Fault.UNKNOWN_LANGUAGE),
        (2, Fault.ALONE),
    ]
