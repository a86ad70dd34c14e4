"""Which questions were put to the same person, as far as the site can know: it knows little on purpose."""

from sqlalchemy import ColumnElement, or_, select

from feedback.models import Visit
from feedback.requests.models import ContactRequest
from feedback.surveys.models import SurveyResponse


def put_to(
    visitor: str = "", *, email: str = "", customer_id: int | None = None
) -> ColumnElement[bool]:
    """Return the condition under which a question was put to a visitor, an address or a customer."""
    conditions: list[ColumnElement[bool]] = []
    if visitor:
        conditions.append(SurveyResponse.visitor == visitor)
    if email:
        requests = select(ContactRequest.id).where(ContactRequest.email == email)
        conditions.append(SurveyResponse.request_id.in_(requests))
    if customer_id is not None:
        visits = select(Visit.id).where(Visit.customer_id == customer_id)
        requests = select(ContactRequest.id).where(ContactRequest.customer_id == customer_id)
        conditions += [
            SurveyResponse.visit_id.in_(visits),
            SurveyResponse.request_id.in_(requests),
        ]
    return or_(False, *conditions)
