"""What makes files of this repository; no part of the product."""
