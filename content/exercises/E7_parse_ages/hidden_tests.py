import unittest

import starter


class ParseAgeTest(unittest.TestCase):
    def assert_refused(self, text, message):
        with self.assertRaises(ValueError) as caught:
            starter.parse_age(text)
        self.assertEqual(str(caught.exception), message)

    def test_every_possible_age(self):
        for number in range(131):
            age = starter.parse_age(str(number))
            self.assertIs(type(age), int)
            self.assertEqual(age, number)

    def test_just_outside_the_range(self):
        self.assert_refused("-1", "out of range: -1")
        self.assert_refused("131", "out of range: 131")
        self.assert_refused("007000", "out of range: 7000")

    def test_not_whole_numbers(self):
        for text in ("3.5", "", "ten", "1 2", "--1"):
            self.assert_refused(text, f"not a whole number: {text}")


class ParseAgesTest(unittest.TestCase):
    def test_returns_a_tuple_of_lists(self):
        result = starter.parse_ages(["1"])
        self.assertIs(type(result), tuple)
        self.assertEqual([type(part) for part in result], [list, list])

    def test_only_ages(self):
        self.assertEqual(starter.parse_ages([" 5", "130", "64"]), ([5, 130, 64], []))

    def test_only_problems(self):
        self.assertEqual(
            starter.parse_ages(["?", "-20", "?"]),
            ([], ["not a whole number: ?", "out of range: -20", "not a whole number: ?"]),
        )

    def test_keeps_the_order(self):
        texts = [str(number) for number in range(120, 141)]
        ages, problems = starter.parse_ages(texts)
        self.assertEqual(ages, list(range(120, 131)))
        self.assertEqual(problems, [f"out of range: {number}" for number in range(131, 141)])
