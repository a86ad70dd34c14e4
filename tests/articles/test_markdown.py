"""What a Markdown text becomes on the page, and for search."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.markdown import (
    Section,
    TocEntry,
    article_link,
    linked_keys,
    render,
    resolve_links,
    same_words,
    slugify,
    typeset,
)


def html(source: str, locale: str = "en", title: str = "") -> str:
    return render(source, locale=locale, title=title).html


# Headings and sections


def test_a_first_heading_that_repeats_the_title_is_dropped() -> None:
    assert (
        html("# Réinitialiser  la lampe !\n\nTexte", "fr", "Réinitialiser la lampe")
        == "<p>Texte</p>"
    )


def test_another_h1_becomes_a_part_and_moves_what_is_below_it() -> None:
    made = html("# Title\n\n## A\n\n# B\n\n## C", title="Title")
    assert 'h2 id="a"' in made
    assert 'h2 id="b"' in made
    assert 'h3 id="c"' in made
    assert "<h1" not in made


def test_levels_have_no_gaps() -> None:
    made = html("#### Deep\n\n## Top\n\n##### Below")
    assert [line[:3] for line in made.split("\n") if line.startswith("<h")] == ["<h2", "<h2", "<h3"]


def test_anchors_are_in_the_language_of_the_text_and_unique() -> None:
    made = render("## Où est l’œuf ?\n\n## Où est l'œuf ?\n\n## Fin {#the-end}", locale="fr")
    assert [entry.anchor for entry in made.toc] == ["ou-est-l-oeuf", "ou-est-l-oeuf-1", "the-end"]


def test_a_heading_links_to_itself() -> None:
    expected = '<h2 id="reset"><a class="heading-link" href="#reset">Reset</a></h2>'
    assert html("## Reset") == expected


def test_the_table_of_contents_is_a_tree() -> None:
    made = render("## A\n\n### B\n\n## C", locale="en")
    below = (TocEntry("b", "B", 3),)
    assert made.toc == (TocEntry("a", "A", 2, below), TocEntry("c", "C", 2))


def test_sections_carry_the_path_of_their_headings() -> None:
    made = render("Intro.\n\n## A\n\nOne.\n\n### B\n\nTwo.\n\n## C\n\nThree.", locale="en")
    assert made.sections == (
        Section("", (), "Intro."),
        Section("a", ("A",), "One."),
        Section("b", ("A", "B"), "Two."),
        Section("c", ("C",), "Three."),
    )


def test_the_text_of_sections_is_as_written() -> None:
    made = render(
        "C'est quoi : l'eau ? `a  b` &eacute;\n\n| x | y |\n|---|---|\n| 1 | 2 |", locale="fr"
    )
    assert made.sections[0].text == "C'est quoi : l'eau ? a b é\nx – y\n1 – 2"


@given(st.lists(st.sampled_from(["# a", "## b", "### c", "text", "- item", "> quote"])))
def test_the_sections_cover_the_whole_text(blocks: list[str]) -> None:
    made = render("\n\n".join(blocks), locale="en")
    parts = [word for s in made.sections for word in [*s.path[-1:], *s.text.split("\n")]]
    assert " ".join(parts).split() == made.text.split()


# Blocks


@pytest.mark.parametrize(
    "source",
    [
        '!!! warning "À savoir"\n    Texte',
        "> [!WARNING] À savoir\n> Texte",
        ">[!WARNING] À savoir\n>\n>Texte",
    ],
)
def test_a_callout_says_its_kind_in_words(source: str) -> None:
    made = html(source, "fr")
    assert '<div class="callout callout-warning" role="note">' in made
    assert "Attention\u00a0: À savoir" in made
    assert "<p>Texte</p>" in made


@pytest.mark.parametrize(
    ("kind", "locale", "words"),
    [
        ("note", "fr", "Remarque"),
        ("tip", "fr", "Astuce"),
        ("important", "fr", "Important"),
        ("caution", "fr", "Danger"),
        ("note", "en", "Note"),
        ("warning", "en", "Warning"),
        ("tip", "de", "Tip"),
    ],
)
def test_the_kind_is_named_in_the_language_of_the_text(kind: str, locale: str, words: str) -> None:
    made = html(f"> [!{kind.upper()}]\n> x", locale)
    assert f'<p class="callout-title">{words}</p>' in made


def test_a_hint_of_gitbook_is_a_callout() -> None:
    made = html('{% hint style="warning" %}\nMind **this**\n{% endhint %}\n\nAfter')
    assert '<div class="callout callout-warning" role="note">' in made
    assert "<p>Mind <strong>this</strong></p>\n</div>\n<p>After</p>" in made


def test_markdown_inside_a_wrapper_of_html_is_markdown() -> None:
    assert html('<div align="center">\n\n**Words**\n\n</div>') == "<p><strong>Words</strong></p>"


def test_preformatted_html_keeps_its_spaces() -> None:
    assert "a\n  - b\n    c" in html("<pre>\na\n  - b\n    c\n</pre>\n\nAfter")


def test_code_in_a_quotation_leaves_no_empty_paragraph() -> None:
    assert "<p></p>" not in html("> Type\n>\n> ```\n> ls\n> ```")


def test_details_of_html_may_hold_markdown() -> None:
    made = html("<details>\n<summary>More</summary>\n\nSome *words*\n\n</details>\n\nAfter")
    assert "<summary>More</summary>\n<p>Some <em>words</em></p>\n</details>" in made


def test_tabs_work_without_a_script() -> None:
    made = html('=== "Linux"\n    apt\n\n=== "Mac"\n    brew')
    assert '<details class="tab" name="tabs-1" open="">\n<summary>Linux</summary>' in made
    assert '<details class="tab" name="tabs-1">\n<summary>Mac</summary>' in made


def test_tasks_say_whether_they_are_done() -> None:
    made = html("- [x] Plug in\n- [ ] Pair")
    assert 'aria-label="Done:"></span>Plug in' in made
    assert 'aria-label="To do:"></span>Pair' in made


def test_lists_indented_by_two_spaces_are_nested() -> None:
    assert html("- a\n  - b\n- c").count("<ul>") == 2


def test_a_list_may_follow_a_paragraph_directly() -> None:
    assert html("You need:\n- a lamp\n- a phone").count("<li>") == 2


def test_code_in_a_numbered_step_belongs_to_the_step() -> None:
    made = html("1. Type:\n\n   ```bash\n   ls\n   ```\n1. Read")
    assert made.count("<ol") == 1
    assert made.index("<pre") < made.index("Read")


def test_code_is_coloured_by_classes() -> None:
    made = html("```python\nprint('x')\n```")
    assert '<span class="nb">print</span>' in made
    assert "style=" not in made


def test_each_table_scrolls_by_itself_under_its_own_name() -> None:
    table = "| a | b |\n|---|:-:|\n| 1 | 2 |\n\n"
    made = html(f"{table}## Prices\n\n{table}")
    assert 'tabindex="0" role="region" aria-label="Table 1"' in made
    assert 'aria-label="Table 2: Prices"' in made
    assert '<td class="align-center">2</td>' in made


def test_footnotes_lead_there_and_back_in_the_language_of_the_text() -> None:
    made = html("Mot[^1]\n\n[^1]: La note", "fr")
    assert 'href="#fn:1"' in made
    assert 'aria-label="Revenir au texte, note 1"' in made


def test_entities_are_decoded() -> None:
    assert "<p>Caf\u00e9 &amp; th\u00e9</p>" in html("Caf&eacute; &amp; th&eacute;")


# Links, images, videos


def test_links_that_leave_the_site_are_marked() -> None:
    made = html("[x](https://elsewhere.example)")
    assert 'class="external" rel="noopener noreferrer"' in made


def test_links_between_articles_are_resolved_when_served() -> None:
    made = html("[Reset](article:reset-a-lamp#hold) and [gone](article:gone)")
    assert linked_keys(made) == {"reset-a-lamp", "gone"}
    served = resolve_links(made, {"reset-a-lamp": "/en/articles/reset"}.get)
    assert '<a href="/en/articles/reset#hold">Reset</a> and gone' in served


def test_a_key_of_any_letters_survives() -> None:
    link = article_link("clé à 20 %", "ancre é")
    served = resolve_links(html(f"[x]({link})"), lambda key: f"/{len(key)}")
    assert 'href="/10#ancre%20%C3%A9"' in served


def test_a_link_to_a_file_keeps_its_words_only() -> None:
    assert html("See [the guide](../guide.md) and ![a plan](plan.png).") == (
        "<p>See the guide and a plan.</p>"
    )


def test_an_anchor_written_as_elsewhere_is_mended() -> None:
    assert 'href="#l-eau-chaude"' in html("[x](#leau-chaude)\n\n## L'eau chaude", "fr")


def test_images_come_with_their_size() -> None:
    made = render(
        "![Plan](attachment:abcdef12/plan%20a.png)",
        locale="en",
        image_size=lambda src: (640, 480) if src.startswith("attachment:abcdef12/") else None,
    )
    assert made.html == (
        '<p><img src="/attachments/abcdef12/plan%20a.png" alt="Plan" loading="lazy" '
        'decoding="async" width="640" height="480"></p>'
    )


@pytest.mark.parametrize(
    ("link", "player"),
    [
        ("https://www.youtube.com/watch?v=dQw4w9WgXcQ", "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"),
        ("<https://youtu.be/dQw4w9WgXcQ?t=3>", "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"),
        ("[How](https://vimeo.com/333750506)", "https://player.vimeo.com/video/333750506"),
        ("https://dai.ly/x902hs6", "https://geo.dailymotion.com/player.html?video=x902hs6"),
        ("https://video.example/w/kkGMgK9ZtnKfYAgnEtQxbv", "https://video.example/videos/embed/kkGMgK9ZtnKfYAgnEtQxbv"),
        ("https://cdn.example/film.mp4", "https://cdn.example/film.mp4"),
        ('<iframe src="https://www.youtube.com/embed/dQw4w9WgXcQ"></iframe>', "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"),
        ('{% embed url="https://vimeo.com/333750506" %}', "https://player.vimeo.com/video/333750506"),
    ],
)  # fmt: skip
def test_a_video_waits_for_a_click(link: str, player: str) -> None:
    made = html(f"Before\n\n{link}\n\nAfter")
    assert f'<figure class="video" data-video-src="{player}"' in made
    assert "<iframe" not in made


def test_a_video_named_in_a_sentence_stays_a_link() -> None:
    assert "<figure" not in html("See https://vimeo.com/333750506 for more.")


def test_a_video_of_the_site_is_played_by_the_browser() -> None:
    made = html("[Film](attachment:abcdef12/film.mp4)")
    assert '<video controls="controls" preload="none" src="/attachments/abcdef12/film.mp4"' in made


# French typography


@pytest.mark.parametrize(
    ("written", "set_"),
    [
        ("Quoi ?", "Quoi\u202f?"),
        ("Quoi?", "Quoi\u202f?"),
        ("Attention !", "Attention\u202f!"),
        ("ici ; là", "ici\u202f; là"),
        ("Note : x", "Note\u00a0: x"),
        ("« Bonjour »", "«\u202fBonjour\u202f»"),
        ("«Bonjour»", "«\u202fBonjour\u202f»"),
        ("l'eau", "l’eau"),
        ("aujourd'hui", "aujourd’hui"),
        ("89 €", "89\u00a0€"),
        ("à 10:30", "à 10:30"),
        ("https://a.example/?b=c", "https://a.example/?b=c"),
    ],
)
def test_french_spaces_and_apostrophes(written: str, set_: str) -> None:
    assert typeset(written, "fr") == set_


@given(st.text(alphabet="aé ;:!?«»'89€%\u00a0\u202f", max_size=40))
def test_typography_settles_at_once(text: str) -> None:
    once = typeset(text, "fr")
    assert typeset(once, "fr") == once


def test_english_is_left_alone() -> None:
    assert html("It's «here» : now ?") == "<p>It's «here» : now ?</p>"


def test_code_is_left_alone() -> None:
    assert "<code>l'eau : ?</code>" in html("`l'eau : ?`", "fr")


def test_quotation_marks_around_a_tag_are_set() -> None:
    assert html("« *oui* »", "fr") == "<p>«\u202f<em>oui</em>\u202f»</p>"


def test_an_elision_across_a_tag_is_set() -> None:
    assert "l’<strong>eau</strong>" in html("l'**eau**", "fr")


# Words


def test_slugs_fold_accents_and_ligatures() -> None:
    assert slugify("L’Œuvre d’été, 2") == "l-oeuvre-d-ete-2"


def test_titles_compare_loosely() -> None:
    assert same_words("Où est-ce ?", "ou est ce")
    assert not same_words("", "!")


def test_a_long_document_renders_without_slowing_down() -> None:
    part = "## Heading\n\nSome *words* with [a link](https://x.example) and `code`.\n\n- a\n- b\n\n"
    started = time.process_time()
    render(part * 1_000, locale="fr")
    assert time.process_time() - started < 5
