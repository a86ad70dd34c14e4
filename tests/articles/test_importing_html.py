"""`to_markdown`: HTML that becomes Markdown says what it said."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from articles.importing.html import Options, Unconvertible, to_markdown
from articles.markdown import render

BLOCK = re.compile(
    r"</?(?:p|div|li|h\d|td|th|tr|ul|ol|table|pre|blockquote|summary|details)\b[^>]*>|<br>"
)


def markdown(document: str, **options: object) -> str:
    return to_markdown(document, Options(**options)).markdown  # type: ignore[arg-type]


def words(document: str) -> list[str]:
    """Return the words that a reader reads, in their order."""
    text = re.sub(r"<[^>]*>", "", BLOCK.sub(" ", document))
    return html.unescape(text).split()


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("<h1>A</h1><h4>B</h4><h2>C</h2>", "## A\n\n### B\n\n### C\n"),
        ("<h2><strong>Bold</strong></h2>", "## Bold\n"),
        ("<p>a<b>b</b><strong>c</strong> <i>d</i></p>", "a**bc** *d*\n"),
        ("<p>one<br>two<br></p><p>&nbsp;</p>", "one  \ntwo\n"),
        ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "- a\n  - b\n- c\n"),
        ("<ul><li>a</li><ul><li>b</li></ul></ul>", "- a\n  - b\n"),
        ('<ol start="3"><li>a</li><li>b</li></ol>', "3. a\n4. b\n"),
        ('<div class="callout callout--warning"><p>Hot</p></div>', "> [!WARNING]\n> Hot\n"),
        ('<div class="note"><p class="note-title">By the way</p>x</div>', "> [!NOTE] By the way\n> x\n"),
        ('<pre><code class="language-js">a &lt; b</code></pre>', "```js\na < b\n```\n"),
        ("<details><summary>More</summary><p>x</p></details>", "<details>\n<summary>More</summary>\n\nx\n\n</details>\n"),
        ('<p><img src="a.png" alt="A [b]" width="40"></p>', '![A \\[b\\]](a.png){width="40"}\n'),
        ('<iframe src="//www.youtube.com/embed/abcdefghijk"></iframe>', "<https://www.youtube.com/embed/abcdefghijk>\n"),
        ('<p><a href="x y(z)">go</a><a href="#"> </a></p>', "[go](x%20y%28z%29)\n"),
        ("<p>H<sub>2</sub>O <u>u</u> <kbd>Ctrl</kbd></p>", "H<sub>2</sub>O <u>u</u> <kbd>Ctrl</kbd>\n"),
        ("<table><tr><td><b>A</b></td></tr></table>", "**A**\n"),
        ("<table><tr><th>A</th><th>B</th></tr><tr><td>1|2</td><td>x<br>y</td></tr></table>", "| A | B |\n| --- | --- |\n| 1\\|2 | x<br>y |\n"),
        ('<h2 id="h1">A</h2><p><a name="b"></a>c</p>', '## A {#h1}\n\n<a id="b"></a>c\n'),
    ],
)  # fmt: skip
def test_each_thing_has_its_form(document: str, expected: str) -> None:
    assert markdown(document, anchors=frozenset({"h1", "b"})) == expected


def test_tables_that_pipes_cannot_say_stay_html() -> None:
    table = '<table><tr><td rowspan="2">a</td><td>b</td></tr><tr><td><a href="x">c</a></td></tr></table>'
    made = markdown(table, link=lambda address: f"new-{address}")
    assert made.startswith("<table>")
    assert 'href="new-x"' in made


def test_a_frame_that_is_no_video_becomes_a_link_and_is_told() -> None:
    made = to_markdown('<iframe src="https://forms.example/x" title="Form"></iframe>')
    assert made.markdown == "[Form](https://forms.example/x)\n"
    assert made.losses == ("a frame (https://forms.example/x); kept as a link",)


def test_what_has_no_end_is_refused() -> None:
    for document in ("x" * 1_000_001, "<div>" * 200, "<b><i>" * 5_000):
        with pytest.raises(Unconvertible):
            to_markdown(document)


def test_wide_documents_are_read_in_time() -> None:
    """Each of these took minutes where work grew with the square of the elements."""
    for piece in ("<li>x</li>", "<b>x</b>", "<p>x</p>", "<a href=x>x</a>", "<td>x</td>", "x<br>"):
        assert "x" in to_markdown(piece * 3_000).markdown


MARKS = st.sampled_from(
    ["*", "_", "`", "[", "]", "](", "#", "# ", "> ", "- ", "1. ", "2) ", "|", "~~", "{: .x }", "{#a}", "<", "&lt;", "&", "&amp;",
     "\\", "!", "[!NOTE]", "[^1]", "[x] ", "***", "---", "===", "```", "~~~", "!!! note", "a_b", "x*y*z", "+ ", ":", ": ", "  ",
     "word", "mot", "…", "é", "http://a.example/b_c", "$", "%", "{%", "}}", "==", "^", "@", "(c)", "'", '"']
)  # fmt: skip
TEXTS = st.lists(MARKS, min_size=1, max_size=8).map("".join).filter(str.strip)
INLINE = st.one_of(
    TEXTS.map(html.escape),
    st.builds("<{0}>{1}</{0}>".format, st.sampled_from(["b", "i", "strong", "em", "u", "kbd"]),
              TEXTS.map(str.strip).map(html.escape)),
    st.just("<br>"),
)  # fmt: skip
LINES = st.lists(INLINE, min_size=1, max_size=4).map(" ".join)
BLOCKS = st.one_of(
    LINES.map("<p>{}</p>".format),
    LINES.map("<h2>{}</h2>".format),
    st.lists(LINES, min_size=1, max_size=3).map(lambda items: "<ul>" + "".join(f"<li>{i}</li>" for i in items) + "</ul>"),
    st.lists(LINES, min_size=1, max_size=3).map(lambda items: "<ol>" + "".join(f"<li>{i}</li>" for i in items) + "</ol>"),
    LINES.map("<blockquote><p>{}</p></blockquote>".format),
    TEXTS.map(html.escape).map("<pre>{}</pre>".format),
)  # fmt: skip


@given(st.lists(BLOCKS, min_size=1, max_size=4).map("".join))
@hypothesis_settings(max_examples=60, deadline=None)
def test_every_word_is_kept_in_its_place(document: str) -> None:
    made = render(markdown(document), locale="en").html
    assert "".join(words(made)) == "".join(words(document))
