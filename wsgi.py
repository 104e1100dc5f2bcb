"""What gunicorn loads."""

import gc

# All that is made while the application is loaded stays: looking for garbage in it takes a quarter of the time
# of a start, and later a part of every request's.
gc.disable()

from lms import create_app  # noqa: E402 - after the line above, or it saves nothing

app = create_app()

gc.freeze()
gc.enable()
