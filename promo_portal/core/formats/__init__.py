"""Swiss writing of numbers and dates, the same in all three languages: 1’234.50 and 23.11.2026.

Django's own ``fr`` and ``de`` formats give a comma and a blank, which nobody writes here.
"""
