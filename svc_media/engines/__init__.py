"""The engines that make pictures and footage."""
