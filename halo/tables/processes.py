"""How work is steered: approval processes and boards, workflows, releases."""

from halo.tables.rights import APPROVALS, RELEASES, WORKFLOWS
from halo.tables.sources import Snapshot
from halo.tables.table import Table, names, yes

APPROVAL_PROCESS = Table(
    name="approval_process",
    plural="approval processes",
    source=Snapshot("/ApprovalProcess", "approvalprocesses"),
    rights=APPROVALS,
    long="id type",
    boolean="no_status_change",
    string="guid name",
)

CAB = Table(
    name="cab",
    plural="change advisory boards",
    source=Snapshot("/CAB", "cabs", yes("includemembers")),
    rights=APPROVALS,
    secret=names("teams_webhook_url"),
    long="id approvals_needed rejection_threshold slack_channel",
    boolean="all_must_approve",
    string="guid name",
    json="members roles",
)

WORKFLOW = Table(
    name="workflow",
    source=Snapshot("/Workflow", "workflows", yes("includeinactive")),
    rights=WORKFLOWS,
    long="id",
    boolean="notinuse active",
    string="guid name note",
)

RELEASE = Table(
    name="release",
    source=Snapshot("/Release", "releases", yes("includenotecount"), paged=True),
    rights=RELEASES,
    volatile=names(
        "adoption issues_logged open_issues instance_count total_instance_count releasenote_count"
    ),
    long="""id releasetype_id branch_id whoreleased_id product_id sequence major_version_number
        minor_version_number patch_version_number releasenote_count""",
    string="name name_expanded releasetype_name branch_name note public_note product_name",
    datetime="builddate releasedate",
)

TABLES = (APPROVAL_PROCESS, CAB, WORKFLOW, RELEASE)
