import unittest

import starter


class AccountTest(unittest.TestCase):
    def test_a_new_account(self):
        account = starter.Account("Ann")
        self.assertEqual(account.owner, "Ann")
        self.assertEqual(account.balance, 0)
        self.assertEqual(account.history, [])

    def test_deposit_and_withdraw(self):
        account = starter.Account("Ann", 100)
        account.deposit(50)
        account.withdraw(120)
        self.assertEqual(account.balance, 30)
        self.assertEqual(account.history, [("deposit", 50), ("withdraw", 120)])

    def test_too_little_money(self):
        account = starter.Account("Ann", 10)
        with self.assertRaises(starter.InsufficientFunds):
            account.withdraw(11)
        self.assertEqual(account.balance, 10)
        self.assertEqual(account.history, [])

    def test_amounts_must_be_positive(self):
        account = starter.Account("Ann", 10)
        with self.assertRaises(ValueError):
            account.deposit(0)
        with self.assertRaises(ValueError):
            account.withdraw(-1)

    def test_transfer(self):
        ann, bob = starter.Account("Ann", 100), starter.Account("Bob")
        ann.transfer(bob, 30)
        self.assertEqual((ann.balance, bob.balance), (70, 30))
        self.assertEqual(bob.history, [("deposit", 30)])

    def test_the_balance_cannot_be_set(self):
        account = starter.Account("Ann", 10)
        with self.assertRaises(AttributeError):
            account.balance = 1_000_000
        self.assertEqual(account.balance, 10)
