"""The right to the title undersköterska: what is known of it, and who needs a certificate."""
