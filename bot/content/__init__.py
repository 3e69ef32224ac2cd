"""Every word that people read, and how the right words are found."""
