"""The figures, one noun a file. Each has ``draw(results) -> Drawing``: a figure with its words and the numbers behind it."""
