import starter


def is_refused(score):
    try:
        starter.get_letter_grade(score)
    except ValueError:
        return True
    return False


def test_every_whole_score():
    grades = [starter.get_letter_grade(score) for score in range(101)]
    assert all(type(grade) is str for grade in grades)
    assert "".join(grades) == "F" * 60 + "D" * 10 + "C" * 10 + "B" * 10 + "A" * 11


def test_just_below_each_limit():
    scores = [59.99, 69.5, 79.75, 89.999]
    assert [starter.get_letter_grade(score) for score in scores] == ["F", "D", "C", "B"]


def test_the_ends_of_the_scale():
    assert starter.get_letter_grade(0) == "F"
    assert starter.get_letter_grade(100) == "A"


def test_refuses_scores_outside_the_scale():
    assert is_refused(-1), "a negative score should raise ValueError"
    assert is_refused(-0.5), "a negative score should raise ValueError"
    assert is_refused(100.5), "a score above 100 should raise ValueError"
    assert is_refused(1000), "a score above 100 should raise ValueError"
