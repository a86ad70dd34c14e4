"""The demo company Clairson, invented: its articles, and visitors who never were."""
