"""The directory in and out: HSDS JSON, tabular packages, older shapes of both, and workbooks for editors.

Reading and shaping are pure: ``reading`` finds records in files, ``shaping`` makes columns of them and says what was
wrong. ``bringing`` writes them in steps, each whole; ``sending`` writes files of what an audience may read.
"""
