"""A firm's facts from free text, and each condition of a programme as met, not met or unknown."""
