"""The one form in which phone numbers are kept and sent: E.164."""

import re

E164 = re.compile(r"\+[1-9][0-9]{6,14}")
"""A plus sign and 7 to 15 digits; for `re.Pattern.fullmatch`. Source: ITU-T E.164, 11/2010, section 6."""
