"""Items, banks, attempts, answers and their marks."""
