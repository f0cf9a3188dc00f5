{{ halo_stage('priority', [
    ('slaid', 'code', 'sla_id'),
    ('priorityid', 'code', 'priority_id'),
    ('name', 'text', 'priority_name'),
    ('responsetime', 'number', 'response_time'),
    ('responseunits', 'text', 'response_units'),
    ('fixtime', 'number', 'fix_time'),
    ('fixunits', 'text', 'fix_units'),
]) }}
