"""The community's services: open data in and out, search, opening hours, honest answers.

Most of it is pure: records in, facts out. With the database: `tables`, `exchange`, `store`,
`day_store`, `checks`, `inquiries`; with files: `rows`. docs/directory.md tells what is promised.
"""
