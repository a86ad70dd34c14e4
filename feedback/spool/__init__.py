"""Events on their way to the database: appended to a file in the request, entered a moment later.

A request appends one line to the segment of its process (`events.note`). A drainer reads the lines of
all segments in the order of their moments, applies them, and moves each segment's position in the same
transaction (`draining.drain`): whatever is killed when, no event enters twice and none is left out.
"""
