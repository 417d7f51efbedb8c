"""Short links behind QR codes: made for a wall or a lift, printed, followed, counted."""
