"""The setup form, the setup tests, and every "what to grant where", said once."""
