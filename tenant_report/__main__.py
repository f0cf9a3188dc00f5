"""`python -m tenant_report`: see report.py."""

import sys

from tenant_report.report import main

sys.exit(main())
