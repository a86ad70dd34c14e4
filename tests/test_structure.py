"""What holds for the whole program, whatever is added to it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kb.cli import COMMANDS
from kb.threads import LIBRARIES

ROOT = Path(__file__).parents[1]


def test_every_command_is_listed_without_importing_the_site() -> None:
    program = (
        "import sys\n"
        "from kb.cli import main\n"
        "try:\n    main(['--help'])\n"
        "except SystemExit:\n    pass\n"
        "heavy = {'flask', 'torch', 'whoosh', 'sqlalchemy', 'numpy'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert all(name in ran.stdout for name in COMMANDS)


@pytest.mark.parametrize(
    "start", ["from kb.cli import main; main(['doctor'], standalone_mode=False)", "import wsgi"]
)
def test_arithmetic_has_one_thread_however_the_site_starts(start: str, tmp_path: Path) -> None:
    program = (
        f"try:\n    {start}\nexcept SystemExit:\n    pass\n"
        "import numpy, threadpoolctl\n"
        "print(max(each['num_threads'] for each in threadpoolctl.threadpool_info()))\n"
    )
    clean = {name: value for name, value in os.environ.items() if name not in LIBRARIES}
    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**clean, "KB_HOME": str(tmp_path), "KB_EMBEDDING_MODEL": "off"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stdout.split()[-1:] == ["1"], ran.stderr


def test_a_server_that_imports_the_site_names_a_bad_setting_and_stops(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", "import wsgi"],
        cwd=ROOT,
        env={**os.environ, "KB_HOME": str(tmp_path), "KB_WORKERS": "many"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 3
    assert ran.stderr.startswith("KB_WORKERS: ")
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    from click.testing import CliRunner

    from kb.cli import main

    answer = CliRunner().invoke(main, [name, "--help"])
    assert answer.exit_code == 0, answer.output
    assert "Usage:" in answer.output


def test_no_template_has_inline_style_or_script() -> None:
    offences = [
        f"{path.relative_to(ROOT)}: {found[0]}"
        for path in ROOT.glob("*/templates/**/*.html")
        if path.parent.name != "mail"  # mail programs load no style sheet
        for found in re.finditer(
            r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=", path.read_text()
        )
    ]
    assert offences == []


def test_robots_keep_out_of_search_and_studio(client: FlaskClient) -> None:
    text = client.get("/robots.txt").text
    assert "Disallow: /fr/search" in text
    assert "Disallow: /studio" in text
