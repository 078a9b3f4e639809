"""Claims that a language model points at: it may quote a document, and nothing more.

The model gets numbered blocks of the text and returns words of them. Each is looked for in its
block (`app/text/alignment.py`); what does not stand there once is dropped. So a model, or a text
that instructs one, can miss a claim or take one for another, but it cannot put words into a draft.
"""
