"""Figures: medians and ratios of one run, each beside the limit or peer it is measured by."""
