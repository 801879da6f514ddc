"""The render service: pages to pictures, pictures to clips, clips and sound to videos."""
