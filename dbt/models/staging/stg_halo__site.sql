{{ halo_stage('site', [
    ('id', 'code', 'site_id'),
    ('name', 'text', 'site_name'),
    ('client_id', 'id', 'client_id'),
    ('inactive', 'flag', 'is_inactive'),
]) }}
