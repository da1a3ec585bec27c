"""The community's services: open data in and out, search, opening hours, honest answers.

Pure: `hsds`, `cells`, `intake`, `oddities`, `community`, `nouns`, `records`, `search`, `hours`
and `answers`. With files and the database: `tables`, `rows`, `exchange`, `store`.
"""
