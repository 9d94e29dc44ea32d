"""Asks services of AWS with the role of this instance: Systems Manager parameters and Secrets Manager."""
