def times_table(number, rows):
    """Return the rows of the multiplication table of number, as a list of strings."""
    pass


def main():
    """Read the number and the count of rows, one a line; print the table."""
    pass


if __name__ == "__main__":
    main()
