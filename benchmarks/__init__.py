"""Measurements, one file per question, one JSON line per run."""
