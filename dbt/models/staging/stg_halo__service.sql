{{ halo_stage('service', [
    ('id', 'code', 'service_id'),
    ('name', 'text', 'service_name'),
]) }}
