"""The studio of Clairson on the morning that somebody opens the demo.

| who | what waits for them |
| --- | --- |
| Camille, writes | a draft with words that she has not saved, one that Jonas sent back with two comments |
| Jonas, reviews | a text of Camille that waits for him |
| Ines, leads | an article for tomorrow at nine, new prices for the first of the month |
| Noor, administers | a log of it all; Léa, who writes about deliveries only; Paul, a customer |
| all of them | a translation that is out of date, one that could be refreshed, one that is missing, articles to read again, links that lead nowhere |
"""
