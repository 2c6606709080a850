"""Where a server and the command line find the application: `wsgi:app`."""

import gc
import sys

from forum import create_app
from forum.config import SettingError

try:
    app = create_app()
except SettingError as error:
    sys.exit(f"Cannot start: {error}")
gc.collect()
gc.freeze()  # what was loaded stays for good; the collector need not walk through it at every tenth page
