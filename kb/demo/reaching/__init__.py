"""How customers of Clairson reach a person, and what they have said to each other.

| what | in the demo |
| --- | --- |
| channels | form, telephone, chat, messaging, post, and a shop in Lyon by appointment |
| topics | order, delivery, returns, lamps and speakers, account, each with what it must know |
| threads | an answer to each request that has one, replies, notes, tags; some came by e-mail |
| channels of visits | a part of the crowd asks in the widget of the shop, a few through assistants |
| customers | three whom the shop knows by name |
| announcements | a strike that delays parcels, an outage that is over |
"""
