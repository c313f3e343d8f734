"""Finding: one box over organizations, services, hotlines and projects, in five languages and three scripts.

``wishes`` says what is asked for, ``words`` how names and questions become lexemes, ``asking`` what SQL is asked,
``search`` in which order, for whom, and what to try when little was found. No text of a question is kept anywhere.
"""
