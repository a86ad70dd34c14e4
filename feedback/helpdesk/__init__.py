"""The company’s own help desk: requests leave to it, answers come back."""
