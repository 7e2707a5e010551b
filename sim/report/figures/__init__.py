"""The figures, one noun a file. Each has ``draw(results) -> Drawing``: a figure, its words and its numbers."""
