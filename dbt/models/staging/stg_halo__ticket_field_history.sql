{{ halo_stage('ticket_field_history', [
    ('ticket_id', 'code', 'ticket_id'),
    ('position', 'code', 'position'),
    ('date', 'at', 'changed_at'),
    ('value', 'text', 'field_name'),
    ('from', 'text', 'value_before'),
    ('to', 'text', 'value_after'),
    ('agent_id', 'agent', 'agent_id'),
    ('username', 'text', 'user_name'),
]) }}
