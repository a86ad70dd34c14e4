"""No file, however odd, stops an import."""

import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from articles.importing import ImportOptions, import_folder
from tests import factories

VALUES = st.sampled_from(
    ["x", "", "~", "[a, b]", "[]", "{a: b}", "true", "1e400", "-1", "2026-02-30", "0001-01-01T00:00:00+14:00",
     "9999-12-31T23:59:59-14:00", "!!python/object:os.system x", "&a x", "*a", "'", '"', "|\n  a", "é", "\U0001f4a1",
     "2026-01-01", "01:02:03", "0x1F", ".nan", "/", "..", "a" * 300, "[[[", "? x", "<<: x",
     '"\\0 \\ud800 x"', "&#0; &#1; x", "99999999999"]
)  # fmt: skip
NAMES = st.sampled_from(
    ["title", "summary", "kind", "stage", "category", "subcategory", "slug", "locale", "keywords",
     "answers", "published", "archived", "updated", "draft", "status", "owner", "key", "position",
     "former_slugs", "other", "1", "[x]"]
)  # fmt: skip
HEADS = st.lists(st.tuples(NAMES, VALUES), max_size=5).map(
    lambda pairs: "---\n" + "".join(f"{name}: {value}\n" for name, value in pairs) + "---\n"
)
BODIES = st.lists(
    st.sampled_from(
        ["# T", "[x](a.md#b)", "![x](../../x)", "[y]: b.md", "<img src='x'>", "```", "`", "](", "<a href=\"", "words",
         "[x](<>)", "[x](%00)", "[x](/)", "[x](.)", "[x](a/)", "[x](\\)", "\x01 \x7f", "===", "{% file src=\"\" %}", "[x](?a)"]
    )
).map("\n".join)  # fmt: skip
PATHS = st.sampled_from(
    ["a.md", "b.fr.md", "en/a.md", "fr/a.md", "README.md", "x/README.md", "SUMMARY.md", ".x/a.md", ".md",
     "a..md", ".fr.md", "en.md", "fr/en/fr.md", "é è.md", "A.MD", "categories.yaml", "x/01_.md", "1.md"]
)  # fmt: skip
FILES = st.dictionaries(
    PATHS,
    st.one_of(st.binary(max_size=60), st.builds(lambda h, b: (h + b).encode(), HEADS, BODIES)),
    max_size=5,
)


@pytest.mark.parametrize("strict", [False, True])
@given(files=FILES)
@example(
    files={"categories.yaml": b"- key: a\n  names: {fr: 1}\n  children: 3\n- 4\n", "a.md": b"# x"}
)
@example(files={"a.md": b"---\npublished: 9999-12-31T23:59:59-14:00\n---\nx"})
@example(files={"a.md": b"---\nupdated: '0001-01-01T00:00:00+14:00'\n---\nx"})
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_files_are_imported_or_reported(
    any_app: Flask,
    tmp_path_factory: pytest.TempPathFactory,
    files: dict[str, bytes],
    *,
    strict: bool,
) -> None:
    folder = tmp_path_factory.mktemp("docs")
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    factories.empty()  # an example must not depend on those before it
    options = ImportOptions(source="any", strict=strict, archive_missing=True)
    report = import_folder(folder, options=options)
    again = import_folder(folder, options=options)
    assert (again.created, again.updated) == (0, 0)
    assert again.problems == report.problems
