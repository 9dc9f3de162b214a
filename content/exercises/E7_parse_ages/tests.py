import unittest

import starter


class ParseAgeTest(unittest.TestCase):
    def test_reads_a_number(self):
        self.assertEqual(starter.parse_age("7"), 7)

    def test_accepts_spaces_around_the_number(self):
        self.assertEqual(starter.parse_age(" 42 "), 42)

    def test_refuses_what_is_not_a_number(self):
        with self.assertRaises(ValueError) as caught:
            starter.parse_age("abc")
        self.assertEqual(str(caught.exception), "not a whole number: abc")

    def test_refuses_what_cannot_be_an_age(self):
        with self.assertRaises(ValueError) as caught:
            starter.parse_age("200")
        self.assertEqual(str(caught.exception), "out of range: 200")


class ParseAgesTest(unittest.TestCase):
    def test_separates_ages_and_problems(self):
        ages, problems = starter.parse_ages(["7", "x", "131", "0"])
        self.assertEqual(ages, [7, 0])
        self.assertEqual(problems, ["not a whole number: x", "out of range: 131"])

    def test_no_texts(self):
        self.assertEqual(starter.parse_ages([]), ([], []))
