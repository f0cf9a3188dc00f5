"""What custom fields of tickets and fields of assets are called, and which values they may have."""

from halo.tables.rights import CUSTOM_FIELDS
from halo.tables.sources import Snapshot
from halo.tables.table import Table

FIELD = Table(
    name="field",
    plural="asset fields",
    source=Snapshot("/Field", "fields"),
    rights=CUSTOM_FIELDS,
    key=("kind", "id"),
    long="""id typeinfo_id systemuse datafrom datalength sequence lookup parenttype_id mapping_id
        tab_id tab_sequence access_level""",
    boolean="issoftware mandatory showoncalendar showonactivity order_values_alphanumerically",
    string="guid kind name validate url idstring parenttype_name tab_name groupname",
    json="values",
)

CUSTOM_FIELD_LIST = Snapshot("/FieldInfo", "fieldinfos", shared=True)

FIELD_INFO = Table(
    name="field_info",
    plural="custom fields",
    source=CUSTOM_FIELD_LIST,
    rights=CUSTOM_FIELDS,
    long="""id type custom usage lookup tab_id tab_sequence table_id inputtype extratype
        characterlimit seq visibility access_control_level""",
    boolean="""readonly searchable user_searchable calendar_searchable copytochild copytoparent
        mandatory onlyshowforagents isencrypted""",
    string="""guid name label labellong summary hint tab_name table_name defaultvalue calculation
        faults_field_name actions_field_name groupname regex""",
    json="values table_values",
)

TABLES = (FIELD, FIELD_INFO)
