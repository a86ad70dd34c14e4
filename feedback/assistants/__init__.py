"""The articles for assistants, over the Model Context Protocol."""
