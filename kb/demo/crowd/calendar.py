"""When the turns of the story happened, counted back from the day on which it is told."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self


@dataclass(frozen=True, slots=True)
class Calendar:
    """The moments that the story turns on."""

    power_cut_published: datetime
    outage_from: datetime
    outage_published: datetime
    outage_until: datetime
    rewritten: datetime
    turned_bad: datetime
    rise_from: datetime
    rise_until: datetime

    @classmethod
    def before(cls, now: datetime) -> Self:
        """Return the moments for a story told at `now`."""
        noon = now.replace(hour=12, minute=0, second=0, microsecond=0)
        outage = noon - timedelta(days=22) + timedelta(minutes=5)
        return cls(
            power_cut_published=noon - timedelta(days=35, hours=4),
            outage_from=outage,
            outage_published=outage + timedelta(minutes=41),
            outage_until=outage + timedelta(minutes=150),
            rewritten=noon - timedelta(days=40, hours=2),
            turned_bad=noon - timedelta(days=27, hours=5),
            rise_from=now - timedelta(minutes=150),
            # Every visit must be over when the report is made.
            rise_until=now - timedelta(minutes=40),
        )
