"""Claims about the session's cookie."""

import pytest
from flask.testing import FlaskClient

from tests.kb.accounts.conftest import Enter

IN_THE_BACKGROUND = {"X-Requested-With": "fetch"}
ASKED = [("GET", "/studio/account"), ("POST", "/studio/sign-in"), ("GET", "/studio/sign-in")]


@pytest.mark.parametrize(("method", "address"), ASKED)
def test_a_late_answer_of_a_signed_out_page_undoes_no_sign_in(
    client: FlaskClient, method: str, address: str
) -> None:
    late = client.open(address, method=method, headers=IN_THE_BACKGROUND)
    assert "Set-Cookie" not in late.headers
    assert "Set-Cookie" in client.get("/studio/account").headers


def test_an_ended_session_is_forgotten_by_a_page_and_not_by_its_scripts(enter: Enter) -> None:
    here, there = enter(), enter()
    there.post("/studio/account/sign-ins/end-others")
    assert "Set-Cookie" not in here.get("/studio/account", headers=IN_THE_BACKGROUND).headers
    assert "Set-Cookie" in here.get("/studio/account").headers


def test_a_page_signed_in_keeps_what_its_scripts_bring(enter: Enter) -> None:
    here = enter()
    kept = here.get("/studio/account", headers=IN_THE_BACKGROUND)
    assert kept.status_code == 200
