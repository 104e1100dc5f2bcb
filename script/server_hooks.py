"""gunicorn's hooks for ``script/server``: load the program once, prepare with it, then serve.

Loading takes most of the time of a start. So the process that prepares the database is a fork of the one that
will serve: it loads nothing again, and leaves no open connection behind.
"""

import gc
import os
import sys
import traceback
from pathlib import Path
from typing import Any

from flask import Flask
from flask.cli import ScriptInfo

preload_app = True


def on_starting(server: Any) -> None:
    child = os.fork()
    if child == 0:
        os._exit(prepare(server.app.wsgi()))
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status:
        sys.exit(f"server: the preparation failed, see above ({status})")
    # What is loaded now stays until the end: looking through it again and again would only cost time, and memory
    # that the workers share.
    gc.collect()
    gc.freeze()


def prepare(app: Flask) -> int:
    """Do what ``flask lms prepare`` does; return 0 when it went well."""
    try:
        app.cli.main(
            ["lms", "prepare"], obj=ScriptInfo(create_app=lambda: app), standalone_mode=False
        )
    except BaseException:  # noqa: BLE001  # whatever it was, this fork must end here
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
    return 0


def when_ready(_server: Any) -> None:
    Path(os.environ["READY_FILE"]).touch()
