"""The five languages of the valley: prefix, negotiation, fall-back, folding, sort order, catalogues.

Everything here but ``prefix`` is free of flask, so services, jobs and migrations may use it.
"""
