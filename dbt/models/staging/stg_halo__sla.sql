{{ halo_stage('sla', [
    ('id', 'code', 'sla_id'),
    ('name', 'text', 'sla_name'),
    ('workday_id', 'id', 'workday_id'),
    ('trackslaresponsetime', 'flag', 'is_response_tracked'),
    ('trackslafixbytime', 'flag', 'is_resolution_tracked'),
    ('responsereset', 'flag', 'is_response_reset'),
]) }}
