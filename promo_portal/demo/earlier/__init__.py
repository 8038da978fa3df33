"""The years before the stories: dozens of finished files, so that yearly figures are such as a real association has.

The stories are told step by step through the real workflow. These are not: like files brought over from a former program,
they are written in one go, as they stood at their end, because nobody looks at each of their steps.
"""
