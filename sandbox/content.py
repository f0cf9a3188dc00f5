"""The words of a service desk: what people report, what agents write back, how they rate it."""

# (summary, top category, first lines of the report)
REPORTS = (
    ("Cannot log in to Outlook", "Email", "Outlook asks for my password again and again."),
    ("VPN drops every ten minutes", "Network", "Working from home, the VPN disconnects in calls."),
    ("Printer on floor 3 prints blank pages", "Hardware", "All pages come out blank since Monday."),
    ("New starter: laptop and accounts", "Access", "A colleague starts next week, see the form."),
    ("Password reset for SAP", "Access", "I am locked out of SAP after three attempts."),
    ("Laptop battery does not charge", "Hardware", "It stays at 4 % even on the charger."),
    ("Shared mailbox access for finance", "Email", "Please add me to invoices@ as a delegate."),
    (
        "Excel crashes when opening the budget",
        "Software",
        "It closes as soon as macros are enabled.",
    ),
    ("Wi-Fi slow in the meeting room", "Network", "Video calls freeze in the large meeting room."),
    ("Request: Adobe Acrobat Pro", "Software", "I need to edit and sign contracts."),
    ("Phishing mail received", "Security", "A mail asks me to confirm my bank details."),
    ("File server: folder missing", "Data", "The folder Projects/2023 is gone since this morning."),
    ("Monitor flickers with docking station", "Hardware", "Only when both screens are connected."),
    ("Teams has no sound", "Software", "Others cannot hear me, the headset works elsewhere."),
    ("Leaver: disable accounts", "Access", "Last working day is Friday, please revoke all access."),
    ("CRM report shows wrong totals", "Data", "The quarterly report does not match the export."),
    ("Server disk almost full", "Monitoring", "Alert: volume D: is above 95 % used."),
    ("Backup job failed last night", "Monitoring", "Alert: job NIGHTLY-SQL ended with warnings."),
    ("Website certificate expires soon", "Security", "The certificate expires in 14 days."),
    ("Cannot join a call from the Zürich office", "Network", "Der Raum »Säntis« hat kein Bild."),
    ("Scanner sends no mail, café branch", "Hardware", "Le scanner n'envoie plus d'e-mails."),
    ("Barcode gun does not pair", "Hardware", "Three of five guns in the warehouse are affected."),
    ("Software update breaks the label printer", "Software", "Since the update nothing prints."),
    ("Mobile phone lost", "Security", "I left my phone in a taxi, please wipe it. 😟"),
)

NOTES = (
    "Called the user, asked for a screenshot of the error.",
    "Remote session: cleared the cached credentials and signed in again.",
    "Waiting for the supplier to confirm the delivery date.",
    "Restarted the service, monitoring for an hour.",
    "User confirms that it works now.",
    "Replaced the cable, same result. Will bring a spare unit tomorrow.",
    "Escalated to second line, logs attached.",
    "Approved by the line manager.",
    "Installed the current driver and tested three times.",
    "No answer, left a voicemail.",
    "Group membership added; takes effect at the next sign-in.",
    "Rolled back the update on this machine only.",
    "Vielen Dank, es funktioniert wieder!",
    "Root cause found: DHCP scope exhausted. Scope enlarged.",
    "Please close, I found the folder in the archive.",
)

LONG_NOTE = (
    "Summary of the investigation so far.\r\n\r\n"
    + "\r\n".join(
        f"{step}. {note}"
        for step, note in enumerate(
            (
                "Collected the event logs of the affected machines and compared them.",
                "The errors begin directly after the policy refresh at 06:15 UTC.",
                "Two of the machines are in the wrong organisational unit.",
                "Moved both, forced a refresh, restarted; errors are gone on both.",
                "The remaining machine has a damaged profile, which has to be rebuilt.",
            )
            * 12,
            start=1,
        )
    )
    + "\r\n\r\nNext review tomorrow at 09:00."
)

HTML_NOTE = (
    "<p>Hi,</p><p>please follow <a href='https://kb.example.com/vpn?id=12&amp;v=2'>this guide</a>"
    " and reply with the <b>exact</b> message.</p><ul><li>restart</li><li>reconnect</li></ul>"
)

# What a faulty mail gateway makes of a note.
NUL_NOTE = "Printed from gateway\x00 with stray\x00 characters."

COMMENTS = {
    5: ("Brilliant, thank you!", "Very quick and friendly.", "Schnell und kompetent 👍"),
    4: ("Good help.", "Solved, took a little while."),
    3: ("Okay.", "Had to explain it twice."),
    2: ("Too slow.", "It came back the next day."),
    1: ("Not solved at all.", "Nobody called me back."),
}

# (outcome, outcome_id, who acts)
OUTCOMES = (
    ("Email User", 1, "agent"),
    ("Private Note", 2, "agent"),
    ("Phone Call", 3, "agent"),
    ("User Update", 4, "user"),
    ("Re-Assign", 5, "agent"),
    ("Remote Session", 6, "agent"),
    ("Change Status", 7, "agent"),
)

FIRST_NAMES = (
    "Aisha",
    "Amelia",
    "Andrei",
    "Beatriz",
    "Ben",
    "Carla",
    "Chen",
    "Chloé",
    "Daniel",
    "Deepa",
    "Elena",
    "Emma",
    "Fatima",
    "Felix",
    "Grace",
    "Hannah",
    "Hiroshi",
    "Ines",
    "Ivan",
    "Jack",
    "Jana",
    "João",
    "Jürgen",
    "Kofi",
    "Laura",
    "Leon",
    "Lucía",
    "Marek",
    "Maria",
    "Maya",
    "Mohammed",
    "Nadia",
    "Noah",
    "Olga",
    "Oliver",
    "Paula",
    "Priya",
    "Rafael",
    "Rosa",
    "Sara",
    "Sean",
    "Sofia",
    "Søren",
    "Tariq",
    "Tom",
    "Valentina",
    "Yusuf",
    "Zoë",
)
LAST_NAMES = (
    "Adeyemi",
    "Andersen",
    "Bauer",
    "Becker",
    "Bianchi",
    "Brown",
    "Carter",
    "Costa",
    "Dubois",
    "Evans",
    "Fernández",
    "Fischer",
    "Garcia",
    "Green",
    "Gupta",
    "Haddad",
    "Hansen",
    "Hughes",
    "Ito",
    "Jansen",
    "Jones",
    "Kaur",
    "Keller",
    "Khan",
    "Kovács",
    "Larsen",
    "Lee",
    "Lopez",
    "Martin",
    "Meyer",
    "Müller",
    "Nguyen",
    "Novak",
    "O'Brien",
    "Okafor",
    "Patel",
    "Petrov",
    "Popescu",
    "Rossi",
    "Schmidt",
    "Silva",
    "Smith",
    "Tanaka",
    "Taylor",
    "Wagner",
    "Walker",
    "Weber",
    "Wilson",
    "Wright",
    "Yilmaz",
)
COMPANIES = (
    "Alder & Pine Legal",
    "Northwind Logistics",
    "Brightwater Housing",
    "Castle Street Clinic",
    "Delta Foods",
    "Evergreen Schools Trust",
    "Fjord Shipping A/S",
    "Greyhound Motors",
    "Harbour Insurance",
    "Ironbridge Engineering",
    "Juniper Retail",
    "Kestrel Aviation",
    "Lindenhof GmbH",
    "Meridian Pharma",
    "Nordlicht Energie",
    "Oakfield Council",
    "Pâtisserie Colette",
    "Quayside Hotels",
)
PLACES = (
    "Head Office",
    "Manchester",
    "Warehouse North",
    "Zürich",
    "Data Centre",
    "Leeds Branch",
    "Lyon",
    "Depot",
)
STREETS = ("High Street", "Mill Lane", "Station Road", "Bahnhofstrasse", "Rue de la Paix")


def report(number: int) -> tuple[str, str, str]:
    """The summary, category and text of the ticket with this number."""
    summary, category, details = REPORTS[number * 7 % len(REPORTS)]
    if number % 97 == 0:
        summary = f"{summary}\x00"
    return summary, category, details


def note(number: int) -> str:
    """The text of the action with this number: mostly short, at times long, HTML or damaged."""
    if number % 61 == 0:
        return NUL_NOTE
    if number % 41 == 0:
        return LONG_NOTE
    if number % 23 == 0:
        return HTML_NOTE
    return NOTES[number * 11 % len(NOTES)]
