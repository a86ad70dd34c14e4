"""What the rules find in a draft, and what they leave alone."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.checks import (
    BLOCKING,
    Draft,
    Facts,
    Field,
    Picture,
    Severity,
    Target,
    check,
)
from articles.checks.messages import MESSAGES, advice, said
from articles.checks.structure import left_by
from articles.drafting import writer_note

SOUND = """Ouvrez l’application, puis choisissez **Compte** : le lien arrive par e-mail.

## Si le lien n’arrive pas

1. Regardez dans les indésirables.
2. Demandez-en un autre.

Voyez aussi [changer d’adresse](article:change-address#when).

| Délai | Pays |
| --- | --- |
| 2 jours | France |

![La page du compte, avec le bouton en bas](attachment:abc/account.png)
"""
FACTS = Facts(
    articles={"change-address": Target("Changer", True, frozenset({"when"}))},
    files={"abc": Picture(20_000, 700, 400)},
)


def draft(body: str = SOUND, **changes: object) -> Draft:
    values: dict[str, object] = {
        "title": "Réinitialiser le mot de passe",
        "locale": "fr",
        "summary": "Un lien, envoyé par e-mail, permet d’en choisir un autre.",
        "answers": ("mot de passe oublié",),
    }
    return Draft(body=body, **{**values, **changes})  # type: ignore[arg-type]


def english(body: str, **changes: object) -> Draft:
    return draft(body, **{"locale": "en", **changes})


def rules(given: Draft, facts: Facts = FACTS) -> list[tuple[str, int | None]]:
    return [(each.rule, each.line) for each in check(given, facts)]


def test_a_sound_article_has_no_findings() -> None:
    assert rules(draft()) == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Voici.\n\n![](attachment:abc/x.png)", [("image-alt", 3)]),
        ("![ ](attachment:abc/x.png)", [("image-alt", 1)]),
        ('<img src="attachment:abc/x.png">', [("image-alt", 1)]),
        ('<img src="attachment:abc/x.png" alt="">', []),  # said to be an ornament
        ("![capture_2.PNG](attachment:abc/x.png)", [("image-alt-name", 1)]),
        ("![Capture d’écran](attachment:abc/x.png)", [("image-alt-name", 1)]),
        ("![Le bouton, à droite](attachment:gone/x.png)", [("file-missing", 1)]),
        ("![Le bouton](../images/x.png)", [("image-missing", 1)]),
        ("`![](x.png)`\n\n```\n![](x.png)\n```", []),
        ("[les délais](article:nowhere)", [("link-unknown", 1)]),
        ("[les délais](article:change-address#gone)", [("link-section", 1)]),
        ("[les délais]()", [("link-empty", 1)]),
        ("[les délais](../delais.md)", [("link-relative", 1)]),
        ("[les délais](/fr/articles/delais)", []),
        ("[les délais](javascript:alert(1))", [("link-scheme", 1)]),
        ("[les délais][d]\n\n[d]: article:nowhere", [("link-unknown", 1)]),
        ("Une liste.\n[là-bas](#absent)", [("link-anchor", 2)]),
        ("## Délais\n\n[plus haut](#delais)", []),
        ("Pour en savoir plus, [cliquez ici](https://a.example).", [("link-vague", 1)]),
        ("[En savoir plus :](https://a.example)", [("link-vague", 1)]),
        ("[](https://a.example)", [("link-wordless", 1)]),
        ("[![Le logo d’ACME](attachment:abc/x.png)](https://a.example)", []),
        ("Voir https://a.example/une/tres/longue/adresse/que-personne-ne-lit", [("link-bare", 1)]),
        ("Voir https://a.example", []),
        ("https://www.youtube.com/watch?v=dQw4w9WgXcQ&list=une-tres-longue-liste", []),
        ("## Un\n\n#### Deux\n\nTexte.", [("heading-jump", 3)]),
        ("##\n\nTexte.", [("heading-empty", 1)]),
        ("# Un\n\nTexte.\n\n# Deux", [("heading-h1", 1)]),
        ("# Réinitialiser le mot de passe\n\nTexte.", []),
        ("Étapes\n---\n\nTexte.\n\nÉtapes\n---", [("heading-twin", 6)]),
        ("## iPhone\n\n### Étapes\n\n## Android\n\n### Étapes", []),
        ("| | |\n| --- | --- |\n| a | b |", [("table-headless", 1)]),
        ("Étape 1 : ouvrez.\n\nÉtape 2 : fermez.", [("steps-by-hand", 1)]),
        ("1. Ouvrez.\n2. Fermez.", []),
        ("TODO les prix", [("to-do", 1)]),
        ("Lorem ipsum dolor", [("to-do", 1)]),
        ("Est-ce bien  ?", [("space-double", 1)]),
        ("Est-ce bien\u202f?", []),
        ("Texte.\n\n(Quel produit, et quel pays.)", [("template-like", 3)]),
    ],
)
def test_the_body(body: str, expected: list[tuple[str, int]]) -> None:
    assert rules(draft(body)) == expected


def test_what_a_template_has_left_keeps_from_publishing() -> None:
    outline = left_by("(La réponse, en deux phrases.)\n\n1. (Un geste.)\n\n## Et sinon\n")
    found = check(draft("(La réponse, en deux phrases.)\n\n- (Un geste.)", outline=outline))
    assert [(each.rule, each.line, each.severity) for each in found] == [
        ("template-left", 1, Severity.ERROR),
        ("template-left", 3, Severity.ERROR),
    ]
    assert "template-left" in BLOCKING


def test_a_note_for_the_writer_is_told_where_it_stands() -> None:
    assert rules(draft(f"Texte.\n\n{writer_note('à relire')}")) == [("note-left", 3)]


def test_a_link_to_an_article_that_is_not_public() -> None:
    facts = Facts(articles={"plan": Target("Le plan", is_public=False)}, files={})
    assert rules(draft("[le plan](article:plan)"), facts) == [("link-hidden", 1)]


def test_nothing_is_said_of_what_nobody_knows() -> None:
    assert rules(draft("[x](article:any#thing)\n\n![Un x](attachment:any/x.png)"), Facts()) == []


def test_large_pictures() -> None:
    facts = Facts({}, {"big": Picture(4_000_000, 900, 600), "wide": Picture(9_000, 5_000, 600)})
    body = "![La vue](attachment:big/a.png)\n![Le plan](attachment:wide/b.png)"
    assert rules(draft(body), facts) == [("image-heavy", 1), ("image-wide", 2)]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"title": " "}, "title-missing"),
        ({"title": "Comment " + "réinitialiser " * 6}, "title-long"),
        ({"summary": ""}, "summary-missing"),
        ({"summary": "réinitialiser le mot de passe."}, "summary-repeats"),
        ({"summary": "Un lien. " * 30}, "summary-long"),
        ({"answers": ()}, "answers-missing"),
    ],
)
def test_what_names_the_article(changes: dict[str, object], expected: str) -> None:
    (found,) = check(draft(**changes), FACTS)
    assert (found.rule, found.line) == (expected, None)
    assert found.field is not Field.BODY


def test_long_sentences_are_told_where_they_begin_and_the_worst_three_only() -> None:
    sentence = "Le lien " + "vous arrive " * 20 + "."
    found = check(draft("\n\n".join([sentence] * 5 + ["Court."])), FACTS)
    assert [each.rule for each in found] == ["sentence-long"] * 3
    assert {each.line for each in found} < {1, 3, 5, 7, 9}
    assert found[0].values["count"] == 42


def test_an_abbreviation_ends_no_sentence_and_a_list_is_no_sentence() -> None:
    text = "Choisissez un modèle, p. ex. Le Galet, et posez-le sur une table stable."
    assert rules(draft(f"{text}\n\n" + "\n".join(f"- point {n}" for n in range(60)))) == []


def test_a_long_paragraph() -> None:
    assert ("paragraph-long", 1) in rules(draft("Le lien arrive vite. " * 30))


def test_a_text_in_another_language() -> None:
    words = "You will find the link in the e-mail that we have sent to you. " * 4
    (found,) = check(draft(words), FACTS)
    assert (found.rule, found.values["language"]) == ("language-all", "en")
    french = "Vous trouverez le lien dans le message que nous vous avons envoyé. " * 6
    (found,) = check(draft(f"{SOUND}\n{french}\n\n{french}\n\n{words}"), FACTS)
    assert (found.rule, found.values["language"]) == ("language-part", "en")
    assert "English" in said(found)


def test_an_english_text_has_no_space_before_its_marks() -> None:
    assert rules(english("Is it there ? Yes.")) == [("space-before", 1)]
    assert rules(english("It costs 5 ; that is all.")) == [("space-before", 1)]


@given(
    st.text(
        alphabet=st.sampled_from(string.ascii_lowercase[:4] + " \n#*-_`[]()!<>|:;?\"'&~=1.\\éœ’"),
        max_size=200,
    ),
    st.sampled_from(["fr", "en", "de"]),
)
def test_any_text_is_checked_and_each_line_is_one_of_the_text(body: str, locale: str) -> None:
    for each in check(draft(body, locale=locale), FACTS):
        assert each.line is None or 1 <= each.line <= body.count("\n") + 1
        assert said(each)
        assert advice(each)


@pytest.mark.parametrize("piece", ["<a ", "<h1>", " _a", "[a ", "`a ", "![](", "{% a", "e.g. A "])
def test_a_long_text_in_which_nothing_ends_is_checked_all_the_same(piece: str) -> None:
    found = check(draft(piece * 10_000), FACTS)  # took minutes with patterns without bounds
    assert all(each.line in {None, 1} for each in found)


@given(st.integers(0, 6))
def test_lines_above_move_findings_and_change_none(count: int) -> None:
    body = "![](attachment:abc/x.png)\n\n[ici](article:gone)"
    moved = [(rule, (line or 0) + 2 * count) for rule, line in rules(draft(body))]
    assert rules(draft("Bon.\n\n" * count + body)) == moved


def test_every_message_is_of_a_rule_and_none_blames() -> None:
    for message in MESSAGES.values():
        assert message.says.endswith((".", "”", "%(words)s"))
        assert message.advice.endswith((".", "?"))
        assert "must" not in message.says
