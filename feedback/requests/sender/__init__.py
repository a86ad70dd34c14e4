"""What whoever sent a request sees of it: the ways in, the thread, adding to it, closing it."""
