import starter


def test_a_score_in_the_middle_of_each_range():
    assert starter.get_letter_grade(95) == "A"
    assert starter.get_letter_grade(85) == "B"
    assert starter.get_letter_grade(75) == "C"
    assert starter.get_letter_grade(65) == "D"
    assert starter.get_letter_grade(30) == "F"


def test_the_lower_limit_belongs_to_the_better_grade():
    assert starter.get_letter_grade(90) == "A"
    assert starter.get_letter_grade(80) == "B"


def test_decimals_are_not_rounded():
    assert starter.get_letter_grade(79.9) == "C"


def test_refuses_more_than_a_hundred():
    try:
        starter.get_letter_grade(101)
    except ValueError:
        return
    raise AssertionError("get_letter_grade(101) should raise ValueError")
