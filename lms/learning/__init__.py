"""The learner's pages under /learn."""
