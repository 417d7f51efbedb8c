"""The pages on which administrators see and change who is connected with the record store, below /anslutningar/."""
