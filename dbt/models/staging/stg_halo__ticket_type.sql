{{ halo_stage('ticket_type', [
    ('id', 'code', 'ticket_type_id'),
    ('name', 'text', 'ticket_type_name'),
    ('itilrequesttype', 'code', 'itil_request_type_id'),
    ('visible', 'flag', 'is_visible'),
]) }}
