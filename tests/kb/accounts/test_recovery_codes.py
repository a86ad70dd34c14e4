"""Claims about taking recovery codes off the list, on each database."""

import pytest
from flask import Flask

from kb.accounts import second_factor
from kb.accounts.models import RoleName
from kb.accounts.security import add_user
from tests.conftest import PASSWORD
from tests.kb.accounts.conftest import LEA


@pytest.fixture(autouse=True)
def _people() -> None:
    """The one person there is made on the database of each test."""


def test_a_code_holds_once_whatever_is_used_meanwhile(any_app: Flask) -> None:
    user = add_user(LEA, PASSWORD, RoleName.WRITER)
    with any_app.test_request_context():
        codes = second_factor.new_recovery_codes(user)
    digests = [second_factor.digest_of(each) for each in codes]
    check = any_app.extensions["security"].mf_recovery_codes_util.check_recovery_code
    assert not second_factor._take_off(user, digests[0], digests[1:])  # others have it otherwise
    assert user.mf_recovery_codes == digests
    assert check(user, codes[1])
    assert check(user, codes[0])
    assert not check(user, codes[0])
    assert user.mf_recovery_codes == digests[2:]
