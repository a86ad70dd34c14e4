"""A hundred and twenty days of believable visitors, marked as simulated in every row.

The story that a head of support reads in the reports of Clairson, and what is planted for it:

| what the reports should let her say | what the crowd does |
| --- | --- |
| "Two questions in three find an answer, and it is getting better." | fewer and fewer ask for what nothing answers |
| "Eleven subjects are missing. Gift wrapping is urgent: Christmas." | `UNANSWERED`, of which two are rising |
| "French parents want the volume limit that we only explain in English." | `limit-volume-for-children` exists in English only |
| "CAL-3 is the answer to flickering brightness, but nobody would call it that." | `photosensor-cal3` is named in the words of the workshop |
| "Refunds and the Galet on Android 16: people read us and write all the same." | `UNHELPFUL` articles, voted down with reasons |
| "Our page on addresses is good, except for those who want a Saturday." | `HALF_RIGHT`: the same article, two kinds of question |
| "Since the app was redrawn, the page on scenes is out of date." | `TURNED_BAD`: votes fall on that day |
| "Rewriting ‘My lamp isn’t found’ was worth it." | `REWRITTEN`: a second revision, and better votes after it |
| "We wrote about power cuts five weeks ago, and they stopped writing." | asked in vain before it was published, answered since; those who asked were told |
| "The afternoon when nobody could sign in: forty minutes to a known issue." | an incident, its article, and the searches of these hours |
| "Something is wrong with the Relais right now." | a rise in the last hours |
| "Deflection is between a sixth and three in five, not the 80% of the brochure." | people open the form, read, mark an answer, leave, write, or come back and write |
| "Nobody has opened the page on second-hand products for months." | `OVERLOOKED` is shown with others and never opened |
| "The scrapers are counted apart." | robots by name, by behaviour and by number, and staff |

Each visitor comes with a need, searches in words of their own, sees what the real engine shows for
them, and opens, reads, asks again, votes, writes or leaves. Outcomes are not invented: they are settled
from what the visitors did, like everybody's.
"""
