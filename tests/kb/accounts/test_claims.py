"""Claims about what a provider says of people, and about the settings of one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.accounts.oidc.claims import highest_role, person_from, values_at
from kb.config import Settings

Claims = dict[str, object]


@pytest.fixture(autouse=True)
def _people() -> None:
    """Nobody has to be there for what is calculated."""


@pytest.mark.parametrize(
    ("claims", "path", "values"),
    [
        ({"roles": ["a", "b"]}, "roles", {"a", "b"}),
        ({"roles": "a"}, "roles", {"a"}),
        ({"realm_access": {"roles": ["a", 1, None]}}, "realm_access.roles", {"a"}),
        ({"https://x.example/roles": ["a"]}, "https://x.example/roles", {"a"}),
        ({"roles": {"a": True}}, "roles", set()),
        ({}, "a.b.c", set()),
    ],
)
def test_values_are_found_at_a_path(claims: Claims, path: str, values: set[str]) -> None:
    assert values_at(claims, path) == values


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda each: (
        st.lists(each, max_size=3) | st.dictionaries(st.text(max_size=8), each, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["email", "email_verified", "name", "roles"]), JSON))
def test_claims_of_any_form_make_a_person_who_is_trusted_for_nothing_by_accident(
    claims: Claims,
) -> None:
    found = person_from({**claims, "sub": "1"}, issuer="https://id.example", role_claim="roles")
    assert found.is_email_verified == (claims.get("email_verified") in (True, "true"))
    assert highest_role(found.values, {}) is None


def test_wrong_settings_are_refused() -> None:
    for wrong in (
        {"oidc_issuer": "http://id.example", "oidc_client_id": "kb"},
        {"oidc_issuer": "https://id.example"},
        {"passwords": "off"},
        {"oidc_roles": {"a": "root"}},
    ):
        with pytest.raises(ValueError, match=r"oidc|passwords"):
            Settings.model_validate(wrong)
