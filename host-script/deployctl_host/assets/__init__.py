"""Copies the assets of images to the host, from where nginx serves those of the last releases together."""
