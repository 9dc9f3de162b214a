def times_table(number, rows):
    """Return the rows of the multiplication table of number, as a list of strings."""
    table = []
    for factor in range(1, rows + 1):
        table.append(f"{number} x {factor} = {number * factor}")
    return table


def main():
    """Read the number and the count of rows, one a line; print the table."""
    number = int(input())
    rows = int(input())
    for row in times_table(number, rows):
        print(row)


if __name__ == "__main__":
    main()
