"""The sdist and the wheel tried as a new user would: `python -m scripts.wheel`, by `make test-wheel`."""
