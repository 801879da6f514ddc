"""Photos as phones and cameras store them: HEIF (ISO/IEC 23008-12), mostly with HEVC inside."""
