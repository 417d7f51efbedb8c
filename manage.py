#!/usr/bin/env python
"""Django's command line for Lärnära."""

import gc
import os
import sys

if __name__ == "__main__":
    # Django makes objects by the hundred thousand that live on; looking through them every 700 costs a tenth.
    gc.set_threshold(50_000, 10, 10)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings.local")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
