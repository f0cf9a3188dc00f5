{{ halo_stage('action', [
    ('ticket_id', 'code', 'ticket_id'),
    ('id', 'code', 'action_id'),
    ('datetime', 'at', 'acted_at'),
    ('who', 'text', 'who'),
    ('who_agentid', 'agent', 'agent_id'),
    ('outcome', 'text', 'outcome'),
    ('action_systemid', 'id', 'system_action_id'),
    ('hiddenfromuser', 'flag', 'is_hidden_from_user'),
    ('old_status', 'id', 'old_status_id'),
    ('new_status', 'id', 'new_status_id'),
    ('timetaken', 'number', 'hours'),
    ('actionchargehours', 'number', 'chargeable_hours'),
]) }}
