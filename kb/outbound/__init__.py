"""Asking other programs over the net, and which of them may be asked."""
