"""Figures that a lead can defend: the frame that every report shares, and the reports."""
