"""Pictures and footage by hosted interfaces: what their engines share."""
