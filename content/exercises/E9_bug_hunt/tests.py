import starter


def test_several_numbers():
    assert starter.sum_list_str(["1", "2", "3"]) == 6


def test_one_number():
    assert starter.sum_list_str(["5"]) == 5


def test_a_negative_number():
    assert starter.sum_list_str(["10", "-4"]) == 6


def test_spaces_and_blank_strings():
    assert starter.sum_list_str([" 7 ", "", "  "]) == 7


def test_empty_list():
    assert starter.sum_list_str([]) == 0
