"""Appointments of agents, past and planned."""

from halo.tables.rights import APPOINTMENTS
from halo.tables.sources import Windows
from halo.tables.table import Table, names, yes

APPOINTMENT = Table(
    name="appointment",
    source=Windows(
        "/Appointment",
        "appointments",
        yes("showall showappointments") | {"hidecompleted": "false"},
    ),
    rights=APPOINTMENTS,
    volatile=names("reminder_shown"),
    long="""id agent_id ticket_id client_id site_id user_id holiday_type type complete_status
        organizer open_appointment_status appointment_location approval_status
        requestedapprovalagent other1 other2 shift_type_id shift_team_id crmnote_id
        halo_recurring_master_id""",
    double="entity",
    boolean="allday is_private is_task reminder_shown",
    string="""subject agent_name client_name site_name user_name appointment_type_name colour
        online_meeting_url attendees appointment_location_name appointment_location_free_text
        approvalemailaddress calendar_id recurring_master_id recurring_desc shift_team_name
        holiday_id entryid changekey""",
    datetime="start_date end_date last_modified approvaldatetime exchangelastmodifieddate",
)

TABLES = (APPOINTMENT,)
