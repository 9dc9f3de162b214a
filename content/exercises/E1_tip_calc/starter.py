def calculate_tip(bill, tip_percent):
    """Return the tip for a bill, rounded to two decimal places."""
    pass


def main():
    """Read the bill and the percentage, one a line; print the tip and the total."""
    pass


if __name__ == "__main__":
    main()
