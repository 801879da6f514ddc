"""Asking vendors over HTTP: their refusals as errors of ours, waiting that can be cancelled, guarded downloads."""
