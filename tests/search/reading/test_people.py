"""Who asks for a person is shown a person, and who asks about a telephone is not."""

import pytest

from search.reading.people import asks_for_person


@pytest.mark.parametrize(
    "query",
    [
        "je veux parler a un humain",
        "Parler à quelqu’un",
        "un humain",
        "contact",
        "téléphone",
        "numéro de téléphone",
        "votre numéro de téléphone svp",
        "service client",
        "je voudrais être rappelé",
        "speak to someone",
        "I want to talk to a human!",
        "human",
        "Phone number",
        "customer service",
        "comment contacter le support",
        "joindre qqn",
        "numero tel",
        "y a-t-il quelqu’un",
        "talk to a representative pls",
        "live chat",
        "how can I reach you",
    ],
)
def test_asking_for_a_person_is_recognised(query: str) -> None:
    assert asks_for_person(query)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?",
        "mon téléphone ne trouve pas la lampe",
        "changer mon numéro de téléphone",
        "personne ne peut se connecter",
        "phone does not connect",
        "compatible phones",
        "quelqu’un utilise mon compte",
        "someone used my card",
        "changer mon numéro",
        "contact lens",
        "contact sensor",
        "is there a human voice setting",
        "réinitialiser la lampe",
    ],
)
def test_asking_about_something_else_is_left_alone(query: str) -> None:
    assert not asks_for_person(query)
