{{ halo_stage('agent', [
    ('id', 'code', 'agent_id'),
    ('name', 'text', 'agent_name'),
    ('team', 'text', 'team_name'),
    ('isdisabled', 'flag', 'is_disabled'),
]) }}
