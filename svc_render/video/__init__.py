"""Pictures in motion: planes, H.264, footage, joining."""
