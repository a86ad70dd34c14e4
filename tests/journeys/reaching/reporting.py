"""A lead reads what came of it: figures, with the numbers that they are made of."""

from datetime import timedelta

from playwright.sync_api import expect

from tests.journeys.person import Person

LATER = timedelta(hours=2)  # than the window in which somebody may still write to a person


def reads_the_report(
    lead: Person, expected: dict[str, tuple[int, int]], *, channel: str = ""
) -> None:
    """Find figures on the overview, each as how many of how many."""
    lead.has_everything_counted()
    lead.opens(f"/studio/reports?channel={channel}")
    for key, (some, of) in expected.items():
        figure = lead.page.locator(f"#{key}")
        share = f"{100 * some // of}" if of else "–"
        expect(figure.locator(".value")).to_contain_text(share)
        numbers = figure.locator(".formula .count").all_text_contents()
        assert numbers[:2] == [str(some), str(of)], (key, numbers)
