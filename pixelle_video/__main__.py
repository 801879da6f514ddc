"""`python -m pixelle_video` is the `pixelle` command."""

from pixelle_video.cli import main

main()
