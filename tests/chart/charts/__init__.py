"""A Helm chart without Helm and without a cluster: rendered, validated, scanned.

Nothing here keeps state or knows where things are. What needs a program takes its path.
"""
