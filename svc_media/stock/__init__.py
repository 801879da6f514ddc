"""Libraries of stock photos and footage: what they are asked, and what they answer."""
