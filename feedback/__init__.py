"""What readers did and said, and what it tells the people who write."""
