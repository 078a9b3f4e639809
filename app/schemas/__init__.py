"""What do records, pages and bundles look like in JSON?"""
