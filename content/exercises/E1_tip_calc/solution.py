def calculate_tip(bill, tip_percent):
    """Return the tip for a bill, rounded to two decimal places."""
    return round(bill * tip_percent / 100, 2)


def main():
    """Read the bill and the percentage, one a line; print the tip and the total."""
    bill = float(input())
    tip_percent = float(input())
    tip = calculate_tip(bill, tip_percent)
    print(f"Tip: {tip:.2f}")
    print(f"Total: {bill + tip:.2f}")


if __name__ == "__main__":
    main()
