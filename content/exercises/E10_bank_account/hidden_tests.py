import unittest

import starter


class AccountTest(unittest.TestCase):
    def test_many_operations(self):
        account = starter.Account("Eve", 500)
        expected = 500
        record = []
        for amount in range(1, 40):
            account.deposit(3 * amount)
            account.withdraw(amount)
            expected += 2 * amount
            record += [("deposit", 3 * amount), ("withdraw", amount)]
            self.assertIs(type(account.balance), int)
            self.assertEqual(account.balance, expected)
        self.assertEqual(repr(account.history), repr(record))

    def test_taking_everything(self):
        account = starter.Account("Eve", 25)
        account.withdraw(25)
        self.assertEqual(account.balance, 0)

    def test_accounts_are_independent(self):
        first, second = starter.Account("A"), starter.Account("B")
        first.deposit(5)
        self.assertEqual(second.balance, 0)
        self.assertEqual(second.history, [])

    def test_failures_change_nothing(self):
        account = starter.Account("Eve", 7)
        for amount in (0, -5):
            with self.assertRaises(ValueError):
                account.deposit(amount)
            with self.assertRaises(ValueError):
                account.withdraw(amount)
        self.assertEqual(account.balance, 7)
        self.assertEqual(account.history, [])

    def test_a_transfer_that_fails_changes_neither_side(self):
        rich, poor = starter.Account("Rich", 1000), starter.Account("Poor", 1)
        with self.assertRaises(starter.InsufficientFunds):
            poor.transfer(rich, 2)
        for amount in (0, -10):
            with self.assertRaises(ValueError):
                poor.transfer(rich, amount)
        self.assertEqual((rich.balance, poor.balance), (1000, 1))
        self.assertEqual((rich.history, poor.history), ([], []))

    def test_transfer_is_recorded_on_both_sides(self):
        ann, bob = starter.Account("Ann", 9), starter.Account("Bob", 1)
        ann.transfer(bob, 9)
        self.assertEqual(ann.history, [("withdraw", 9)])
        self.assertEqual(bob.history, [("deposit", 9)])

    def test_the_history_cannot_be_forged(self):
        account = starter.Account("Eve", 3)
        account.deposit(4)
        account.history.append(("deposit", 1_000_000))
        account.history.clear()
        self.assertEqual(account.history, [("deposit", 4)])
