"""What colleagues see of requests, and do with them: the inbox, the page of each, answers and acts."""
