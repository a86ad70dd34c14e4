"""Who is told of what happens here, and how it is signed."""
