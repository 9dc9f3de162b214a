def check_password_strength(password):
    """Return "Weak", "Medium" or "Strong"."""
    pass
