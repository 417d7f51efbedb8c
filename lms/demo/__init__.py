"""The demo region: invented people, real content, and a year of plausible learning made through the ordinary door."""
