"""How does a base leave as files?"""
