"""The drawings of the question bank, as code: signs and situations, each with a description that gives no answer away.

`python -m gplx.questions.drawing` writes them to `static/questions/pictures/`; a test holds the files to the code.
"""
