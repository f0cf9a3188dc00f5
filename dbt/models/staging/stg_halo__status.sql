{{ halo_stage('status', [
    ('id', 'code', 'status_id'),
    ('name', 'text', 'status_name'),
    ('type', 'code', 'status_type'),
    ('slaaction', 'text', 'sla_action'),
]) }}
