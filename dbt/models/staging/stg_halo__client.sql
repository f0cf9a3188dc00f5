{{ halo_stage('client', [
    ('id', 'code', 'client_id'),
    ('name', 'text', 'client_name'),
    ('inactive', 'flag', 'is_inactive'),
]) }}
