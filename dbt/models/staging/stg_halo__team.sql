{{ halo_stage('team', [
    ('id', 'code', 'team_id'),
    ('name', 'text', 'team_name'),
    ('department_name', 'text', 'department_name'),
    ('inactive', 'flag', 'is_inactive'),
]) }}
