"""What these tests share."""

from tests.feedback.addressed import with_an_address

__all__ = ["with_an_address"]
