"""Claims about the script of the widget: small, whole, and the same for everyone."""

import gzip
import re

from flask import Flask
from flask.testing import FlaskClient

from feedback.widget import words
from feedback.widget.script import FOLDER, MODULES, program, small
from feedback.widget.sites import allow, fingerprint
from kb.db import db

MAX_BYTES = 15_000  # compressed, with everything that it needs until it is opened
ZIPPED = {"Accept-Encoding": "gzip"}


def sources() -> dict[str, str]:
    return {path.stem: path.read_text() for path in FOLDER.glob("*.js")}


def test_the_script_weighs_less_than_fifteen_kilobytes(app: Flask, client: FlaskClient) -> None:
    for number in range(50):
        allow(f"https://shop-{number}.example")
    db.session.commit()
    answer = client.get("/widget.js", headers=ZIPPED)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.data) < MAX_BYTES
    assert gzip.decompress(answer.data).decode() == client.get("/widget.js").text


def test_it_is_sent_zipped_where_no_finished_page_is_kept(client: FlaskClient) -> None:
    kept, plain = client.get("/widget.js", headers=ZIPPED), client.get("/widget.js?v=1")
    answer = client.get("/widget.js?v=1", headers=ZIPPED)
    assert gzip.decompress(answer.data) == plain.data == gzip.decompress(kept.data)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Vary"] == kept.headers["Vary"] == "Accept-Encoding"
    assert answer.headers["ETag"] == kept.headers["ETag"]
    known = ZIPPED | {"If-None-Match": answer.headers["ETag"]}
    assert client.get("/widget.js?v=1", headers=known).status_code == 304


def test_it_is_asked_for_again_without_being_sent_again(client: FlaskClient) -> None:
    answer = client.get("/widget.js", headers=ZIPPED)
    again = client.get("/widget.js", headers=ZIPPED | {"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert "max-age=300" in answer.headers["Cache-Control"]
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers["Vary"]


def test_it_changes_with_the_list_of_sites_and_names_none(app: Flask, client: FlaskClient) -> None:
    before = client.get("/widget.js?1")  # past the pages that are kept for a moment
    allow("https://secret-customer.example")
    db.session.commit()
    after = client.get("/widget.js?2")
    assert before.headers["ETag"] != after.headers["ETag"]
    assert fingerprint("https://secret-customer.example") in after.text
    assert "secret-customer" not in after.text


def test_every_module_is_in_the_script() -> None:
    assert set(MODULES) == set(sources())


def test_modules_are_joined_without_imports_exports_or_comments() -> None:
    assert not re.search(r"^(import|export|//)", program(), re.MULTILINE)
    assert small('// About\nimport { a } from "./b.js";\n\nexport const c = 1;\n') == "const c = 1;"


def test_modules_import_only_what_stands_before_them() -> None:
    for place, name in enumerate(MODULES):
        wanted = set(re.findall(r'from "\./([a-z]+)\.js"', sources()[name]))
        assert wanted <= set(MODULES[:place]), name


def test_every_name_that_is_imported_is_exported_there() -> None:
    for name, text in sources().items():
        for names, module in re.findall(r'import \{ ([^}]*) \} from "\./([a-z]+)\.js"', text):
            for each in names.split(", "):
                assert re.search(rf"export .*\b{each}\b", sources()[module]), (name, each)


def test_no_name_stands_for_two_things_in_the_one_script() -> None:
    declared = r"^(?:export )?(?:async )?(?:const|let|function|class) ([A-Za-z_]+)"
    found = [
        each for text in sources().values() for each in re.findall(declared, text, re.MULTILINE)
    ]
    assert len(found) == len(set(found)), sorted({each for each in found if found.count(each) > 1})


def test_no_text_runs_over_the_end_of_its_line() -> None:
    odd = [line for text in sources().values() for line in text.splitlines() if line.count("`") % 2]
    assert odd == []


def test_nothing_is_used_that_a_strict_page_forbids() -> None:
    doors = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(",
             "new Function", "DOMParser", "srcdoc", ".cookie", ".style")  # fmt: skip
    assert [each for each in doors if each in program()] == []


def test_what_stays_in_a_browser_is_written_in_two_places_alone() -> None:
    assert {name for name, text in sources().items() if "Storage" in text} == {"asking", "survey"}


def test_every_word_that_it_says_is_in_the_catalogue() -> None:
    known = {*words.AT_ONCE, *words.AFTER_OPENING}
    for name, text in sources().items():
        assert set(re.findall(r'say\("([a-z]+)"\)', text)) <= known, name
