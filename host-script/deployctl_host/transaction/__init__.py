"""The change from one release to another: steps in order, and the way back from each of them."""
