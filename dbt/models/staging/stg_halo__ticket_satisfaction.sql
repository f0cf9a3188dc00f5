{{ halo_stage('ticket_satisfaction', [
    ('ticket_id', 'code', 'ticket_id'),
    ('satisfactionlevel', 'id', 'satisfaction_level'),
    ('satisfactioncomment', 'text', 'satisfaction_comment'),
]) }}
